import { parseYamlDocuments, type JsonObject, type JsonValue } from '@lotse/manifests';
import type { HelmChartEntry, Kustomization } from './kustomization.js';
import { KUSTOMIZATION } from './kustomization-shape.js';
import { kustomizeError } from './kustomize-error.js';
import type { Loader } from './loader.js';
import { readShape } from './shape.js';

const FILE_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;
const DEPRECATED: readonly [field: keyof Kustomization, successor: string, experimental: string][] = [
  ['bases', 'resources', ''],
  ['commonLabels', 'labels', ''],
  ['imageTags', 'images', ''],
  ['patchesJson6902', 'patches', ''],
  ['patchesStrategicMerge', 'patches', ''],
  ['vars', 'replacements', '[EXPERIMENTAL] '],
];

/** A kustomization file that was read. */
export interface LoadedKustomization {
  readonly kustomization: Kustomization;
  readonly fileName: string;
}

/** Reads the one kustomization file of a folder and checks it. Warnings about deprecated fields are added to `warnings`. */
export function loadKustomization(loader: Loader, warnings: string[]): LoadedKustomization {
  const names = FILE_NAMES.filter((name) => loader.has(name));
  const [fileName] = names;
  const folder = loader.root || '.';
  if (fileName === undefined)
    throw kustomizeError(
      'no-kustomization',
      `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${folder}'`,
      { file: loader.root },
    );
  if (names.length > 1)
    throw kustomizeError('several-kustomizations', `Found multiple kustomization files under: ${folder}`, {
      file: loader.root,
    });
  const file = loader.root === '' ? fileName : `${loader.root}/${fileName}`;
  const document = parseYamlDocuments(loader.read(fileName), { file, duplicateKeys: 'last' })[0] ?? null;
  return { kustomization: checkKustomization(document, file, warnings), fileName };
}

/** Checks the content of a kustomization file and moves deprecated fields to their successors. */
export function checkKustomization(document: JsonValue, file: string, warnings: string[]): Kustomization {
  const read = (readShape(document, KUSTOMIZATION, { file, strict: true }) ?? {}) as Kustomization;
  for (const [field, successor, experimental] of DEPRECATED)
    if (read[field] !== undefined)
      warnings.push(
        `# Warning: '${field}' is deprecated. Please use '${successor}' instead. ${experimental}Run 'kustomize edit fix' to update your Kustomization automatically.`,
      );
  const { bases = [], imageTags = [], helmChartInflationGenerator, ...rest } = read;
  const kind = read.kind ?? 'Kustomization';
  const apiVersion =
    kind === 'Component' ? 'kustomize.config.k8s.io/v1alpha1' : 'kustomize.config.k8s.io/v1beta1';
  const problems: string[] = [];
  if (kind !== 'Kustomization' && kind !== 'Component')
    problems.push('kind should be Kustomization or Component');
  if (read.apiVersion !== undefined && read.apiVersion !== '' && read.apiVersion !== apiVersion)
    problems.push(`apiVersion for ${kind} should be ${apiVersion}`);
  if (problems.length > 0)
    throw kustomizeError('invalid-kind', `Failed to read ${file}: ${problems.join('; ')}`, { file });
  const { kind: _kind, apiVersion: _apiVersion, ...content } = read;
  if (Object.values(content).every((value) => value === ''))
    throw kustomizeError('empty', `${file} is empty: it says nothing to build`, { file });
  const legacyCharts = (helmChartInflationGenerator ?? []).map(modernChart);
  return {
    ...rest,
    kind,
    resources: [...(read.resources ?? []), ...bases],
    images: [...(read.images ?? []), ...imageTags],
    helmCharts: [...(read.helmCharts ?? []), ...legacyCharts],
    ...legacyGlobals(read, helmChartInflationGenerator ?? []),
  };
}

function legacyGlobals(
  read: Kustomization,
  charts: readonly JsonObject[],
): Pick<Kustomization, 'helmGlobals'> | undefined {
  const home = charts.find((chart) => typeof chart['chartHome'] === 'string')?.['chartHome'];
  return read.helmGlobals === undefined && typeof home === 'string'
    ? { helmGlobals: { chartHome: home } }
    : undefined;
}

function modernChart(chart: JsonObject): HelmChartEntry {
  const pairs: [keyof HelmChartEntry, JsonValue | undefined][] = [
    ['name', chart['chartName']],
    ['version', chart['chartVersion']],
    ['repo', chart['chartRepoUrl']],
    ['releaseName', chart['releaseName']],
    ['namespace', chart['releaseNamespace']],
    ['valuesFile', chart['values']],
    ['valuesInline', chart['valuesLocal']],
    ['valuesMerge', chart['valuesMerge']],
  ];
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}
