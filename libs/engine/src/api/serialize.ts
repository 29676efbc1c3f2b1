import type { JsonValue } from '@lotse/manifests';
import { emitYaml } from '@lotse/manifests';
import type { StoredObject } from '../store/stored-object.js';

/** Bytes of JSON kept per generation; two generations are kept. Lists and watches of a busy cluster ask for the same ones. */
const KEPT_BYTES = 32 * 1024 * 1024;

let bytes = new WeakMap<object, Buffer>();
let older = bytes;
let size = 0;

/**
 * The object as JSON bytes. Stored objects never change, so each is serialised once however often it is read; what nobody
 * has asked for in a while is made again.
 */
export function jsonBytes(object: StoredObject): Buffer {
  let found = bytes.get(object);
  if (found) return found;
  found = older.get(object) ?? Buffer.from(JSON.stringify(object));
  size += found.length;
  if (size > KEPT_BYTES) {
    older = bytes;
    bytes = new WeakMap();
    size = found.length;
  }
  bytes.set(object, found);
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
