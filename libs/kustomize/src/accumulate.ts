import { CodedError } from '@lotse/manifests';
import type { BuildContext } from './build-context.js';
import { generateConfigObject, mergeGeneratorOptions } from './generators/config-objects.js';
import { inflateChart } from './generators/helm-charts.js';
import type { Kustomization, VarEntry } from './kustomization.js';
import { loadKustomization } from './load-kustomization.js';
import { kustomizeError, messageOf } from './kustomize-error.js';
import { isRemote, type Loader } from './loader.js';
import { isKnownKind } from './merge-schema.js';
import { builtInSchemas, readOpenApiSchema } from './openapi-schema.js';
import {
  appendOrigin,
  type ConfiguredBy,
  formatConfigured,
  formatOrigin,
  joinPath,
  type Origin,
} from './origin.js';
import { runGenerator, runTransformer } from './plugins.js';
import { readResources } from './read-resources.js';
import type { Resource } from './resource.js';
import { ResourceSet } from './resource-set.js';
import {
  DEFAULT_CONFIG,
  EMPTY_CONFIG,
  loadCrdConfig,
  loadTransformerConfig,
  mergeConfigs,
  mergeSpecs,
  type TransformerConfig,
} from './transformer-config.js';
import { goJson } from './go-json.js';
import { setImages } from './transformers/images.js';
import { addMetadata } from './transformers/metadata.js';
import { affixNames } from './transformers/names.js';
import { setNamespace } from './transformers/namespace.js';
import { applyJson6902, applyPatch, applyStrategicMergeFiles } from './transformers/patches.js';
import { applyReplacements, loadReplacements } from './transformers/replacements.js';
import { setReplicas } from './transformers/replicas.js';
import { collectVariables, mergeVariables } from './transformers/variables.js';
import { toJson } from './json-values.js';

/** What a kustomization and its bases have come to. */
export interface Accumulator {
  readonly set: ResourceSet;
  config: TransformerConfig;
  readonly vars: Map<string, VarEntry>;
}

/** One kustomization while it is built. */
export interface Target {
  readonly loader: Loader;
  readonly kustomization: Kustomization;
  readonly fileName: string;
  readonly depth: number;
  readonly origin: Origin;
  /** The namespace charts get when neither they nor this kustomization say one. */
  readonly chartNamespace?: string | undefined;
}

/** A fresh accumulator. */
export function emptyAccumulator(): Accumulator {
  return { set: new ResourceSet(), config: EMPTY_CONFIG, vars: new Map() };
}

/** Builds a kustomization into an accumulator: resources, generators, components, transformers, validators, vars. */
export function accumulate(target: Target, into: Accumulator, build: BuildContext): void {
  const { kustomization, loader } = target;
  for (const path of kustomization.resources ?? []) addResource(target, path, into, build);
  into.config = mergeConfigs(
    into.config,
    kustomization.configurations?.length
      ? loadTransformerConfig(loader, kustomization.configurations)
      : DEFAULT_CONFIG,
  );
  if (kustomization.crds?.length)
    into.config = mergeConfigs(into.config, loadCrdConfig(loader, kustomization.crds));
  runGenerators(target, into.set, build);
  for (const path of kustomization.components ?? []) addBase(target, path, into, build, true);
  build.checkResources(into.set.list.length, loader.root || '.');
  runTransformers(target, into, build);
  runValidators(target, into.set, build);
  collectVariables(into.set, into.vars, kustomization.vars ?? []);
}

function addResource(target: Target, path: string, into: Accumulator, build: BuildContext): void {
  const { loader } = target;
  let bytes: Uint8Array;
  try {
    bytes = loader.read(path);
  } catch (readError) {
    if (!(readError instanceof CodedError)) throw readError;
    try {
      return addBase(target, path, into, build, false);
    } catch (error) {
      const unusable = error instanceof CodedError && error.code === 'kustomize/no-folder';
      const fileMatters = readError.code !== 'kustomize/no-file';
      throw unusable && fileMatters
        ? readError
        : withPath(error, `resources '${path}' of ${loader.root || '.'}`, readError);
    }
  }
  const file = loader.root === '' ? path : `${loader.root}/${path}`;
  const resources = readResources(bytes, file);
  for (const { apiVersion, kind } of resources) if (!isKnownKind(apiVersion, kind)) build.meetUnknownKind();
  if (build.tracksOrigins) {
    const origin = appendOrigin(target.origin, path);
    for (const resource of resources) {
      resource.origin = formatOrigin(origin);
      resource.originPath = origin.path;
    }
  }
  into.set.appendAll(resources);
}

function withPath(error: unknown, path: string, readError: unknown): unknown {
  if (!(error instanceof CodedError) || error.code !== 'kustomize/no-folder') return error;
  return new CodedError(
    error.code,
    `${path}: there is no folder with a kustomization, and ${messageOf(readError)}`,
    error.place,
    { cause: error },
  );
}

/** Builds a base into an accumulator of its own and adds it, or a component into the one given. */
function addBase(
  target: Target,
  path: string,
  into: Accumulator,
  build: BuildContext,
  component: boolean,
): void {
  const loader = target.loader.open(path);
  build.enter(loader.root || '.', target.depth + 1);
  const loaded = loadKustomization(loader, build.warnings);
  useOpenApi(loaded.kustomization, loader, build);
  const isComponent = loaded.kustomization.kind === 'Component';
  if (component !== isComponent)
    throw kustomizeError(
      'component',
      component
        ? `expected kind 'Component' for path '${loader.root}' but got '${loaded.kustomization.kind ?? ''}'`
        : `expected kind != 'Component' for path '${loader.root}'; name it in components`,
      { file: loader.root },
    );
  const base: Target = {
    loader,
    ...loaded,
    depth: target.depth + 1,
    origin: appendOrigin(target.origin, path),
    chartNamespace: target.kustomization.namespace || target.chartNamespace,
  };
  if (component) return accumulate(base, into, build);
  const own = emptyAccumulator();
  accumulate(base, own, build);
  into.set.touch();
  into.set.appendAll(own.set.list);
  into.config = mergeConfigs(into.config, own.config);
  mergeVariables(into.vars, own.vars.values());
}

/** Takes the OpenAPI document a kustomization names, unless one was named before: that one counts for the whole build. */
export function useOpenApi({ openapi }: Kustomization, loader: Loader, build: BuildContext): void {
  const path = openapi?.['path'];
  const version = openapi?.['version'];
  const text = path === undefined ? undefined : loader.read(path);
  if (build.hasSchemas) return;
  if (text !== undefined && path !== undefined) {
    if (version !== undefined)
      throw kustomizeError('openapi', 'builtin version and custom schema provided, cannot use both', {
        field: 'openapi',
      });
    build.useSchemas(readOpenApiSchema(text, path, build.builtInUse));
  } else if (version === BUILT_IN_VERSION) build.useSchemas(builtInSchemas);
  else if (version)
    throw kustomizeError(
      'openapi',
      `the specified OpenAPI version ${version} is not built in; use ${BUILT_IN_VERSION}`,
      { field: 'openapi.version' },
    );
}

const BUILT_IN_VERSION = 'v1.21.2';

function runGenerators(target: Target, set: ResourceSet, build: BuildContext): void {
  const { kustomization, loader } = target;
  const absorb = (resources: readonly Resource[], by: ConfiguredBy): void => {
    for (const resource of resources) {
      if (build.tracksOrigins) resource.origin ??= configured(target, by);
      set.absorb(resource);
    }
  };
  for (const kind of ['ConfigMap', 'Secret'] as const)
    for (const entry of kustomization[kind === 'ConfigMap' ? 'configMapGenerator' : 'secretGenerator'] ??
      []) {
      const options = mergeGeneratorOptions(entry.options, kustomization.generatorOptions);
      absorb(
        [generateConfigObject(kind, { ...entry, ...(options ? { options } : {}) }, loader)],
        builtin(`${kind}Generator`),
      );
    }
  for (const chart of kustomization.helmCharts ?? []) {
    const namespace = chart.namespace || kustomization.namespace || target.chartNamespace;
    const resources = inflateChart(
      namespace ? { ...chart, namespace } : chart,
      kustomization.helmGlobals?.chartHome,
      loader,
      build.inflateHelm,
    );
    absorb(resources, builtin('HelmChartInflationGenerator'));
  }
  for (const plugin of pluginConfigs(target, kustomization.generators ?? [], build))
    absorb(runGenerator(plugin, { loader, build }), pluginIdentity(plugin));
}

function builtin(kind: string): ConfiguredBy {
  return { apiVersion: 'builtin', kind };
}

function configured({ origin, fileName }: Target, by: ConfiguredBy): string {
  return formatConfigured(origin, by.configuredIn ?? joinPath(origin.path, fileName), by);
}

function pluginIdentity(plugin: Resource): ConfiguredBy {
  const { apiVersion, kind, name, namespace, originPath } = plugin;
  return {
    apiVersion,
    kind,
    name,
    namespace,
    ...(originPath === undefined ? {} : { configuredIn: originPath }),
  };
}

/** Resources that configure plugins: written in place, in files, or made by kustomizations. */
function pluginConfigs(target: Target, entries: readonly string[], build: BuildContext): Resource[] {
  const own = emptyAccumulator();
  const paths: string[] = [];
  for (const entry of entries) {
    try {
      const resources = readResources(entry, undefined);
      for (const resource of resources) resource.originPath = joinPath(target.origin.path, target.fileName);
      own.set.appendAll(resources);
    } catch (error) {
      if (entry.includes('\n') && !isRemote(entry)) throw error;
      paths.push(entry);
    }
  }
  for (const path of paths) addResource(target, path, own, build);
  return own.set.list;
}

function runTransformers(target: Target, into: Accumulator, build: BuildContext): void {
  const { kustomization, loader } = target;
  const { set, config } = into;
  const step = (by: ConfiguredBy, run: () => void): void => {
    run();
    if (build.tracksOrigins) {
      const origin = configured(target, by);
      for (const resource of set.list)
        if (resource.origin === undefined) resource.origin = origin;
        else resource.transformations.push(origin);
    }
    set.dropEmpty();
  };
  const patches = { loader, schemas: build.schemas, warnings: build.warnings };
  const {
    patchesStrategicMerge = [],
    namespace,
    namePrefix,
    nameSuffix,
    commonAnnotations = {},
  } = kustomization;
  if (patchesStrategicMerge.length > 0)
    step(builtin('PatchStrategicMergeTransformer'), () =>
      applyStrategicMergeFiles(set, patchesStrategicMerge, patches),
    );
  for (const entry of kustomization.patches ?? [])
    step(builtin('PatchTransformer'), () => applyPatch(set, entry, patches));
  if (namespace)
    step(builtin('NamespaceTransformer'), () => setNamespace(set, namespace, { specs: config.namespace }));
  if (namePrefix)
    step(builtin('PrefixTransformer'), () => affixNames(set, 'prefix', namePrefix, config.namePrefix));
  if (nameSuffix)
    step(builtin('SuffixTransformer'), () => affixNames(set, 'suffix', nameSuffix, config.nameSuffix));
  runLabels(kustomization, set, config, (run) => step(builtin('LabelTransformer'), run));
  if (Object.keys(commonAnnotations).length > 0)
    step(builtin('AnnotationsTransformer'), () =>
      addMetadata(set, commonAnnotations, config.commonAnnotations),
    );
  for (const entry of kustomization.patchesJson6902 ?? [])
    step(builtin('PatchJson6902Transformer'), () => applyJson6902(set, entry, loader));
  for (const { name = '', count = 0 } of kustomization.replicas ?? [])
    step(builtin('ReplicaCountTransformer'), () => setReplicas(set, name, count, config.replicas));
  for (const image of kustomization.images ?? [])
    step(builtin('ImageTagTransformer'), () => setImages(set, image, config.images));
  if (kustomization.replacements?.length) {
    const replacements = loadReplacements(kustomization.replacements, loader);
    step(builtin('ReplacementTransformer'), () => applyReplacements(set, replacements, build.warnings));
  }
  for (const plugin of pluginConfigs(target, kustomization.transformers ?? [], build))
    step(pluginIdentity(plugin), () => runTransformer(plugin, set, { loader, build }));
}

function runLabels(
  kustomization: Kustomization,
  set: ResourceSet,
  config: TransformerConfig,
  step: (run: () => void) => void,
): void {
  const { labels = [], commonLabels } = kustomization;
  for (const entry of labels) {
    let specs = mergeSpecs(entry.fields ?? [], config.labels);
    if (entry.includeSelectors) specs = mergeSpecs(specs, config.commonLabels);
    else {
      if (entry.includeTemplates) specs = mergeSpecs(specs, config.templateLabels);
      specs = mergeSpecs(specs, [{ path: 'metadata/labels', create: true }]);
    }
    step(() => addMetadata(set, entry.pairs ?? {}, specs));
  }
  if (labels.length > 0 || Object.keys(commonLabels ?? {}).length > 0)
    step(() => addMetadata(set, commonLabels ?? {}, config.commonLabels));
}

/** All that tells whether a resource was changed; the original keeps former names in annotations, where they count. */
function stateOf({ value, previous, prefixes, suffixes }: Resource): string {
  return [goJson(toJson(value)), previous.length, prefixes.length, suffixes.length].join(' ');
}

/** The label a validator may leave behind. */
const VALIDATED_BY = 'validated-by';

/** The state without the mark of a validator. Beside other labels the original takes the mark for a change. */
function unmarkedState(resource: Resource): string {
  const labels = resource.metadataMap('labels');
  if (!labels.has(VALIDATED_BY)) return stateOf(resource);
  if (labels.size > 1) return '';
  const unmarked = resource.clone();
  unmarked.setMetadataMap('labels', new Map());
  return stateOf(unmarked);
}

/** Runs validators: transformers that must leave everything as it was. */
function runValidators(target: Target, set: ResourceSet, build: BuildContext): void {
  for (const plugin of pluginConfigs(target, target.kustomization.validators ?? [], build)) {
    const before = set.list.map(stateOf);
    runTransformer(plugin, set, { loader: target.loader, build });
    const after = set.list.map(unmarkedState);
    if (before.length !== after.length || before.some((text, index) => text !== after[index]))
      throw kustomizeError(
        'validator',
        `validator shouldn't modify the resource map: ${plugin.kind} ${plugin.name}`,
        { object: plugin.name },
      );
  }
}
