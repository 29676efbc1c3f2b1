import type { JsonValue } from '@lotse/manifests';
import { emitYaml } from '@lotse/manifests';
import type { StoredObject } from '../store/stored-object.js';

const bytes = new WeakMap<object, Buffer>();

/** The object as JSON bytes. Stored objects never change, so each is serialised once however often it is read. */
export function jsonBytes(object: StoredObject): Buffer {
  let found = bytes.get(object);
  if (!found) {
    found = Buffer.from(JSON.stringify(object));
    bytes.set(object, found);
  }
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
