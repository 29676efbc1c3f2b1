import type { Shape } from './shape.js';

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
/** What a kustomization file may hold. */
export const KUSTOMIZATION: Shape = {
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
