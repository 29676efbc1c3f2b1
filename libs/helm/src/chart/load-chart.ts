import { type FileTree, joinTreePath } from '@lotse/manifests';
import { readYaml } from '../functions/go-yaml.js';
import type { HelmGeneration } from '../render/capabilities.js';
import { TextCache } from '../text-cache.js';
import { Chart, type ChartFile, type ValuesTable } from './chart.js';
import { HelmError, messageOf } from './chart-error.js';
import type { ChartLimits } from './chart-limits.js';
import {
  type ChartMetadata,
  readLock,
  readMetadata,
  readRequirements,
  validateMetadata,
} from './metadata.js';
import { readChartArchive } from './read-archive.js';
import { readChartFolder } from './read-folder.js';
import { decodeText } from './text.js';
import { readValues } from './values-files.js';

/** Loads the chart at `path` of the tree: a folder or a `.tgz` archive. Throws {@link HelmError}. */
export function loadChart(
  tree: FileTree,
  path: string,
  limits: ChartLimits,
  warn: (text: string) => void,
  generation: HelmGeneration,
): Chart {
  const archive = tree.read(path);
  if (archive) return loadArchive(archive, limits, warn, generation);
  if (tree.list(path) === undefined) {
    throw new HelmError(
      'helm/chart-missing',
      `there is no chart at ${path || 'the root of the tree'}: no such folder`,
    );
  }
  if (
    tree.read(joinTreePath(path, 'Chart.yaml') ?? '') === undefined &&
    tree.stat(joinTreePath(path, 'Chart.yaml') ?? '') !== 'link'
  ) {
    throw new HelmError(
      'helm/chart-missing',
      `Chart.yaml file is missing in ${path || 'the root of the tree'}`,
    );
  }
  return new Loader(limits, warn, generation).load(readChartFolder(tree, path, limits), 0);
}

/** Loads a chart archive. Throws {@link HelmError}. */
export function loadArchive(
  archive: Uint8Array,
  limits: ChartLimits,
  warn: (text: string) => void,
  generation: HelmGeneration,
): Chart {
  return new Loader(limits, warn, generation).load(readChartArchive(archive, limits), 0);
}

/** Default values already read; loading copies them before anything changes them. */
const valuesCaches = {
  3: new TextCache<ValuesTable>(8 * 1024 * 1024),
  4: new TextCache<ValuesTable>(16 * 1024 * 1024),
};

interface Sorted {
  metadata: ChartMetadata | undefined;
  values: ValuesTable;
  schema: Uint8Array | undefined;
  locked: ReadonlyMap<string, string>;
  readonly templates: ChartFile[];
  readonly files: ChartFile[];
  readonly subcharts: Map<string, ChartFile[]>;
}

class Loader {
  readonly #limits: ChartLimits;
  readonly #warn: (text: string) => void;
  readonly #generation: HelmGeneration;

  constructor(limits: ChartLimits, warn: (text: string) => void, generation: HelmGeneration) {
    this.#limits = limits;
    this.#warn = warn;
    this.#generation = generation;
  }

  load(files: readonly ChartFile[], depth: number): Chart {
    if (depth > this.#limits.chartDepth) {
      throw new HelmError(
        'helm/chart-too-large',
        `charts are nested more than ${this.#limits.chartDepth} deep`,
      );
    }
    const sorted = this.#sort(files);
    const { metadata } = sorted;
    if (!metadata) throw new HelmError('helm/chart-invalid', 'Chart.yaml file is missing');
    try {
      validateMetadata(metadata);
    } catch (error) {
      throw new HelmError('helm/chart-invalid', messageOf(error), { file: 'Chart.yaml' });
    }
    const chart = new Chart(
      metadata,
      sorted.templates,
      sorted.files,
      sorted.values,
      sorted.schema,
      sorted.locked,
    );
    chart.dependencies = this.#subcharts(sorted.subcharts, metadata.name, depth);
    return chart;
  }

  #sort(files: readonly ChartFile[]): Sorted {
    const sorted: Sorted = {
      metadata: undefined,
      values: new Map(),
      schema: undefined,
      locked: new Map(),
      templates: [],
      files: [],
      subcharts: new Map(),
    };
    const chartFile = files.findLast((file) => file.name === 'Chart.yaml');
    if (chartFile) sorted.metadata = decode(chartFile, (text) => readMetadata(readYaml(text)));
    for (const file of files) this.#place(file, sorted);
    return sorted;
  }

  #place(file: ChartFile, sorted: Sorted): void {
    const isFirstVersion = sorted.metadata?.apiVersion === 'v1';
    switch (file.name) {
      case 'Chart.yaml':
        return;
      case 'values.yaml':
        sorted.values = decode(file, (text) =>
          valuesCaches[this.#generation].get(text, () => readValues(text, this.#generation)),
        );
        return;
      case 'values.schema.json':
        sorted.schema = file.data;
        return;
      case 'Chart.lock':
        sorted.locked = decode(file, (text) => readLock(readYaml(text)));
        return;
      case 'requirements.yaml':
        if (sorted.metadata) {
          const requirements = decode(file, (text) => readRequirements(readYaml(text)));
          if (requirements.length > 0) sorted.metadata.dependencies = requirements;
        }
        if (!isFirstVersion) this.#warn('Dependencies are handled in Chart.yaml since apiVersion "v2"');
        else sorted.files.push(file);
        return;
      case 'requirements.lock':
        sorted.locked = decode(file, (text) => readLock(readYaml(text)));
        if (isFirstVersion) sorted.files.push(file);
        return;
      default:
    }
    if (file.name.startsWith('templates/')) sorted.templates.push(file);
    else if (!file.name.startsWith('charts/') || file.name.endsWith('.prov')) sorted.files.push(file);
    else {
      const inside = { name: file.name.slice('charts/'.length), data: file.data };
      const [folder = ''] = inside.name.split('/');
      const known = sorted.subcharts.get(folder);
      if (known) known.push(inside);
      else sorted.subcharts.set(folder, [inside]);
    }
  }

  #subcharts(folders: ReadonlyMap<string, ChartFile[]>, parent: string, depth: number): Chart[] {
    const charts: Chart[] = [];
    for (const [name, files] of folders) {
      if (name.startsWith('_') || name.startsWith('.')) continue;
      try {
        charts.push(this.#subchart(name, files, parent, depth));
      } catch (error) {
        const code =
          error instanceof HelmError && error.code === 'helm/chart-too-large'
            ? 'helm/chart-too-large'
            : 'helm/chart-invalid';
        throw new HelmError(
          code,
          `error unpacking subchart ${name} in ${parent}: ${messageOf(error)}`,
          { file: `charts/${name}` },
          { cause: error },
        );
      }
    }
    return charts;
  }

  #subchart(name: string, files: readonly ChartFile[], parent: string, depth: number): Chart {
    const [first] = files;
    if (name.endsWith('.tgz') && first) {
      if (first.name !== name) {
        throw new HelmError(
          'helm/chart-invalid',
          `error unpacking subchart tar in ${parent}: expected ${name}, got ${first.name}`,
        );
      }
      return this.load(readChartArchive(first.data, this.#limits), depth + 1);
    }
    const inside = files
      .filter((file) => file.name.includes('/'))
      .map((file) => ({ name: file.name.slice(file.name.indexOf('/') + 1), data: file.data }));
    return this.load(inside, depth + 1);
  }
}

function decode<T>(file: ChartFile, read: (text: string) => T): T {
  try {
    return read(decodeText(file.data));
  } catch (error) {
    throw new HelmError(
      'helm/chart-invalid',
      `cannot load ${file.name}: ${messageOf(error)}`,
      { file: file.name },
      { cause: error },
    );
  }
}
