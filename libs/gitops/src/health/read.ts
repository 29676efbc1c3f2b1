import { isJsonObject, type JsonObject, type JsonValue, type KubeObject } from '@lotse/manifests';

/** The part of an object at a path; undefined when it isn't there. */
export function fieldAt(object: KubeObject | JsonObject, ...path: string[]): JsonValue | undefined {
  let value: unknown = object;
  for (const key of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value as JsonValue | undefined;
}

/** The number at a path, or the fallback. */
export function numberAt(object: KubeObject | JsonObject, path: readonly string[], fallback = 0): number {
  const value = fieldAt(object, ...path);
  return typeof value === 'number' ? value : fallback;
}

/** The text at a path, or ''. */
export function textAt(object: KubeObject | JsonObject, ...path: string[]): string {
  const value = fieldAt(object, ...path);
  return typeof value === 'string' ? value : '';
}

/** The objects in the list at a path. */
export function listAt(object: KubeObject | JsonObject, ...path: string[]): JsonObject[] {
  const value = fieldAt(object, ...path);
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** True while a controller hasn't yet looked at the newest spec. */
export function specNotObserved(object: KubeObject): boolean {
  return (object.metadata.generation ?? 0) > numberAt(object, ['status', 'observedGeneration']);
}
