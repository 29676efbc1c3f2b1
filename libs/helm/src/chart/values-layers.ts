import type { JsonObject } from '@lotse/manifests';
import { fromJsonValue } from '../functions/go-json.js';
import type { HelmGeneration } from '../render/capabilities.js';
import type { ValuesTable } from './chart.js';
import { HelmError, messageOf } from './chart-error.js';
import { applySet, type ReadSetFile } from './strvals.js';
import { mergeMaps, readValues } from './values-files.js';

/** One source of values given from outside the chart. */
export type ValuesLayer =
  | { kind: 'file'; name: string; text: string }
  | { kind: 'object'; name: string; value: JsonObject }
  | { kind: 'set' | 'set-string' | 'set-json' | 'set-literal'; expression: string }
  | { kind: 'set-file'; key: string; content: string }
  /** `files` holds what the paths in the expression name; `setFilePaths` tells which those are. */
  | { kind: 'set-file'; expression: string; files: ReadonlyMap<string, string> };

/** Helm's precedence: whatever order the options come in, later kinds here win. */
const ORDER: readonly (readonly ValuesLayer['kind'][])[] = [
  ['file', 'object'],
  ['set-json'],
  ['set'],
  ['set-string'],
  ['set-file'],
  ['set-literal'],
];

/** Brings all layers together in Helm's order, keeping their own order within a kind. Throws {@link HelmError}. */
export function mergeLayers(layers: readonly ValuesLayer[], generation: HelmGeneration): ValuesTable {
  let values: ValuesTable = new Map();
  for (const kinds of ORDER) {
    for (const layer of layers)
      if (kinds.includes(layer.kind)) values = applyLayer(values, layer, generation);
  }
  return values;
}

function applyLayer(values: ValuesTable, layer: ValuesLayer, generation: HelmGeneration): ValuesTable {
  switch (layer.kind) {
    case 'file':
      return mergeMaps(values, readLayer(layer.name, layer.text, generation));
    case 'object':
      return mergeMaps(values, fromJsonValue(layer.value) as ValuesTable);
    case 'set-json':
      return applyJson(values, layer.expression, generation);
    case 'set':
      return setLayer(values, layer.expression, 'typed', '--set', generation);
    case 'set-string':
      return setLayer(values, layer.expression, 'string', '--set-string', generation);
    case 'set-literal':
      return setLayer(values, layer.expression, 'literal', '--set-literal', generation);
    case 'set-file':
      return 'key' in layer
        ? setLayer(values, `${layer.key}=x`, { content: layer.content }, '--set-file', generation)
        : setLayer(values, layer.expression, { read: readFrom(layer.files) }, '--set-file', generation);
  }
}

function readFrom(files: ReadonlyMap<string, string>): ReadSetFile {
  return (path) => {
    const content = files.get(path);
    if (content === undefined) throw new Error(`open ${path}: no such file or directory`);
    return content;
  };
}

/** The paths that a `--set-file` expression names, up to where it is wrong if it is. */
export function setFilePaths(expression: string, generation: HelmGeneration): string[] {
  const paths: string[] = [];
  try {
    applySet(expression, new Map(), { read: (path) => (paths.push(path), '') }, generation);
  } catch {
    // The render says what is wrong with it.
  }
  return paths;
}

function readLayer(name: string, text: string, generation: HelmGeneration): ValuesTable {
  try {
    return readValues(text, generation);
  } catch (error) {
    throw new HelmError(
      'helm/values-invalid',
      `failed to parse ${name}: ${messageOf(error)}`,
      { file: name },
      { cause: error },
    );
  }
}

function applyJson(values: ValuesTable, expression: string, generation: HelmGeneration): ValuesTable {
  const trimmed = expression.trim();
  if (!trimmed.startsWith('{')) {
    try {
      applySet(expression, values, 'json', generation);
      return values;
    } catch (error) {
      throw new HelmError(
        'helm/values-invalid',
        `failed parsing --set-json data ${expression}`,
        {},
        { cause: error },
      );
    }
  }
  try {
    return mergeMaps(values, fromJsonValue(JSON.parse(trimmed)) as ValuesTable);
  } catch (error) {
    throw new HelmError(
      'helm/values-invalid',
      `failed parsing --set-json data JSON: ${expression}`,
      {},
      { cause: error },
    );
  }
}

function setLayer(
  values: ValuesTable,
  expression: string,
  mode: Parameters<typeof applySet>[2],
  option: string,
  generation: HelmGeneration,
): ValuesTable {
  try {
    applySet(expression, values, mode, generation);
    return values;
  } catch (error) {
    throw new HelmError(
      'helm/values-invalid',
      `failed parsing ${option} data: ${messageOf(error)}`,
      {},
      { cause: error },
    );
  }
}
