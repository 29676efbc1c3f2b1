import { deepCopy } from '../functions/merge.js';
import { goPrint } from '../template/printing.js';
import type { GoValue } from '../template/values.js';
import type { Chart, ValuesTable } from './chart.js';
import { HelmError } from './chart-error.js';
import { coalesceTables, coalesceValues, isTable } from './coalesce.js';
import type { ChartDependency } from './metadata.js';
import { isCompatibleRange } from './semver-constraint.js';

/** The largest releases have some hundred charts; aliases of charts with aliases have any number. */
const MAX_CHARTS = 5000;

/** What processing dependencies needs beside the chart. */
export interface DependencyOptions {
  readonly dropDefaultNulls: boolean;
  readonly warn: (text: string) => void;
}

/**
 * Decides which subcharts take part (aliases, tags, conditions), drops the others, and imports values from
 * subcharts into their parents. Changes the chart tree.
 */
export function processDependencies(chart: Chart, values: ValuesTable, options: DependencyOptions): void {
  let charts = 0;
  const count = (): void => {
    if (++charts <= MAX_CHARTS) return;
    throw new HelmError(
      'helm/limit',
      `the chart ${chart.name} has more than ${MAX_CHARTS} charts in it: look for dependencies under many aliases`,
      { file: 'Chart.yaml', field: 'dependencies' },
    );
  };
  enable(chart, values, '', { ...options, count });
  importValues(chart, options);
}

function matchesDependency(chart: Chart, dependency: ChartDependency): boolean {
  return chart.name === dependency.name && isCompatibleRange(dependency.version, chart.metadata.version);
}

interface EnableOptions extends DependencyOptions {
  /** Hears of every chart. */
  readonly count: () => void;
}

function enable(chart: Chart, values: ValuesTable, path: string, options: EnableOptions): void {
  options.count();
  const wanted = chart.metadata.dependencies;
  if (wanted.length === 0) return;
  const loaded = chart.dependencies;
  const children = loaded.filter(
    (child) => !wanted.some((dependency) => matchesDependency(child, dependency)),
  );
  for (const dependency of wanted) {
    const found = loaded.find((child) => matchesDependency(child, dependency));
    if (found) {
      const child = found.copy();
      if (dependency.alias !== '') child.metadata.name = dependency.alias;
      children.push(child);
    }
    if (dependency.alias !== '') dependency.name = dependency.alias;
  }
  chart.dependencies = children;
  const coalesced = coalesceValues(chart, values, { ...options, merge: false });
  for (const dependency of wanted) {
    dependency.enabled = true;
    applyTags(dependency, coalesced, options);
    applyCondition(dependency, coalesced, path, options);
  }
  const disabled = new Set(
    wanted.filter((dependency) => !dependency.enabled).map((dependency) => dependency.name),
  );
  const remaining = children.filter((child) => !disabled.has(child.name));
  for (const child of remaining) enable(child, coalesced, `${path}${child.name}.`, options);
  chart.metadata.dependencies = wanted.filter((dependency) => !disabled.has(dependency.name));
  chart.dependencies = remaining;
}

function applyTags(dependency: ChartDependency, values: ValuesTable, options: DependencyOptions): void {
  const tags = values.get('tags');
  if (!isTable(tags)) return;
  let anyTrue = false;
  let anyFalse = false;
  for (const tag of dependency.tags) {
    if (!tags.has(tag)) continue;
    const value = tags.get(tag);
    if (value === true) anyTrue = true;
    else if (value === false) anyFalse = true;
    else options.warn(`the tag ${tag} of the dependency ${dependency.name} is not a boolean`);
  }
  dependency.enabled = anyTrue || !anyFalse;
}

function applyCondition(
  dependency: ChartDependency,
  values: ValuesTable,
  path: string,
  options: DependencyOptions,
): void {
  for (const condition of dependency.condition.trim().split(',')) {
    if (condition === '') continue;
    const value = scalarAt(values, path + condition);
    if (value === undefined) continue;
    if (typeof value === 'boolean') {
      dependency.enabled = value;
      return;
    }
    options.warn(`the condition ${condition} of the dependency ${dependency.name} is not a boolean`);
  }
}

/** The value at a dotted path unless it is a table; undefined when there is none. */
function scalarAt(values: ValuesTable, path: string): GoValue {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const table = tableAt(values, keys);
  if (!table || !table.has(last)) return undefined;
  const value = table.get(last);
  return isTable(value) ? undefined : value;
}

function tableAt(values: ValuesTable, keys: readonly string[]): ValuesTable | undefined {
  let table: ValuesTable = values;
  for (const key of keys) {
    const inner = table.get(key);
    if (!isTable(inner)) return undefined;
    table = inner;
  }
  return table;
}

function importValues(chart: Chart, options: DependencyOptions): void {
  for (const child of chart.dependencies) importValues(child, options);
  if (chart.metadata.dependencies.length === 0) return;
  const merging = { ...options, merge: true };
  const values = coalesceValues(chart, new Map(), merging);
  const imported: ValuesTable = new Map();
  for (const dependency of chart.metadata.dependencies) {
    const described: GoValue[] = [];
    for (const item of dependency.importValues) {
      const [child, parent] = importPaths(item);
      if (child === undefined || parent === undefined) continue;
      described.push(
        new Map([
          ['child', child],
          ['parent', parent],
        ]),
      );
      const table = tableAt(values, `${dependency.name}.${child}`.split('.'));
      if (table) coalesceTables(imported, nest(parent, table), merging);
      else options.warn(`ImportValues missing table from chart ${dependency.name}: ${child}`);
    }
    dependency.importValues = described;
  }
  // What was imported are parts of the values themselves.
  chart.values =
    imported.size === 0 ? values : coalesceTables(deepCopy(values) as ValuesTable, imported, merging);
}

function importPaths(item: GoValue): [child: string | undefined, parent: string | undefined] {
  if (typeof item === 'string') return [`exports.${item}`, '.'];
  if (!isTable(item)) return [undefined, undefined];
  return [goPrint(item.get('child')), goPrint(item.get('parent'))];
}

function nest(path: string, table: ValuesTable): ValuesTable {
  if (path === '.') return table;
  return path
    .split('.')
    .reduceRight<ValuesTable>((inner, key) => new Map<string, GoValue>([[key, inner]]), table);
}
