import { isJsonObject, type JsonObject } from '@lotse/manifests';
import type { BuildContext } from './build-context.js';
import type { FieldSpec } from './field-spec.js';
import { generateConfigObject } from './generators/config-objects.js';
import { inflateChart } from './generators/helm-charts.js';
import type {
  GeneratorEntry,
  HelmChartEntry,
  ImageEntry,
  PatchEntry,
  ReplacementEntry,
  Selector,
} from './kustomization.js';
import {
  FIELD_SPEC,
  GENERATOR_FIELDS,
  HELM_CHART_FIELDS,
  IMAGE,
  REPLACEMENT,
  REPLICA,
  SELECTOR,
} from './kustomization-shape.js';
import { kustomizeError } from './kustomize-error.js';
import type { Loader } from './loader.js';
import { didYouMean } from './nearest.js';
import { readResources } from './read-resources.js';
import { Resource } from './resource.js';
import type { ResourceSet } from './resource-set.js';
import { readShape, type Shape } from './shape.js';
import { setImages } from './transformers/images.js';
import { addMetadata } from './transformers/metadata.js';
import { addHashes, affixNames } from './transformers/names.js';
import { setNamespace, type SubjectMode } from './transformers/namespace.js';
import { applyJson6902, applyPatch, patchSelected } from './transformers/patches.js';
import { applyReplacements, loadReplacements } from './transformers/replacements.js';
import { setReplicas } from './transformers/replicas.js';
import { addValues, type ValueTarget } from './transformers/value-add.js';
import { toJson } from './json-values.js';

/** What a plugin works with. */
export interface PluginContext {
  readonly loader: Loader;
  readonly build: BuildContext;
}

type Fields = Readonly<Record<string, Shape>>;
const SPECS: Fields = { fieldSpecs: { list: FIELD_SPEC } };
const TEXT_MAP: Shape = { map: 'string' };
const METADATA: Fields = { metadata: { fields: { name: 'string', namespace: 'string' } } };

interface Metadata {
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
}
interface Specs {
  readonly fieldSpecs?: readonly FieldSpec[];
}

function config<T>(resource: Resource, fields: Fields): T {
  const value = toJson(resource.value);
  const file = `${resource.kind} ${resource.name}`;
  return (readShape(isJsonObject(value) ? value : {}, { fields }, { file, strict: false }) ?? {}) as T;
}

/** Built-in generators by kind, for `generators:`. */
const GENERATORS: Readonly<Record<string, (resource: Resource, context: PluginContext) => Resource[]>> = {
  ConfigMapGenerator: (resource, { loader }) => [
    generateConfigObject('ConfigMap', generatorEntry(resource), loader),
  ],
  SecretGenerator: (resource, { loader }) => [
    generateConfigObject('Secret', generatorEntry(resource), loader),
  ],
  HelmChartInflationGenerator: (resource, { loader, build }) => {
    const chart = config<HelmChartEntry & { chartHome?: string }>(resource, {
      ...HELM_CHART_FIELDS,
      chartHome: 'string',
    });
    return inflateChart(chart, chart.chartHome, loader, build.inflateHelm);
  },
  IAMPolicyGenerator: iamPolicy,
};

function generatorEntry(resource: Resource): GeneratorEntry {
  const entry = config<GeneratorEntry & Metadata>(resource, {
    ...GENERATOR_FIELDS,
    ...METADATA,
    type: 'string',
  });
  const name = entry.name || (entry.metadata?.name ?? '');
  const namespace = entry.namespace || (entry.metadata?.namespace ?? '');
  return { ...entry, name, ...(namespace === '' ? {} : { namespace }) };
}

function iamPolicy(resource: Resource): Resource[] {
  const named: Shape = { fields: { name: 'string', namespace: 'string', projectId: 'string' } };
  const { cloud, kubernetesService, serviceAccount } = config<{
    cloud?: string;
    kubernetesService?: { name?: string; namespace?: string };
    serviceAccount?: { name?: string; projectId?: string };
  }>(resource, { cloud: 'string', kubernetesService: named, serviceAccount: named });
  if (cloud !== 'gke')
    throw kustomizeError('plugin', `cloud provider ${cloud ?? ''} not supported yet`, {
      object: resource.name,
    });
  const account = `${serviceAccount?.name ?? ''}@${serviceAccount?.projectId ?? ''}.iam.gserviceaccount.com`;
  const metadata: JsonObject = {
    name: kubernetesService?.name ?? '',
    annotations: { 'iam.gke.io/gcp-service-account': account },
  };
  if (kubernetesService?.namespace) metadata['namespace'] = kubernetesService.namespace;
  return [
    new Resource({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadata as Resource['value'] }),
  ];
}

/** Built-in transformers by kind, for `transformers:` and `validators:`. */
const TRANSFORMERS: Readonly<
  Record<string, (resource: Resource, set: ResourceSet, context: PluginContext) => void>
> = {
  AnnotationsTransformer(resource, set) {
    const { annotations = {}, fieldSpecs = [] } = config<Specs & { annotations?: Record<string, string> }>(
      resource,
      { ...SPECS, annotations: TEXT_MAP },
    );
    addMetadata(set, annotations, fieldSpecs);
  },
  LabelTransformer(resource, set) {
    const { labels = {}, fieldSpecs = [] } = config<Specs & { labels?: Record<string, string> }>(resource, {
      ...SPECS,
      labels: TEXT_MAP,
    });
    addMetadata(set, labels, fieldSpecs);
  },
  NamespaceTransformer(resource, set) {
    const read = config<Specs & Metadata & { unsetOnly?: boolean; setRoleBindingSubjects?: string }>(
      resource,
      {
        ...SPECS,
        ...METADATA,
        unsetOnly: 'boolean',
        setRoleBindingSubjects: 'string',
      },
    );
    const mode = read.setRoleBindingSubjects || 'defaultOnly';
    if (mode !== 'defaultOnly' && mode !== 'allServiceAccounts' && mode !== 'none')
      throw kustomizeError(
        'plugin',
        `invalid value "${mode}" for setRoleBindingSubjects: must be one of "defaultOnly", "none" or "allServiceAccounts"`,
        {
          object: resource.name,
        },
      );
    const subjects: SubjectMode = mode;
    setNamespace(set, read.metadata?.namespace ?? '', {
      specs: read.fieldSpecs ?? [],
      unsetOnly: read.unsetOnly ?? false,
      subjects,
    });
  },
  PrefixTransformer: (resource, set) => affix(resource, set, ['prefix']),
  SuffixTransformer: (resource, set) => affix(resource, set, ['suffix']),
  PrefixSuffixTransformer: (resource, set) => affix(resource, set, ['prefix', 'suffix']),
  HashTransformer: (_resource, set) => addHashes(set),
  ImageTagTransformer(resource, set) {
    const { imageTag = {}, fieldSpecs = [] } = config<Specs & { imageTag?: ImageEntry }>(resource, {
      ...SPECS,
      imageTag: IMAGE,
    });
    setImages(set, imageTag, fieldSpecs);
  },
  ReplicaCountTransformer(resource, set) {
    const { replica = {}, fieldSpecs = [] } = config<Specs & { replica?: { name?: string; count?: number } }>(
      resource,
      { ...SPECS, replica: REPLICA },
    );
    setReplicas(set, replica.name ?? '', replica.count ?? 0, fieldSpecs);
  },
  PatchTransformer(resource, set, { loader, build }) {
    const options: Shape = { fields: { allowNameChange: 'boolean', allowKindChange: 'boolean' } };
    const entry = config<PatchEntry>(resource, {
      path: 'string',
      patch: 'string',
      target: SELECTOR,
      options,
    });
    applyPatch(set, entry, { loader, schemas: build.schemas });
  },
  PatchStrategicMergeTransformer(resource, set, { loader, build }) {
    const { paths = [], patches = '' } = config<{ paths?: string[]; patches?: string }>(resource, {
      paths: { list: 'string' },
      patches: 'string',
    });
    if (paths.length === 0 && patches === '')
      throw kustomizeError('plugin', 'empty file path and empty patch content', { object: resource.name });
    const loaded = paths.flatMap((path) => readResources(loader.read(path), path));
    if (patches !== '') loaded.push(...readResources(patches, undefined));
    for (const patch of loaded)
      patchSelected(set, new Set([set.byAnyId(patch.originalId)]), patch, { loader, schemas: build.schemas });
  },
  PatchJson6902Transformer(resource, set, { loader }) {
    const read = config<{ target?: Selector; path?: string; jsonOp?: string }>(resource, {
      target: SELECTOR,
      path: 'string',
      jsonOp: 'string',
    });
    const { target, path, jsonOp } = read;
    applyJson6902(
      set,
      { ...(target ? { target } : {}), ...(path ? { path } : {}), ...(jsonOp ? { patch: jsonOp } : {}) },
      loader,
    );
  },
  ReplacementTransformer(resource, set, { loader }) {
    const { replacements = [] } = config<{ replacements?: ReplacementEntry[] }>(resource, {
      replacements: { list: REPLACEMENT },
    });
    applyReplacements(set, loadReplacements(replacements, loader));
  },
  ValueAddTransformer(resource, set, { loader }) {
    const targets: Shape = {
      list: { fields: { selector: SELECTOR, fieldPath: 'string', filePathPosition: 'integer' } },
    };
    const read = config<{ value?: string; targets?: ValueTarget[]; targetFilePath?: string }>(resource, {
      value: 'string',
      targets,
      targetFilePath: 'string',
    });
    addValues(set, read, loader);
  },
};

function affix(resource: Resource, set: ResourceSet, kinds: readonly ('prefix' | 'suffix')[]): void {
  const read = config<Specs & { prefix?: string; suffix?: string }>(resource, {
    ...SPECS,
    prefix: 'string',
    suffix: 'string',
  });
  if (!read.fieldSpecs)
    throw kustomizeError('plugin', 'fieldSpecs is not expected to be nil', {
      object: `${resource.kind} ${resource.name}`,
    });
  for (const kind of kinds) affixNames(set, kind, read[kind] ?? '', read.fieldSpecs);
}

function refuse(resource: Resource, wanted: string): never {
  const object = `${resource.kind} ${resource.name}`;
  if (resource.apiVersion !== 'builtin')
    throw kustomizeError(
      'external-plugin',
      `external plugins disabled; unable to load external plugin '${resource.kind}': only built-in plugins (apiVersion: builtin) run here`,
      { object },
    );
  const known = Object.keys(wanted === 'generator' ? GENERATORS : TRANSFORMERS);
  throw kustomizeError(
    'plugin',
    `unable to load builtin ${wanted} ${resource.kind}${didYouMean(resource.kind, known)}; known are ${known.join(', ')}`,
    {
      object,
    },
  );
}

/** Runs a generator that a resource configures. */
export function runGenerator(resource: Resource, context: PluginContext): Resource[] {
  const generator =
    resource.apiVersion === 'builtin' && Object.hasOwn(GENERATORS, resource.kind)
      ? GENERATORS[resource.kind]
      : undefined;
  return generator ? generator(resource, context) : refuse(resource, 'generator');
}

/** Runs a transformer that a resource configures. */
export function runTransformer(resource: Resource, set: ResourceSet, context: PluginContext): void {
  const transformer =
    resource.apiVersion === 'builtin' && Object.hasOwn(TRANSFORMERS, resource.kind)
      ? TRANSFORMERS[resource.kind]
      : undefined;
  if (!transformer) refuse(resource, 'transformer');
  transformer(resource, set, context);
}
