import { getOwn, isJsonObject, type JsonObject, type JsonValue, parseYamlDocuments } from '@lotse/manifests';
import { kustomizeError } from './kustomize-error.js';
import {
  type MergeSchema,
  type MergeSchemas,
  mergeSchemaForDefinition,
  mergeSchemaForKind,
} from './merge-schema.js';

/**
 * The original reads its built-in schema when it first needs it. What is read stays when a document is named later (the
 * document's definitions then replace those of the same name), and what is only wanted is read after the document (and
 * replaces its definitions).
 */
export type BuiltInUse = 'unused' | 'wanted' | 'read';

/**
 * Reads an OpenAPI document named by `openapi.path`: it replaces the built-in merge rules, or adds to them when those were in
 * use before.
 */
export function readOpenApiSchema(text: Uint8Array, file: string, builtIn: BuiltInUse): MergeSchemas {
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
  const source: Definitions = { definitions, builtIn };
  return {
    ofKind(apiVersion, kind) {
      const known = builtIn === 'unused' ? undefined : mergeSchemaForKind(apiVersion, kind);
      if (known && builtIn === 'wanted') return known;
      const definition = kinds.get(`${apiVersion}/${kind}`);
      return definition ? schemaOf(definition, source) : known;
    },
    ofComment: (schema) => commentSchema(schema, source),
  };
}

/** The merge rules of Kubernetes 1.21. */
export const builtInSchemas: MergeSchemas = {
  ofKind: mergeSchemaForKind,
  ofComment: (schema) => commentSchema(schema, { definitions: {}, builtIn: 'read' }),
};

/** A reference that leads nowhere is a schema without fields. */
function commentSchema(schema: JsonObject, source: Definitions): MergeSchema {
  return resolve(schema, source) ?? schemaOf({}, source);
}

interface Definitions {
  readonly definitions: JsonObject;
  readonly builtIn: BuiltInUse;
}

function textField(object: JsonObject, name: string): string {
  const value = getOwn(object, name);
  return typeof value === 'string' ? value : '';
}

/** References followed for one field, against definitions that refer to themselves. */
const MAX_REFERENCES = 100;

/** The schema a node stands for, by the references it leads to. */
function resolve(node: JsonValue | undefined, source: Definitions): MergeSchema | undefined {
  let current = node;
  for (let i = 0; i < MAX_REFERENCES && isJsonObject(current); i++) {
    const reference = getOwn(current, '$ref');
    if (typeof reference !== 'string') return schemaOf(current, source);
    const name = reference.replace(/^#\/definitions\//, '');
    const known = source.builtIn === 'unused' ? undefined : mergeSchemaForDefinition(name);
    if (known && source.builtIn === 'wanted') return known;
    current = getOwn(source.definitions, name);
    if (current === undefined) return known;
  }
  return undefined;
}

function schemaOf(node: JsonObject, source: Definitions): MergeSchema {
  return {
    field(name) {
      const properties = getOwn(node, 'properties');
      const property = isJsonObject(properties) ? getOwn(properties, name) : undefined;
      return resolve(property ?? getOwn(node, 'additionalProperties'), source);
    },
    items: () => (isArrayType(getOwn(node, 'type')) ? resolve(getOwn(node, 'items'), source) : undefined),
    listKeys: listKeys(node),
  };
}

function isArrayType(type: JsonValue | undefined): boolean {
  return Array.isArray(type) ? type.length === 1 && type[0] === 'array' : type === 'array';
}

function listKeys(node: JsonObject): string[] | undefined {
  const strategy = getOwn(node, 'x-kubernetes-patch-strategy');
  if (typeof strategy !== 'string' || !strategy.split(',').includes('merge')) return undefined;
  const keys = getOwn(node, 'x-kubernetes-list-map-keys');
  if (Array.isArray(keys)) return keys.filter((key) => typeof key === 'string');
  const key = getOwn(node, 'x-kubernetes-patch-merge-key');
  return typeof key === 'string' ? [key] : [];
}
