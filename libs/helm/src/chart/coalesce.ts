import { deepCopy } from '../functions/merge.js';
import { goPrint } from '../template/printing.js';
import { type GoValue, typeName } from '../template/values.js';
import type { Chart, ValuesTable } from './chart.js';
import { HelmError } from './chart-error.js';

/** The key whose table reaches every subchart. */
const GLOBAL = 'global';

/** How values of a chart and its subcharts are brought together. */
export interface CoalesceOptions {
  /** Keep nulls, because values will be coalesced again later. */
  readonly merge: boolean;
  /** Helm 4 drops nulls of a chart's own defaults; Helm 3 keeps them. */
  readonly dropDefaultNulls: boolean;
  readonly warn: (text: string) => void;
}

/** True for what YAML calls a map. */
export function isTable(value: GoValue): value is ValuesTable {
  return value instanceof Map;
}

/**
 * Values a chart tree is rendered with: `values` over the chart's defaults over its subcharts', with globals handed down.
 * The arguments stay as they are. A subchart's key that is no map is an error.
 */
export function coalesceValues(chart: Chart, values: ValuesTable, options: CoalesceOptions): ValuesTable {
  return new Coalescer(options).chart(chart, deepCopy(values) as ValuesTable, '');
}

/** Merges `source` under `target`, in place. */
export function coalesceTables(
  target: ValuesTable,
  source: ValuesTable,
  options: CoalesceOptions,
): ValuesTable {
  return new Coalescer(options).tables(target, source, '', options.merge);
}

function join(prefix: string, key: string): string {
  return prefix === '' ? key : `${prefix}.${key}`;
}

class Coalescer {
  readonly #merge: boolean;
  readonly #dropNulls: boolean;
  readonly #warn: (text: string) => void;

  constructor(options: CoalesceOptions) {
    this.#merge = options.merge;
    this.#dropNulls = options.dropDefaultNulls;
    this.#warn = options.warn;
  }

  chart(chart: Chart, target: ValuesTable, prefix: string): ValuesTable {
    this.#defaults(chart, target, prefix);
    for (const child of chart.dependencies) {
      const given = target.get(child.name);
      if (!target.has(child.name)) target.set(child.name, new Map());
      else if (!isTable(given)) {
        throw new HelmError(
          'helm/values-invalid',
          `type mismatch on ${child.name}: %!t(${typeName(given)}=${goPrint(given)}): the values of a subchart must be a map`,
          { field: join(prefix, child.name) },
        );
      }
      const table = target.get(child.name) as ValuesTable;
      const childPrefix = join(prefix, chart.name);
      this.#globals(table, target, childPrefix);
      target.set(child.name, this.chart(child, table, childPrefix));
    }
    return target;
  }

  #globals(target: ValuesTable, source: ValuesTable, prefix: string): void {
    const own = target.has(GLOBAL) ? target.get(GLOBAL) : new Map<string, GoValue>();
    const handed = source.has(GLOBAL) ? source.get(GLOBAL) : new Map<string, GoValue>();
    if (!isTable(own)) return this.#warn(`skipping globals because destination ${GLOBAL} is not a table.`);
    if (!isTable(handed)) return this.#warn(`skipping globals because source ${GLOBAL} is not a table.`);
    for (const [key, value] of handed) {
      const current = own.get(key);
      if (isTable(value)) {
        const copy: ValuesTable = new Map(value);
        if (!own.has(key)) own.set(key, copy);
        else if (!isTable(current))
          this.#warn(`Conflict: cannot merge map onto non-map for "${key}". Skipping.`);
        else {
          // The parent wins here, so the child's table goes under a copy of the parent's.
          this.tables(copy, current, join(prefix, key), true);
          own.set(key, copy);
        }
      } else if (isTable(current)) this.#warn(`key ${key} is table. Skipping`);
      else own.set(key, value);
    }
    target.set(GLOBAL, own);
  }

  #defaults(chart: Chart, target: ValuesTable, prefix: string): void {
    const defaults = deepCopy(chart.values) as ValuesTable;
    const path = join(prefix, chart.name);
    defaults.forEach((value, key) => {
      if (!target.has(key)) {
        if (!this.#merge && this.#dropNulls) {
          if (value === null) return;
          if (isTable(value)) dropNulls(value);
        }
        target.set(key, value);
        return;
      }
      const given = target.get(key);
      if (given === null && !this.#merge) target.delete(key);
      else if (isTable(given)) {
        if (isTable(value)) {
          const merge = this.#merge || chart.dependencies.some((child) => child.name === key);
          if (!merge && this.#dropNulls) dropNulls(value);
          this.tables(given, value, join(path, key), merge);
        } else if (value !== null) this.#warn(`skipped value for ${path}.${key}: Not a table.`);
      }
    });
  }

  tables(target: ValuesTable, source: ValuesTable, prefix: string, merge: boolean): ValuesTable {
    // A null over a default removes it; a null over nothing is kept, as is one the default has too.
    const hadValue = new Set<string>();
    source.forEach((value, key) => {
      if (value !== null) hadValue.add(key);
    });
    target.forEach((value, key) => {
      if (value === null) source.set(key, null);
    });
    source.forEach((value, key) => {
      if (!target.has(key)) {
        target.set(key, value);
        return;
      }
      const path = join(prefix, key);
      const given = target.get(key);
      if (!merge && given === null && hadValue.has(key)) target.delete(key);
      else if (isTable(value)) {
        if (isTable(given)) this.tables(given, value, path, merge);
        else this.#warn(`cannot overwrite table with non table for ${path} (${goPrint(value)})`);
      } else if (isTable(given) && value !== null) {
        this.#warn(`destination for ${path} is a table. Ignoring non-table value (${goPrint(value)})`);
      }
    });
    return target;
  }
}

function dropNulls(table: ValuesTable): void {
  table.forEach((value, key) => {
    if (value === null) table.delete(key);
    else if (isTable(value)) dropNulls(value);
  });
}
