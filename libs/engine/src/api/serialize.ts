import type { JsonValue } from '@lotse/manifests';
import { emitYaml } from '@lotse/manifests';
import type { StoredObject } from '../store/stored-object.js';

/** Characters of JSON kept per generation; two generations are kept. Lists and watches of a busy cluster ask for the same ones. */
const KEPT_CHARACTERS = 32 * 1024 * 1024;

let texts = new WeakMap<object, string>();
let older = texts;
let size = 0;

/**
 * The object as JSON, kept: stored objects never change, and all watchers of one are sent the same. What nobody has asked
 * for in a while is made again. Text, not bytes: memory outside of the heap, kept by the kilobyte, makes the collector walk
 * the whole heap every few times.
 */
export function jsonText(object: StoredObject): string {
  let found = texts.get(object);
  if (found !== undefined) return found;
  found = older.get(object) ?? JSON.stringify(object);
  size += found.length;
  if (size > KEPT_CHARACTERS) {
    older = texts;
    texts = new WeakMap();
    size = found.length;
  }
  texts.set(object, found);
  return found;
}

/** A value in the encoding that was negotiated, ended by a newline as Kubernetes does. */
export function encode(value: unknown, encoding: 'json' | 'yaml'): string {
  return encoding === 'yaml' ? emitYaml(value as JsonValue) : `${JSON.stringify(value)}\n`;
}

/** Media type of an encoding. */
export function mediaType(encoding: 'json' | 'yaml'): string {
  return encoding === 'yaml' ? 'application/yaml' : 'application/json';
}
