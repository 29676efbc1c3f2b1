import {
  type FileTree,
  isJsonObject,
  joinTreePath,
  type JsonObject,
  type JsonValue,
  parseYaml,
} from '@lotse/manifests';
import type { HelmChartEntry } from '../kustomization.js';
import { kustomizeError } from '../kustomize-error.js';
import type { Loader } from '../loader.js';
import { readResources } from '../read-resources.js';
import type { Resource } from '../resource.js';
import { applyStrategicMerge } from '../strategic-merge.js';
import { fromJson, toJson } from '../json-values.js';
import { isMap } from '../values.js';

/** A chart to render for a kustomization. */
export interface HelmInflationRequest {
  readonly tree: FileTree;
  /** Folder of the chart in the tree. */
  readonly chartPath: string;
  /** The entry of `helmCharts`; its namespace is the one in effect. */
  readonly chart: HelmChartEntry;
  /** Values files in order, later ones win; inline values are merged already. */
  readonly values: readonly JsonValue[];
}

/** Renders charts. */
export interface InflateHelm {
  /** Gets a chart that is not in the tree; without it such charts are refused. Its folder is `path` of `tree`. */
  readonly fetch?: (chart: HelmChartEntry) => { readonly tree: FileTree; readonly path: string };
  /** Manifests, as `helm template` prints them. */
  readonly render: (request: HelmInflationRequest) => string;
}

const MERGES = ['merge', 'override', 'replace'];

/** Renders an entry of `helmCharts` through the given Helm engine. */
export function inflateChart(
  chart: HelmChartEntry,
  chartHome: string | undefined,
  loader: Loader,
  inflate: InflateHelm | undefined,
): Resource[] {
  const place = { field: 'helmCharts', object: chart.name ?? '' };
  if (!inflate)
    throw kustomizeError(
      'helm',
      'trouble configuring builtin HelmChartInflationGenerator: must specify --enable-helm',
      place,
    );
  if (!chart.name) throw kustomizeError('helm', 'chart name cannot be empty', place);
  const mode = chart.valuesMerge || 'override';
  if (!MERGES.includes(mode))
    throw kustomizeError('helm', `valuesMerge must be one of ${MERGES.join(', ')}`, place);
  const home = chartHome || 'charts';
  const folder = chart.version && chart.repo ? `${home}/${chart.name}-${chart.version}` : home;
  const chartPath = joinTreePath(loader.root, `${folder}/${chart.name}`);
  const local = chartPath !== undefined && loader.tree.stat(chartPath) === 'folder' ? chartPath : undefined;
  if (local === undefined && !chart.repo)
    throw kustomizeError('helm', `no repo specified for pull, no chart found at '${chartPath ?? ''}'`, place);
  const found = local === undefined ? inflate.fetch?.(chart) : { tree: loader.tree, path: local };
  if (!found)
    throw kustomizeError(
      'helm',
      `the chart '${chart.name}' of ${chart.repo ?? ''} can't be fetched here; put it into '${chartPath ?? ''}' with helm pull --untar`,
      place,
    );
  const defaults = chart.valuesFile ? readYaml(loader, chart.valuesFile) : chartDefaults(found);
  const values = mergeValues(defaults, chart.valuesInline, mode);
  const additional = (chart.additionalValuesFiles ?? []).map((file) => readYaml(loader, file));
  const text = inflate.render({
    tree: found.tree,
    chartPath: found.path,
    chart,
    values: [values, ...additional],
  });
  const resources = readResources(text, `${chart.name} (chart)`);
  for (const resource of resources) resource.helmGenerated = true;
  return resources;
}

function readYaml(loader: Loader, file: string): JsonValue {
  return parseYaml(loader.read(file), { file, duplicateKeys: 'last' }) ?? {};
}

function chartDefaults({ tree, path }: { tree: FileTree; path: string }): JsonValue {
  const file = path === '' ? 'values.yaml' : `${path}/values.yaml`;
  const bytes = tree.read(file);
  return bytes ? (parseYaml(bytes, { file, duplicateKeys: 'last' }) ?? {}) : {};
}

/** Values of charts have no schema. */
const NO_SCHEMAS = { ofKind: () => undefined, ofComment: () => undefined };

function mergeValues(defaults: JsonValue, inline: JsonObject | undefined, mode: string): JsonValue {
  if (!inline || Object.keys(inline).length === 0) return defaults;
  if (mode === 'replace' || !isJsonObject(defaults)) return inline;
  const [base, patch] = mode === 'override' ? [defaults, inline] : [inline, defaults];
  const target = fromJson(structuredClone(base));
  const source = fromJson(structuredClone(patch));
  if (!isMap(target) || !isMap(source)) return base;
  return toJson(applyStrategicMerge(target, source, NO_SCHEMAS) ?? {});
}
