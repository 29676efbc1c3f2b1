import { isJsonObject, type JsonObject, type JsonValue } from '@lotse/manifests';
import type { Resource } from './schema-document.js';

/** The schemas that led to one, from the inside out. */
export interface SchemaTrail {
  readonly schema: JsonObject;
  /** Which value it is about: the same array stands for the same value. */
  readonly path: readonly string[];
  /** The keyword that named it from elsewhere; without one it stands inside its parent. */
  readonly via: string | undefined;
  readonly parent: SchemaTrail | undefined;
}

/**
 * What Helm says of a schema that comes to itself again without having come to another value; undefined when this one
 * doesn't.
 */
export function circleMessage(trail: SchemaTrail, { base, root }: Resource): string | undefined {
  for (let other = trail.parent; other?.path === trail.path; other = other.parent) {
    if (other.schema !== trail.schema) continue;
    const address = `${base}#${pointerTo(root, trail.schema) ?? ''}`;
    return `both ${keywordsTo(trail)} and ${keywordsTo(other)} resolve to ${JSON.stringify(address)} causing reference cycle`;
  }
  return undefined;
}

/** The keywords that were followed from the root of the schema on. */
function keywordsTo({ schema, via, parent }: SchemaTrail): string {
  if (!parent) return '';
  return keywordsTo(parent) + (via === undefined ? (pointerTo(parent.schema, schema) ?? '') : `/${via}`);
}

/** Where `wanted` itself, not its like, stands in `node`. */
function pointerTo(node: JsonValue, wanted: JsonObject): string | undefined {
  if (node === wanted) return '';
  if (!isJsonObject(node) && !Array.isArray(node)) return undefined;
  for (const [key, value] of Object.entries(node)) {
    const below = pointerTo(value, wanted);
    if (below !== undefined) return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}${below}`;
  }
  return undefined;
}
