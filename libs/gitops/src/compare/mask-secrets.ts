import { isJsonObject, setOwn, type JsonObject, type KubeObject } from '@lotse/manifests';
import { ANNOTATION } from '../annotations.js';

/** Shortest run that stands for a secret value; each further distinct value gets one more, so that equal and different stay visible. */
const SHORTEST_MASK = 8;

/**
 * Masks the values of Secrets: each distinct value becomes a run of `+` of its own length class, the same over all
 * objects given together. Objects of other kinds pass unchanged. The record of a client-side apply, managed-fields
 * text and `stringData` are masked too.
 */
export function maskSecrets<T extends KubeObject | undefined>(objects: readonly T[]): T[] {
  const masks = new Map<string, string>();
  const mask = (value: string): string => {
    const known = masks.get(value);
    if (known !== undefined) return known;
    const made = '+'.repeat(SHORTEST_MASK + masks.size);
    masks.set(value, made);
    return made;
  };
  return objects.map((object) => {
    if (!object || object.kind !== 'Secret' || !/^v\d/.test(object.apiVersion)) return object;
    return maskOne(object, mask) as T;
  });
}

/** Masks one object on its own. */
export function maskSecret<T extends KubeObject>(object: T): T {
  return maskSecrets([object])[0] ?? object;
}

function maskOne(object: KubeObject, mask: (value: string) => string): KubeObject {
  const masked: KubeObject = { ...object };
  const values = (data: unknown, decoded: boolean): JsonObject => {
    const result: JsonObject = {};
    // a malformed `data` must not leak either: whatever isn't a map of texts is masked whole
    if (!isJsonObject(data)) return { '?': mask(JSON.stringify(data) ?? '') };
    for (const [key, value] of Object.entries(data)) {
      const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
      setOwn(result, key, mask(decoded ? Buffer.from(text).toString('base64') : text));
    }
    return result;
  };
  if (object['data'] != null) masked['data'] = values(object['data'], false);
  if (object['stringData'] != null) masked['stringData'] = values(object['stringData'], true);
  const annotations = object.metadata.annotations;
  if (annotations && Object.hasOwn(annotations, ANNOTATION.lastApplied)) {
    masked.metadata = {
      ...object.metadata,
      annotations: {
        ...annotations,
        [ANNOTATION.lastApplied]: mask(annotations[ANNOTATION.lastApplied] ?? ''),
      },
    };
  }
  return masked;
}
