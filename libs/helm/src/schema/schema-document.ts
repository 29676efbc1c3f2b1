import { isJsonObject, type JsonObject, type JsonValue } from '@lotse/manifests';

/** A schema that can't be used; the message names what is wrong with it. */
export class SchemaDefinitionError extends Error {}

/** The drafts of JSON Schema, by the number that orders them. */
export type Draft = 4 | 6 | 7 | 2019 | 2020;

/** A schema where it stands: what it says and the base its references start from. */
export interface SchemaPlace {
  readonly schema: JsonValue;
  readonly resource: Resource;
}

/** A schema with an address of its own, and what can be referred to in it by name. */
export interface Resource {
  readonly base: string;
  readonly root: JsonValue;
  readonly draft: Draft;
  readonly anchors: Map<string, JsonValue>;
  readonly dynamicAnchors: Map<string, JsonValue>;
}

/** The address that Helm gives the schema of a chart. */
export const ROOT_BASE = 'file:///values.schema.json';
/** Schemas nested deeper than this are refused. */
const MAX_DEPTH = 500;
/** Keywords whose content is data, not schemas. */
const DATA_KEYWORDS = new Set(['const', 'enum', 'default', 'examples']);

/** The draft a `$schema` address names; the newest when it names none that is known. */
export function draftOf(uri: JsonValue | undefined, fallback: Draft): Draft {
  if (typeof uri !== 'string') return fallback;
  const clean = uri.split('#')[0] ?? '';
  if (clean.endsWith('draft-03/schema') || clean.endsWith('draft-04/schema')) return 4;
  if (clean.endsWith('draft-06/schema')) return 6;
  if (clean.endsWith('draft-07/schema')) return 7;
  if (clean.includes('2019-09')) return 2019;
  if (clean.includes('2020-12') || clean.endsWith('json-schema.org/schema')) return 2020;
  return fallback;
}

/** A schema file: its resources by address, and how references are followed. */
export class SchemaDocument {
  readonly root: SchemaPlace;
  readonly #resources = new Map<string, Resource>();
  readonly #owners = new Map<JsonValue, Resource>();

  /** Formats are demands in every draft. */
  assertsFormats = false;

  /** Hears of schemas that are referred to and not in this file. */
  onUnresolved: (address: string) => void = () => undefined;

  constructor(schema: JsonValue) {
    const draft = draftOf(isJsonObject(schema) ? schema['$schema'] : undefined, 2020);
    const resource = this.#newResource(ROOT_BASE, schema, draft);
    this.#index(schema, resource, 0, true);
    this.root = { schema, resource: this.#owners.get(schema) ?? resource };
  }

  #newResource(base: string, root: JsonValue, draft: Draft): Resource {
    const resource = {
      base,
      root,
      draft,
      anchors: new Map<string, JsonValue>(),
      dynamicAnchors: new Map<string, JsonValue>(),
    };
    this.#resources.set(base, resource);
    return resource;
  }

  #index(node: JsonValue, outer: Resource, depth: number, isSchema: boolean): void {
    if (depth > MAX_DEPTH) throw new SchemaDefinitionError('the schema is nested too deeply');
    if (Array.isArray(node)) {
      for (const item of node) this.#index(item, outer, depth + 1, isSchema);
      return;
    }
    if (!isJsonObject(node)) return;
    let resource = outer;
    if (isSchema) resource = this.#enter(node, outer);
    this.#owners.set(node, resource);
    for (const [key, value] of Object.entries(node)) {
      if (isSchema && DATA_KEYWORDS.has(key)) continue;
      this.#index(value, resource, depth + 1, true);
    }
  }

  #enter(node: JsonObject, outer: Resource): Resource {
    const id = node[outer.draft === 4 ? 'id' : '$id'];
    const isOld = outer.draft <= 7;
    let resource = outer;
    if (typeof id === 'string' && !(isOld && typeof node['$ref'] === 'string')) {
      if (id.startsWith('#')) resource.anchors.set(id.slice(1), node);
      else {
        const base = resolveUri(outer.base, id).replace(/#.*$/, '');
        if (node === outer.root) this.#resources.set(base, outer);
        else resource = this.#newResource(base, node, draftOf(node['$schema'], outer.draft));
        if (node === outer.root) resource = this.#newResource(base, node, outer.draft);
      }
    }
    for (const [keyword, dynamic] of [
      ['$anchor', false],
      ['$dynamicAnchor', true],
    ] as const) {
      const name = node[keyword];
      if (typeof name !== 'string') continue;
      resource.anchors.set(name, node);
      if (dynamic) resource.dynamicAnchors.set(name, node);
    }
    return resource;
  }

  /** The schema a reference leads to. Throws {@link SchemaDefinitionError} when it leads nowhere in this file. */
  resolve(reference: string, from: Resource): SchemaPlace {
    const uri = resolveUri(from.base, reference);
    const [base, fragment] = splitFragment(uri);
    const resource = this.#resources.get(base);
    if (!resource && base.startsWith('file:'))
      throw new SchemaDefinitionError(
        `failing loading ${JSON.stringify(base)}: open ${base.slice('file://'.length)}: no such file or directory`,
      );
    if (!resource) {
      // Nothing is fetched while rendering; what is elsewhere is taken to allow the value, and a warning says so.
      this.onUnresolved(base);
      return { schema: true, resource: from };
    }
    if (fragment === '') return { schema: resource.root, resource };
    if (!fragment.startsWith('/')) {
      const anchor = resource.anchors.get(fragment);
      if (anchor === undefined)
        throw new SchemaDefinitionError(
          `anchor in ${JSON.stringify(uri)} not found in schema ${JSON.stringify(base)}`,
        );
      return { schema: anchor, resource };
    }
    return this.#follow(resource, fragment, uri);
  }

  #follow(resource: Resource, pointer: string, uri: string): SchemaPlace {
    let node: JsonValue | undefined = resource.root;
    let owner = resource;
    for (const raw of pointer.slice(1).split('/')) {
      const token = decodeURIComponent(raw).replaceAll('~1', '/').replaceAll('~0', '~');
      if (Array.isArray(node)) node = node[Number(token)];
      else node = isJsonObject(node) && Object.hasOwn(node, token) ? node[token] : undefined;
      if (node === undefined)
        throw new SchemaDefinitionError(`json-pointer in ${JSON.stringify(uri)} not found`);
      owner = this.#owners.get(node) ?? owner;
    }
    return { schema: node, resource: owner };
  }

  /** The place of a schema found inside another. */
  place(schema: JsonValue, outer: Resource): SchemaPlace {
    return { schema, resource: (isJsonObject(schema) ? this.#owners.get(schema) : undefined) ?? outer };
  }
}

function splitFragment(uri: string): [string, string] {
  const hash = uri.indexOf('#');
  return hash < 0 ? [uri, ''] : [uri.slice(0, hash), uri.slice(hash + 1)];
}

function resolveUri(base: string, reference: string): string {
  if (reference.startsWith('#')) return base + reference;
  try {
    return new URL(reference, base).href;
  } catch {
    return reference;
  }
}
