import { createHash } from 'node:crypto';
import { getOwn, type JsonObject, type JsonValue } from '@lotse/manifests';
import { goJson } from './go-json.js';
import { toJson } from './json-values.js';
import { isMap, textOf, type ValueMap } from './values.js';

/** Letters instead of digits that could spell something. */
const REPLACED: Readonly<Record<string, string>> = { '0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't' };
const HASH_LENGTH = 10;

/**
 * The suffix of a generated resource's name. The name itself is always empty in what is hashed, so that the hash depends on
 * the content alone.
 */
export function hashResource(resource: ValueMap): string {
  const kind = textOf(getOwn(resource, 'kind'));
  const content: JsonObject = { kind, name: '', data: field(resource, 'data') };
  if (kind === 'ConfigMap') addMap(content, resource, 'binaryData');
  else if (kind === 'Secret') {
    content['type'] = field(resource, 'type');
    addMap(content, resource, 'stringData');
  } else return hashText(goJson(toJson(resource)));
  return hashText(goJson(content));
}

function field(resource: ValueMap, name: string): JsonValue {
  const value = getOwn(resource, name);
  if (value === undefined) return '';
  return isMap(value) || Array.isArray(value) ? toJson(value) : textOf(value);
}

function addMap(content: JsonObject, resource: ValueMap, name: string): void {
  const value = getOwn(resource, name);
  if (isMap(value)) content[name] = toJson(value);
}

function hashText(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
  return hex.replace(/[013ae]/g, (char) => REPLACED[char] ?? char);
}
