import type { JsonValue } from '../json.js';
import type { GroupVersionKind } from '../kube-object.js';
import table from './generated/kubernetes-schema.json' with { type: 'json' };

/** One of several fields that decide a union type. */
export interface SchemaUnion {
  readonly discriminator?: string;
  readonly 'fields-to-discriminateBy'?: Readonly<Record<string, string>>;
}

/** One type or field of the Kubernetes API, in the words of its OpenAPI document. A node with `ref` says the rest elsewhere. */
export interface SchemaNode {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  /** `int32`, `int64`, `double`, `byte`, `date-time`, `int-or-string`. */
  readonly format?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly additionalProperties?: SchemaNode;
  /** Name of another definition; `default` and the `x-kubernetes-` keys beside it still count. */
  readonly ref?: string;
  readonly default?: JsonValue;
  readonly oneOf?: readonly SchemaNode[];
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'map' | 'set';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular';
  readonly 'x-kubernetes-patch-merge-key'?: string;
  /** `merge`, `replace`, `retainKeys`, or two of them joined by a comma. */
  readonly 'x-kubernetes-patch-strategy'?: string;
  readonly 'x-kubernetes-unions'?: readonly SchemaUnion[];
  /** The kinds a definition is served as. */
  readonly gvk?: readonly GroupVersionKind[];
}

const KINDS = new Map<string, string>(Object.entries(table.kinds));
const TEXTS = new Map<string, string>(Object.entries(table.definitions));
const parsed = new Map<string, SchemaNode>();

/** The Kubernetes version the table describes, such as `v1.36`. */
export const KUBERNETES_SCHEMA_VERSION: string = table.version;

/** The definition of that name, such as `io.k8s.api.core.v1.Pod`; undefined when there is none. Parsed on first use. */
export function schemaByName(name: string): SchemaNode | undefined {
  const known = parsed.get(name);
  if (known) return known;
  const text = TEXTS.get(name);
  if (text === undefined) return undefined;
  const node = JSON.parse(text) as SchemaNode;
  parsed.set(name, node);
  return node;
}

/** The definition of a built-in kind; undefined for kinds Kubernetes does not have. */
export function schemaForKind(gvk: GroupVersionKind): SchemaNode | undefined {
  const name = KINDS.get(`${gvk.group}/${gvk.version}/${gvk.kind}`);
  return name === undefined ? undefined : schemaByName(name);
}

/** The name of the definition of a built-in kind. */
export function schemaNameForKind(gvk: GroupVersionKind): string | undefined {
  return KINDS.get(`${gvk.group}/${gvk.version}/${gvk.kind}`);
}

/** Names of all definitions, sorted. */
export function schemaNames(): string[] {
  return [...TEXTS.keys()];
}

/** Follows `ref` until the node that has the type. */
export function resolveSchema(node: SchemaNode): SchemaNode {
  let current: SchemaNode = node;
  while (current.ref !== undefined) {
    const target = schemaByName(current.ref);
    if (!target) return {};
    current = target;
  }
  return current;
}
