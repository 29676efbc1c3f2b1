import type { GroupVersionKind } from '../kube-object.js';
import { resolveSchema, schemaForKind, type SchemaNode } from '../schema/kubernetes-schema.js';

/** What a strategic merge needs to know about a field. */
export interface PatchSchema {
  /** The schema of a field of this map; undefined when it is unknown: maps merge then, lists are replaced. */
  field(name: string): PatchSchema | undefined;
  /** The schema of the entries of this list. */
  items(): PatchSchema | undefined;
  /** The field that identifies entries of this list of maps. */
  readonly mergeKey: string | undefined;
  /** `merge`, `replace`, `retainKeys`. */
  readonly strategies: readonly string[];
}

/** The strategic merge rules of a built-in kind; undefined for custom resources, which the API server merges by RFC 7386. */
export function patchSchemaForKind(gvk: GroupVersionKind): PatchSchema | undefined {
  const node = schemaForKind(gvk);
  return node && patchSchema(node);
}

/** The strategic merge rules of a type. */
export function patchSchema(node: SchemaNode): PatchSchema {
  const resolved = resolveSchema(node);
  return {
    field(name) {
      const { properties, additionalProperties } = resolved;
      const child = properties && Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
      return child && patchSchema(child);
    },
    items: () => resolved.items && patchSchema(resolved.items),
    mergeKey: node['x-kubernetes-patch-merge-key'],
    strategies: node['x-kubernetes-patch-strategy']?.split(',') ?? [],
  };
}
