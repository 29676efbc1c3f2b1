import { isJsonObject, parseYamlDocuments, type JsonValue } from '@lotse/manifests';
import { objectOf, type Value } from '../values.js';
import type { Call, Native } from './native.js';

/** Texts to values. */
export const PARSERS: readonly Native[] = [
  ['parseInt', 'str', (call) => parseWhole(call, /^-?[0-9]+$/, 10)],
  ['parseOctal', 'str', (call) => parseWhole(call, /^[0-7]+$/, 8)],
  ['parseHex', 'str', (call) => parseWhole(call, /^[0-9A-Fa-f]+$/, 16)],
  [
    'parseJson',
    'str',
    (call) => {
      let parsed: JsonValue;
      try {
        parsed = JSON.parse(call.text(0)) as JsonValue;
      } catch (error) {
        return call.fail(`failed to parse JSON: ${error instanceof Error ? error.message : ''}`);
      }
      return fromJson(parsed);
    },
  ],
  [
    'parseYaml',
    'str',
    (call) => {
      const text = call.text(0);
      let documents: JsonValue[];
      try {
        documents = parseYamlDocuments(text);
      } catch (error) {
        return call.fail(`failed to parse YAML: ${error instanceof Error ? error.message : ''}`);
      }
      const [only = null] = documents;
      return /^---(\s|$)/m.test(text) ? documents.map(fromJson) : fromJson(only);
    },
  ],
];

function parseWhole(call: Call, pattern: RegExp, radix: number): number {
  const text = call.text(0);
  return pattern.test(text)
    ? Number.parseInt(text, radix)
    : call.fail(`${JSON.stringify(text)} is not a base ${radix} integer`);
}

/** Plain data as a value. */
export function fromJson(value: JsonValue): Value {
  if (Array.isArray(value)) return value.map(fromJson);
  if (isJsonObject(value))
    return objectOf(Object.entries(value).map(([key, item]) => [key, fromJson(item)] as const));
  return value;
}
