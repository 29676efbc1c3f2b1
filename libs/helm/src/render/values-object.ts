import type { ValuesTable } from '../chart/chart.js';
import { isTable } from '../chart/coalesce.js';
import { define } from '../functions/signature.js';
import { toYamlText } from '../functions/go-yaml.js';
import { type GoMethods, type GoValue, TypedMap } from '../template/values.js';
import type { HelmGeneration } from './capabilities.js';

/** Go's name of the type of `.Values`. */
export function valuesTypeName(generation: HelmGeneration): string {
  return generation === 4 ? 'common.Values' : 'chartutil.Values';
}

/** `.Values`: the table itself, seen through a type with methods. What a template sets in it is set in the table. */
export function valuesObject(values: ValuesTable, generation: HelmGeneration): TypedMap {
  const at = (path: string): GoValue =>
    path.split('.').reduce<GoValue>((table, key) => (isTable(table) ? table.get(key) : undefined), values);
  const missing = (path: string, what: string): Error =>
    new Error(`"${path.split('.').at(-1)}" is not a ${what}`);
  const methods = new Map([
    ['AsMap', define('', () => values)],
    ['YAML', define('', () => `${toYamlText(values)}\n`)],
    [
      'Table',
      define('string', (path) => {
        const table = at(path);
        if (!isTable(table)) throw missing(path, 'table');
        return valuesObject(table, generation);
      }),
    ],
    [
      'PathValue',
      define('string', (path) => {
        const value = at(path);
        if (value === undefined || isTable(value)) throw missing(path, 'value');
        return value;
      }),
    ],
  ]);
  return new ValuesView(valuesTypeName(generation), values, methods);
}

class ValuesView extends TypedMap {
  readonly #table: ValuesTable;

  constructor(name: string, table: ValuesTable, methods: GoMethods) {
    super(name, 'interface {}', undefined, methods);
    this.#table = table;
  }

  override get size(): number {
    return this.#table.size;
  }

  override get(key: string): GoValue {
    return this.#table.get(key);
  }

  override set(key: string, value: GoValue): this {
    this.#table.set(key, value);
    return this;
  }

  override has(key: string): boolean {
    return this.#table.has(key);
  }

  override delete(key: string): boolean {
    return this.#table.delete(key);
  }

  override keys(): MapIterator<string> {
    return this.#table.keys();
  }

  override values(): MapIterator<GoValue> {
    return this.#table.values();
  }

  override entries(): MapIterator<[string, GoValue]> {
    return this.#table.entries();
  }

  override [Symbol.iterator](): MapIterator<[string, GoValue]> {
    return this.#table[Symbol.iterator]();
  }
}
