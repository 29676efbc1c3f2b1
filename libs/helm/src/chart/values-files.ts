import { parseYamlDocuments } from '@lotse/manifests';
import { fromJsonValue } from '../functions/go-json.js';
import { kindName } from '../template/values.js';
import type { ValuesTable } from './chart.js';
import { messageOf } from './chart-error.js';

/** Reads a values file; several documents are merged in order. Throws when it is no YAML or not a map. */
export function readValues(text: string | Uint8Array): ValuesTable {
  let values: ValuesTable = new Map();
  for (const document of parseDocuments(text)) {
    const value = fromJsonValue(document);
    if (value === null) continue;
    if (!(value instanceof Map)) {
      const kind =
        kindName(value) === 'slice' ? 'array' : kindName(value) === 'float64' ? 'number' : kindName(value);
      throw new Error(
        `cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`,
      );
    }
    values = mergeMaps(values, value as ValuesTable);
  }
  return values;
}

function parseDocuments(text: string | Uint8Array): unknown[] {
  try {
    return parseYamlDocuments(text, { duplicateKeys: 'last' });
  } catch (error) {
    throw new Error(`cannot unmarshal yaml document: error converting YAML to JSON: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** A new map in which `over` wins; maps on both sides are merged. A null in `over` stays. */
export function mergeMaps(under: ValuesTable, over: ValuesTable): ValuesTable {
  const result: ValuesTable = new Map(under);
  for (const [key, value] of over) {
    const below = result.get(key);
    if (value instanceof Map && below instanceof Map) {
      result.set(key, mergeMaps(below as ValuesTable, value as ValuesTable));
    } else result.set(key, value);
  }
  return result;
}
