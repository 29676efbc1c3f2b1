import { ApiError } from './api-error.js';

/** What form an answer takes. */
export interface Accepted {
  readonly encoding: 'json' | 'yaml';
  readonly as: 'object' | 'Table' | 'PartialObjectMetadata';
  /** True when metadata was asked for as that of a list. */
  readonly isList?: boolean;
  /** Version of Table or PartialObjectMetadata asked for. */
  readonly metaVersion: 'v1' | 'v1beta1';
}

interface Clause {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Longest Accept header that is looked at; a client's is a few hundred characters. */
const LONGEST_ACCEPT = 4096;

/** The clauses of an Accept header as much as the client wants them, then in its order. Who gives something no weight is answered with it all the same. */
export function acceptClauses(header: string | undefined): readonly Clause[] {
  return (header || '*/*')
    .slice(0, LONGEST_ACCEPT)
    .split(',')
    .map((text) => {
      const [type = '', ...parameters] = text.split(';').map((part) => part.trim());
      return {
        type: type.toLowerCase(),
        parameters: new Map(
          parameters.map((parameter): [string, string] => {
            const equals = parameter.indexOf('=');
            return equals < 0 ? [parameter, ''] : [parameter.slice(0, equals), parameter.slice(equals + 1)];
          }),
        ),
      };
    })
    .filter(({ type }) => type !== '')
    .toSorted(
      (one, other) =>
        weightOf(other.parameters) - weightOf(one.parameters) || breadthOf(one.type) - breadthOf(other.type),
    );
}

/** `q` between 0 and 1; 1 when it says nothing that can be read. */
function weightOf(parameters: ReadonlyMap<string, string>): number {
  const weight = Number(parameters.get('q') ?? 1);
  return weight >= 0 && weight <= 1 ? weight : 1;
}

/** Types that say less come later (goautoneg). */
function breadthOf(type: string): number {
  return type === '*/*' ? 2 : type.endsWith('/*') ? 1 : 0;
}

/**
 * Chooses the first form in the client's order that is served. Protobuf answers are not: every client that prefers them
 * accepts JSON too. Throws 406 when nothing fits.
 */
export function negotiate(header: string | undefined, transforms: boolean): Accepted {
  for (const { type, parameters } of acceptClauses(header)) {
    const encoding = encodingOf(type);
    if (!encoding) continue;
    const as = parameters.get('as');
    const isPlain = as === undefined && !parameters.has('g') && !parameters.has('v');
    if (isPlain) return { encoding, as: 'object', metaVersion: 'v1' };
    if (!transforms || parameters.get('g') !== 'meta.k8s.io') continue;
    const metaVersion = parameters.get('v');
    if (metaVersion !== 'v1' && metaVersion !== 'v1beta1') continue;
    if (as === 'Table') return { encoding, as: 'Table', metaVersion };
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList')
      return { encoding, as: 'PartialObjectMetadata', metaVersion, isList: as.endsWith('List') };
  }
  throw new ApiError(
    406,
    'NotAcceptable',
    `only the following media types are accepted: ${SERVED.join(', ')}`,
  );
}

/** The same for a watch, whose events come as JSON. */
export function negotiateStream(header: string | undefined): Accepted {
  const accepted = negotiate(header, true);
  if (accepted.encoding === 'json') return accepted;
  const streams = STREAMED.map((type) => `${type};stream=watch`);
  throw new ApiError(
    406,
    'NotAcceptable',
    `only the following media types are accepted: ${streams.join(', ')}`,
  );
}

/** What objects are said to be served as; who asks for protobuf alone is told that there is none. */
const SERVED = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const STREAMED = SERVED.filter((type) => !type.endsWith('yaml'));

/**
 * Refuses what no route of Kubernetes' own kinds answers with, in the words of the router that looks before anything else does.
 * Custom resources have no such routes.
 */
export function negotiateRoute(
  header: string | undefined,
  { custom }: { readonly custom?: boolean },
  { verb, subresource }: { readonly verb: string; readonly subresource: string },
  served: readonly string[] = SERVED,
): void {
  if (custom || header === undefined || header === '' || ANSWERS_OTHERWISE.has(subresource)) return;
  const isRouted = header
    .slice(0, LONGEST_ACCEPT)
    .split(',')
    .map((clause) => (clause.split(';')[0] ?? '').trim())
    .some((type) => type === '*/*' || served.includes(type));
  if (isRouted) return;
  const streams = verb === 'list' ? STREAMED : [];
  const all = [...served, ...streams.map((type) => `${type};stream=watch`)];
  throw new ApiError(
    406,
    'NotAcceptable',
    `406: Not Acceptable\n\nAvailable representations: ${all.join(', ')}`,
    {},
  );
}

/** Subresources that answer with something else than an object. */
const ANSWERS_OTHERWISE = new Set(['log', 'exec', 'attach', 'portforward', 'proxy']);

/** How a client is told what went wrong: as it wants objects, and in JSON when that can't be. */
export function encodingOfErrors(header: string | undefined): Accepted['encoding'] {
  try {
    return negotiate(header, false).encoding;
  } catch {
    return 'json';
  }
}

function encodingOf(type: string): Accepted['encoding'] | undefined {
  if (type === 'application/json' || type === '*/*' || type === 'application/*') return 'json';
  return type === 'application/yaml' ? 'yaml' : undefined;
}
