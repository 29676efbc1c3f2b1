import { getOwn, isJsonObject, type JsonObject, type JsonValue, parseYamlDocuments } from '@lotse/manifests';
import { kustomizeError } from './kustomize-error.js';
import type { MergeSchema } from './merge-schema.js';

/** Reads an OpenAPI document named by `openapi.path`: it replaces the built-in merge rules. */
export function readOpenApiSchema(
  text: Uint8Array,
  file: string,
): (apiVersion: string, kind: string) => MergeSchema | undefined {
  const document = parseYamlDocuments(text, { file, duplicateKeys: 'last' })[0] ?? null;
  const definitions = isJsonObject(document) ? getOwn(document, 'definitions') : undefined;
  if (!isJsonObject(definitions))
    throw kustomizeError('openapi', `${file} is no OpenAPI document: it has no definitions`, { file });
  const kinds = new Map<string, JsonObject>();
  for (const name of Object.keys(definitions)) {
    const definition = definitions[name];
    const identities = isJsonObject(definition) ? definition['x-kubernetes-group-version-kind'] : undefined;
    if (!isJsonObject(definition) || !Array.isArray(identities)) continue;
    for (const identity of identities) {
      if (!isJsonObject(identity)) continue;
      const group = textField(identity, 'group');
      const version = textField(identity, 'version');
      kinds.set(
        `${group === '' ? version : `${group}/${version}`}/${textField(identity, 'kind')}`,
        definition,
      );
    }
  }
  return (apiVersion, kind) => {
    const definition = kinds.get(`${apiVersion}/${kind}`);
    return definition && schemaOf(definition, definitions);
  };
}

function textField(object: JsonObject, name: string): string {
  const value = getOwn(object, name);
  return typeof value === 'string' ? value : '';
}

/** References followed for one field, against definitions that refer to themselves. */
const MAX_REFERENCES = 100;

function resolve(node: JsonValue | undefined, definitions: JsonObject): JsonObject | undefined {
  let current = node;
  for (let i = 0; i < MAX_REFERENCES && isJsonObject(current); i++) {
    const reference = getOwn(current, '$ref');
    if (typeof reference !== 'string') return current;
    current = getOwn(definitions, reference.replace(/^#\/definitions\//, ''));
  }
  return undefined;
}

function schemaOf(node: JsonObject, definitions: JsonObject): MergeSchema {
  const child = (value: JsonValue | undefined): MergeSchema | undefined => {
    const resolved = resolve(value, definitions);
    return resolved && schemaOf(resolved, definitions);
  };
  return {
    field(name) {
      const properties = getOwn(node, 'properties');
      const property = isJsonObject(properties) ? getOwn(properties, name) : undefined;
      return child(property ?? getOwn(node, 'additionalProperties'));
    },
    items: () => child(getOwn(node, 'items')),
    listKeys: listKeys(node),
  };
}

function listKeys(node: JsonObject): string[] | undefined {
  const strategy = getOwn(node, 'x-kubernetes-patch-strategy');
  if (typeof strategy !== 'string' || !strategy.split(',').includes('merge')) return undefined;
  const keys = getOwn(node, 'x-kubernetes-list-map-keys');
  if (Array.isArray(keys)) return keys.filter((key) => typeof key === 'string');
  const key = getOwn(node, 'x-kubernetes-patch-merge-key');
  return typeof key === 'string' ? [key] : [];
}
