import { readYaml } from '../functions/go-yaml.js';
import type { HelmGeneration } from '../render/capabilities.js';
import { kindName } from '../template/values.js';
import type { ValuesTable } from './chart.js';
import { messageOf } from './chart-error.js';

/**
 * Reads a values file. Helm 4 takes several documents, merged in order, and ends every line with a line break; Helm 3 takes
 * the first document as it stands. Throws when it is no YAML or not a map.
 */
export function readValues(text: string, generation: HelmGeneration): ValuesTable {
  if (generation === 3) return readDocument(text);
  let values: ValuesTable = new Map();
  try {
    for (const document of splitDocuments(text)) values = mergeMaps(values, readDocument(document));
  } catch (error) {
    if (error instanceof SeparatorError) throw error;
    throw new Error(`cannot unmarshal yaml document: ${messageOf(error)}`, { cause: error });
  }
  return values;
}

class SeparatorError extends Error {}

/** Cuts at lines that begin with `---`, whatever YAML makes of them. */
function* splitDocuments(text: string): Generator<string> {
  let document = '';
  for (const line of text.replace(/\r?\n$/, '').split(/\r?\n/)) {
    if (!line.startsWith('---')) {
      document += `${line}\n`;
      continue;
    }
    const rest = line.slice('---'.length).trim();
    if (rest !== '' && !rest.startsWith('#')) {
      throw new SeparatorError(`error reading yaml document: invalid Yaml document separator: ${rest}`);
    }
    yield document;
    document = '';
  }
  yield document;
}

function readDocument(text: string): ValuesTable {
  const value = readYaml(text);
  if (value === null) return new Map();
  if (value instanceof Map) return value as ValuesTable;
  const kind = kindName(value);
  const type = kind === 'slice' ? 'array' : kind === 'float64' ? 'number' : kind;
  throw new Error(
    `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${type} into Go value of type map[string]interface {}`,
  );
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
