import { ApiError } from './api-error.js';

/** What form an answer takes. */
export interface Accepted {
  readonly encoding: 'json' | 'yaml';
  readonly as: 'object' | 'Table' | 'PartialObjectMetadata';
  /** Version of Table or PartialObjectMetadata asked for. */
  readonly metaVersion: 'v1' | 'v1beta1';
}

interface Clause {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Longest Accept header that is looked at; a client's is a few hundred characters. */
const LONGEST_ACCEPT = 4096;

/** The clauses of an Accept header in the client's order; `q=0` refuses. */
export function acceptClauses(header: string | undefined): readonly Clause[] {
  return (header ?? '*/*')
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
    .filter(({ type, parameters }) => type !== '' && parameters.get('q') !== '0');
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
    if (as === undefined) return { encoding, as: 'object', metaVersion: 'v1' };
    if (!transforms || parameters.get('g') !== 'meta.k8s.io') continue;
    const metaVersion = parameters.get('v');
    if (metaVersion !== 'v1' && metaVersion !== 'v1beta1') continue;
    if (as === 'Table') return { encoding, as: 'Table', metaVersion };
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList')
      return { encoding, as: 'PartialObjectMetadata', metaVersion };
  }
  throw new ApiError(
    406,
    'NotAcceptable',
    'only the following media types are accepted: application/json, application/yaml',
  );
}

function encodingOf(type: string): Accepted['encoding'] | undefined {
  if (type === 'application/json' || type === '*/*' || type === 'application/*') return 'json';
  return type === 'application/yaml' ? 'yaml' : undefined;
}
