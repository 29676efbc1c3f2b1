import { parseYamlDocuments, type JsonObject, type JsonValue } from '@lotse/manifests';
import type { FieldSpec } from './field-spec.js';
import { kustomizeError } from './kustomize-error.js';
import type { Loader } from './loader.js';
import { readShape, type Shape } from './shape.js';

/** Picks resources: group, version, kind, name and namespace are regular expressions over the whole text. */
export interface Selector {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly annotationSelector?: string;
}

/** An entry of `patches`. */
export interface PatchEntry {
  readonly path?: string;
  readonly patch?: string;
  readonly target?: Selector;
  readonly options?: { readonly allowNameChange?: boolean; readonly allowKindChange?: boolean };
}

/** An entry of `images`. */
export interface ImageEntry {
  readonly name?: string;
  readonly newName?: string;
  readonly newTag?: string;
  readonly tagSuffix?: string;
  readonly digest?: string;
}

/** `generatorOptions`, or the options of one generator. */
export interface GeneratorOptions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly disableNameSuffixHash?: boolean;
  readonly immutable?: boolean;
}

/** An entry of `configMapGenerator` or `secretGenerator`. */
export interface GeneratorEntry {
  readonly name?: string;
  readonly namespace?: string;
  readonly behavior?: string;
  readonly literals?: readonly string[];
  readonly files?: readonly string[];
  readonly envs?: readonly string[];
  readonly env?: string;
  readonly type?: string;
  readonly options?: GeneratorOptions;
}

/** How a replacement reads or writes a part of a text. */
export interface FieldOptions {
  readonly delimiter?: string;
  readonly index?: number;
  readonly encoding?: string;
  readonly create?: boolean;
}

/** An entry of `replacements`. */
export interface ReplacementEntry {
  readonly path?: string;
  readonly sourceValue?: string;
  readonly source?: Omit<Selector, 'labelSelector' | 'annotationSelector'> & {
    readonly fieldPath?: string;
    readonly options?: FieldOptions;
  };
  readonly targets?: readonly {
    readonly select?: Selector;
    readonly reject?: readonly Selector[];
    readonly fieldPaths?: readonly string[];
    readonly options?: FieldOptions;
  }[];
}

/** An entry of `vars`. */
export interface VarEntry {
  readonly name?: string;
  readonly objref?: {
    readonly apiVersion?: string;
    readonly group?: string;
    readonly version?: string;
    readonly kind?: string;
    readonly name?: string;
    readonly namespace?: string;
  };
  readonly fieldref?: { readonly fieldPath?: string };
}

/** An entry of `helmCharts`. */
export interface HelmChartEntry {
  readonly name?: string;
  readonly version?: string;
  readonly repo?: string;
  readonly releaseName?: string;
  readonly namespace?: string;
  readonly additionalValuesFiles?: readonly string[];
  readonly valuesFile?: string;
  readonly valuesInline?: JsonObject;
  readonly valuesMerge?: string;
  readonly includeCRDs?: boolean;
  readonly skipHooks?: boolean;
  readonly apiVersions?: readonly string[];
  readonly kubeVersion?: string;
  readonly nameTemplate?: string;
  readonly skipTests?: boolean;
}

/** `labels` entries. */
export interface LabelEntry {
  readonly pairs?: Readonly<Record<string, string>>;
  readonly includeSelectors?: boolean;
  readonly includeTemplates?: boolean;
  readonly fields?: readonly FieldSpec[];
}

/** A kustomization file, deprecated fields moved to their successors. */
export interface Kustomization {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly openapi?: Readonly<Record<string, string>>;
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  readonly namespace?: string;
  readonly commonLabels?: Readonly<Record<string, string>>;
  readonly labels?: readonly LabelEntry[];
  readonly commonAnnotations?: Readonly<Record<string, string>>;
  readonly patchesStrategicMerge?: readonly string[];
  readonly patchesJson6902?: readonly PatchEntry[];
  readonly patches?: readonly PatchEntry[];
  readonly images?: readonly ImageEntry[];
  readonly imageTags?: readonly ImageEntry[];
  readonly replacements?: readonly ReplacementEntry[];
  readonly replicas?: readonly { readonly name?: string; readonly count?: number }[];
  readonly vars?: readonly VarEntry[];
  readonly sortOptions?: {
    readonly order?: string;
    readonly legacySortOptions?: {
      readonly orderFirst?: readonly string[];
      readonly orderLast?: readonly string[];
    };
  };
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
  readonly crds?: readonly string[];
  readonly bases?: readonly string[];
  readonly configMapGenerator?: readonly GeneratorEntry[];
  readonly secretGenerator?: readonly GeneratorEntry[];
  readonly helmGlobals?: { readonly chartHome?: string; readonly configHome?: string };
  readonly helmCharts?: readonly HelmChartEntry[];
  readonly helmChartInflationGenerator?: readonly JsonObject[];
  readonly generatorOptions?: GeneratorOptions;
  readonly configurations?: readonly string[];
  readonly generators?: readonly string[];
  readonly transformers?: readonly string[];
  readonly validators?: readonly string[];
  readonly buildMetadata?: readonly string[];
}

const TEXTS: Shape = { list: 'string' };
const TEXT_MAP: Shape = { map: 'string' };
const SELECTOR_FIELDS = {
  group: 'string',
  version: 'string',
  kind: 'string',
  name: 'string',
  namespace: 'string',
} as const;
/** Selectors of patches and replacement targets. */
export const SELECTOR: Shape = {
  fields: { ...SELECTOR_FIELDS, labelSelector: 'string', annotationSelector: 'string' },
};
const FIELD_OPTIONS: Shape = {
  fields: { delimiter: 'string', index: 'integer', encoding: 'string', create: 'boolean' },
};
/** Field specs, as plugins and `configurations` give them. */
export const FIELD_SPEC: Shape = {
  fields: { group: 'string', version: 'string', kind: 'string', path: 'string', create: 'boolean' },
};
const GENERATOR_OPTIONS: Shape = {
  fields: { labels: TEXT_MAP, annotations: TEXT_MAP, disableNameSuffixHash: 'boolean', immutable: 'boolean' },
};
/** A config map or secret generator. */
export const GENERATOR_FIELDS: Readonly<Record<string, Shape>> = {
  name: 'string',
  namespace: 'string',
  behavior: 'string',
  literals: TEXTS,
  files: TEXTS,
  envs: TEXTS,
  env: 'string',
  options: GENERATOR_OPTIONS,
};
/** An image entry. */
export const IMAGE: Shape = {
  fields: { name: 'string', newName: 'string', newTag: 'string', tagSuffix: 'string', digest: 'string' },
};
const PATCH: Shape = {
  fields: {
    path: 'string',
    patch: 'string',
    target: SELECTOR,
    options: { fields: { allowNameChange: 'boolean', allowKindChange: 'boolean' } },
  },
};
/** A replacement, inline or by path. */
export const REPLACEMENT: Shape = {
  fields: {
    path: 'string',
    sourceValue: 'string',
    source: { fields: { ...SELECTOR_FIELDS, fieldPath: 'string', options: FIELD_OPTIONS } },
    targets: {
      list: {
        fields: { select: SELECTOR, reject: { list: SELECTOR }, fieldPaths: TEXTS, options: FIELD_OPTIONS },
      },
    },
  },
};
/** A replica entry. */
export const REPLICA: Shape = { fields: { name: 'string', count: 'integer' } };
/** A chart entry. */
export const HELM_CHART_FIELDS: Readonly<Record<string, Shape>> = {
  name: 'string',
  version: 'string',
  repo: 'string',
  releaseName: 'string',
  namespace: 'string',
  additionalValuesFiles: TEXTS,
  valuesFile: 'string',
  valuesInline: { map: 'any' },
  valuesMerge: 'string',
  includeCRDs: 'boolean',
  skipHooks: 'boolean',
  apiVersions: TEXTS,
  kubeVersion: 'string',
  nameTemplate: 'string',
  skipTests: 'boolean',
  debug: 'boolean',
  devel: 'boolean',
};
const LEGACY_CHART: Shape = {
  fields: {
    chartName: 'string',
    chartVersion: 'string',
    chartRepoUrl: 'string',
    chartHome: 'string',
    chartRepoName: 'string',
    helmBin: 'string',
    helmHome: 'string',
    values: 'string',
    valuesLocal: { map: 'any' },
    valuesMerge: 'string',
    releaseName: 'string',
    releaseNamespace: 'string',
    extraArgs: TEXTS,
  },
};
const KUSTOMIZATION: Shape = {
  fields: {
    apiVersion: 'string',
    kind: 'string',
    metadata: { fields: { name: 'string', namespace: 'string', labels: TEXT_MAP, annotations: TEXT_MAP } },
    openapi: TEXT_MAP,
    namePrefix: 'string',
    nameSuffix: 'string',
    namespace: 'string',
    commonLabels: TEXT_MAP,
    labels: {
      list: {
        fields: {
          pairs: TEXT_MAP,
          includeSelectors: 'boolean',
          includeTemplates: 'boolean',
          fields: { list: FIELD_SPEC },
        },
      },
    },
    commonAnnotations: TEXT_MAP,
    patchesStrategicMerge: TEXTS,
    patchesJson6902: { list: PATCH },
    patches: { list: PATCH },
    images: { list: IMAGE },
    imageTags: { list: IMAGE },
    replacements: { list: REPLACEMENT },
    replicas: { list: REPLICA },
    vars: {
      list: {
        fields: {
          name: 'string',
          objref: { fields: { apiVersion: 'string', ...SELECTOR_FIELDS } },
          fieldref: { fields: { fieldPath: 'string' } },
        },
      },
    },
    sortOptions: {
      fields: { order: 'string', legacySortOptions: { fields: { orderFirst: TEXTS, orderLast: TEXTS } } },
    },
    resources: TEXTS,
    components: TEXTS,
    crds: TEXTS,
    bases: TEXTS,
    configMapGenerator: { list: { fields: GENERATOR_FIELDS } },
    secretGenerator: { list: { fields: { ...GENERATOR_FIELDS, type: 'string' } } },
    helmGlobals: { fields: { chartHome: 'string', configHome: 'string' } },
    helmCharts: { list: { fields: HELM_CHART_FIELDS } },
    helmChartInflationGenerator: { list: LEGACY_CHART },
    generatorOptions: GENERATOR_OPTIONS,
    configurations: TEXTS,
    generators: TEXTS,
    transformers: TEXTS,
    validators: TEXTS,
    buildMetadata: TEXTS,
  },
};

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
