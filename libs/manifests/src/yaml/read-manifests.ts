import { CodedError } from '../coded-error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import type { KubeObject } from '../kube-object.js';
import { ValueBuilder } from './build-value.js';
import { parseYamlNodes } from './parse-yaml.js';
import { getOwn } from './set-own.js';
import { DEFAULT_YAML_LIMITS } from './yaml-limits.js';

/**
 * Reads the Kubernetes objects of a file: several documents, YAML or JSON, Lists expanded, empty documents skipped.
 * Throws CodedError `manifests/invalid` naming file, line and what is missing; `yaml/...` when it is no YAML at all.
 */
export function readManifests(text: string | Uint8Array, file?: string): KubeObject[] {
  const builder = new ValueBuilder({
    file,
    limits: DEFAULT_YAML_LIMITS,
    duplicateKeys: 'error',
    bigints: false,
  });
  const objects: KubeObject[] = [];
  for (const node of parseYamlNodes(text, { file })) {
    const value = builder.build(node);
    if (value === null || (isJsonObject(value) && Object.keys(value).length === 0)) continue;
    collect(value, file, node.line + 1, objects);
  }
  return objects;
}

function collect(value: JsonValue, file: string | undefined, line: number, objects: KubeObject[]): void {
  const fail = (problem: string): never => {
    const where = file === undefined ? `line ${line}` : `${file}:${line}`;
    throw new CodedError('manifests/invalid', `cannot read the Kubernetes object at ${where}: ${problem}`, {
      ...(file === undefined ? {} : { file }),
      line,
    });
  };
  if (!isJsonObject(value)) return fail('it is not a map; expected apiVersion, kind and metadata');
  const apiVersion = getOwn(value, 'apiVersion');
  const kind = getOwn(value, 'kind');
  if (typeof apiVersion !== 'string' || apiVersion === '')
    return fail(`apiVersion is ${describe(apiVersion)}; every object needs one such as apps/v1`);
  if (typeof kind !== 'string' || kind === '')
    return fail(`kind is ${describe(kind)}; every object needs one such as Deployment`);
  const items = getOwn(value, 'items');
  if (kind.endsWith('List') && Array.isArray(items)) {
    for (const item of items) collect(withListType(item, apiVersion, kind), file, line, objects);
    return;
  }
  const metadata = getOwn(value, 'metadata') ?? {};
  if (!isJsonObject(metadata)) return fail(`metadata is ${describe(metadata)}; expected a map`);
  const name = getOwn(metadata, 'name');
  if (name !== undefined && typeof name !== 'string')
    return fail(`metadata.name is ${describe(name)}; quote it to make it text`);
  const namespace = getOwn(metadata, 'namespace');
  if (namespace !== undefined && namespace !== null && typeof namespace !== 'string')
    return fail(`metadata.namespace is ${describe(namespace)}; quote it to make it text`);
  objects.push({ ...value, metadata } as unknown as KubeObject);
}

/** Items of a typed list such as ConfigMapList may leave out what the list says already. */
function withListType(item: JsonValue, apiVersion: string, listKind: string): JsonValue {
  if (!isJsonObject(item) || listKind === 'List') return item;
  const typed: JsonObject = { apiVersion, kind: listKind.slice(0, -'List'.length), ...item };
  return typed;
}

function describe(value: JsonValue | undefined): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : `the ${typeof value} ${JSON.stringify(value)}`;
}
