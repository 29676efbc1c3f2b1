import { createHash } from 'node:crypto';
import type { ResourceInfo } from '../../registry/resource.js';
import { encodeDefinitions, encodePaths } from './gnostic.js';
import { operationsOf, type OperationForm } from './paths.js';
import { SchemaCollector } from './schemas.js';

/** How the second version of OpenAPI is written down. */
export type DocumentForm = 'json' | 'protobuf';

/** What some resources contribute to a document. */
export interface DocumentPart {
  readonly paths: Readonly<Record<string, unknown>>;
  readonly definitions: Readonly<Record<string, unknown>>;
}

/** What a part has a say in. */
export interface PartNames {
  readonly paths: ReadonlySet<string>;
  readonly definitions: ReadonlySet<string>;
}

/** The names of paths and definitions of a part. */
export function namesOf({ paths, definitions }: DocumentPart): PartNames {
  return { paths: new Set(Object.keys(paths)), definitions: new Set(Object.keys(definitions)) };
}

/** A part as bytes that stand in a document beside those of other parts. */
export interface EncodedPart {
  readonly paths: Buffer;
  readonly definitions: Buffer;
  readonly names: PartNames;
  readonly digest: string;
}

/** What resources contribute: their operations, and the definitions of their kinds that are not `known` already. */
export function documentPart(
  resources: Iterable<ResourceInfo>,
  known: ReadonlySet<string> = new Set(),
): DocumentPart {
  const schemas = new SchemaCollector('v2');
  const paths: Record<string, unknown> = {};
  for (const resource of resources) {
    for (const { path, operations } of operationsOf(resource, schemas.of(resource)))
      paths[path] = Object.fromEntries(operations.map((form) => [form.method, operation(form)]));
  }
  const definitions = Object.entries(schemas.all()).filter(([name]) => !known.has(name));
  return { paths, definitions: Object.fromEntries(definitions) };
}

/** A part without what others say of the same paths and definitions. */
export function withoutNames(
  { paths, definitions }: DocumentPart,
  taken: readonly PartNames[],
): DocumentPart {
  const free = (map: object, of: keyof PartNames): Record<string, unknown> =>
    Object.fromEntries(Object.entries(map).filter(([name]) => !taken.some((names) => names[of].has(name))));
  return { paths: free(paths, 'paths'), definitions: free(definitions, 'definitions') };
}

/** The bytes of a part. */
export function encodedPart(part: DocumentPart, form: DocumentForm): EncodedPart {
  const { paths, definitions } = part;
  const bytes =
    form === 'protobuf'
      ? { paths: encodePaths(paths), definitions: encodeDefinitions(definitions) }
      : { paths: members(paths), definitions: members(definitions) };
  const digest = createHash('sha256').update(bytes.paths).update(bytes.definitions).digest('hex');
  return { ...bytes, names: namesOf(part), digest };
}

/** The members of an object without its braces. */
const members = (object: object): Buffer => Buffer.from(JSON.stringify(object).slice(1, -1));

function operation(form: OperationForm): Record<string, unknown> {
  return {
    tags: [form.tag],
    operationId: form.operationId,
    ...(form.consumes.length > 0 && { consumes: form.consumes }),
    parameters: [
      ...(form.consumes.length > 0
        ? [{ name: 'body', in: 'body', required: true, schema: form.schema }]
        : []),
      ...form.parameters.map((parameter) => ({ ...parameter, in: 'query', uniqueItems: true })),
    ],
    responses: { 200: { description: 'OK', schema: form.answer } },
    'x-kubernetes-action': form.action,
    'x-kubernetes-group-version-kind': form.kind,
  };
}
