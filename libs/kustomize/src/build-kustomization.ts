import { CodedError, emitYaml, type FileTree, type KubeObject, YamlFragments } from '@lotse/manifests';
import { accumulate, emptyAccumulator, type Target, useOpenApi } from './accumulate.js';
import { BuildContext, DEFAULT_KUSTOMIZE_LIMITS, type KustomizeLimits } from './build-context.js';
import { applyEdits, type KustomizeEdits } from './edits.js';
import type { InflateHelm } from './generators/helm-charts.js';
import { loadKustomization } from './load-kustomization.js';
import { kustomizeError } from './kustomize-error.js';
import { Loader, ReadBudget, type RemoteTree } from './loader.js';
import { formatTransformations } from './origin.js';
import { checkTextKey } from './read-values.js';
import type { Resource } from './resource.js';
import { sortResources } from './sort-order.js';
import { addMetadata } from './transformers/metadata.js';
import { addHashes } from './transformers/names.js';
import { fixNameReferences } from './transformers/name-references.js';
import { resolveVariables } from './transformers/variables.js';
import { toJson } from './json-values.js';

/** What to build. */
export interface KustomizeBuildRequest {
  readonly tree: FileTree;
  /** The folder of the kustomization in the tree; empty for its root. */
  readonly path: string;
  /** Changes to the kustomization as `kustomize edit` makes them before the build. */
  readonly edits?: KustomizeEdits | undefined;
  /** Files may be read below the folder of the kustomization that names them only, or anywhere in the tree. */
  readonly loadRestrictions?: 'root-only' | 'none' | undefined;
  /** Gives the tree of a remote base; undefined refuses it. Without it all are refused. */
  readonly resolveRemote?: ((url: string) => RemoteTree | undefined) | undefined;
  /** Gives the bytes of a file on the web; undefined refuses it, or means that the address is a repository's. */
  readonly readRemote?: ((url: string) => Uint8Array | undefined) | undefined;
  /** Renders charts; without it `helmCharts` are refused as without `--enable-helm`. */
  readonly inflateHelm?: InflateHelm | undefined;
  /** The order of the result when the kustomization has no `sortOptions`; `legacy` is the default of the command line. */
  readonly reorder?: 'legacy' | 'none' | undefined;
  readonly limits?: Partial<KustomizeLimits> | undefined;
}

/** What a build gives. */
export interface KustomizeBuildResult {
  /** The objects. Parts that came unchanged from files are frozen, because other builds have them too. */
  readonly objects: KubeObject[];
  /** Exactly what `kustomize build` prints. */
  readonly text: string;
  /** What `kustomize build` says beside it: deprecated fields, vars without use. */
  readonly warnings: string[];
}

/** The version of Kustomize whose behavior this is, as its managed-by label shows it. */
const KUSTOMIZE_VERSION = 'v5.8.1';

/**
 * Builds a kustomization as `kustomize build` 5.8.1 does. Reads nothing but the tree (and what `resolveRemote` gives).
 * Throws CodedError `kustomize/...` or `yaml/...` that names the file, field and resource.
 */
export function buildKustomization(request: KustomizeBuildRequest): KustomizeBuildResult {
  const limits = { ...DEFAULT_KUSTOMIZE_LIMITS, ...request.limits };
  const build = new BuildContext(limits, request.inflateHelm);
  const loader = new Loader(request.tree, request.path.replace(/^\.?\/+|\/+$|^\.$/g, ''), {
    restrictions: request.loadRestrictions ?? 'root-only',
    resolveRemote: request.resolveRemote,
    readRemote: request.readRemote,
    maxFileBytes: limits.maxFileBytes,
    budget: new ReadBudget(limits.maxReadBytes),
  });
  const target = loadTarget(loader, request, build);
  const { kustomization } = target;
  const metadata = new Set(kustomization.buildMetadata);
  build.tracksOrigins = metadata.size > 0;
  const accumulator = emptyAccumulator();
  accumulate(target, accumulator, build);
  const { set, config, vars } = accumulator;
  addHashes(set);
  fixNameReferences(set, config.nameReference);
  resolveVariables(set, vars, config.varReference, build.warnings);
  const kept = set.list.filter((resource) => !isLocal(resource));
  set.list = [];
  set.touch();
  // Patches and plugins may have given two resources the same name in the end.
  set.appendAll(kept);
  set.list = sortResources(set.list, kustomization.sortOptions, request.reorder ?? 'legacy');
  set.touch();
  if (metadata.has('managedByLabel'))
    addMetadata(set, { 'app.kubernetes.io/managed-by': `kustomize-${KUSTOMIZE_VERSION}` }, [
      { path: 'metadata/labels', create: true },
    ]);
  return print(set.list, metadata, build);
}

function loadTarget(loader: Loader, request: KustomizeBuildRequest, build: BuildContext): Target {
  build.enter(loader.root || '.', 0);
  const loaded = loadKustomization(loader, build.warnings);
  useOpenApi(loaded.kustomization, loader, build);
  const kustomization = request.edits
    ? applyEdits(loaded.kustomization, request.edits, (path) => canOpen(loader, path))
    : loaded.kustomization;
  return { loader, kustomization, fileName: loaded.fileName, depth: 0, origin: { path: '' } };
}

function canOpen(loader: Loader, path: string): boolean {
  try {
    loader.open(path);
    return true;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return false;
  }
}

/** Resources for Kustomize's own use are not part of the result. */
function isLocal(resource: Resource): boolean {
  const mark = resource.metadataMap('annotations').get('config.kubernetes.io/local-config');
  return mark !== undefined && mark !== 'false';
}

const ORIGIN = 'config.kubernetes.io/origin';
const TRANSFORMATIONS = 'alpha.config.kubernetes.io/transformations';

/** Text of what builds share. */
const FRAGMENTS = new YamlFragments();

function print(
  resources: readonly Resource[],
  metadata: ReadonlySet<string>,
  { warnings, limits }: BuildContext,
): KustomizeBuildResult {
  const objects: KubeObject[] = [];
  const texts: string[] = [];
  let length = 0;
  for (const resource of resources) {
    const annotations = resource.metadataMap('annotations');
    annotations.delete(ORIGIN);
    annotations.delete(TRANSFORMATIONS);
    if (metadata.has('originAnnotations') && resource.origin !== undefined)
      annotations.set(ORIGIN, resource.origin);
    if (metadata.has('transformerAnnotations') && resource.transformations.length > 0)
      annotations.set(TRANSFORMATIONS, formatTransformations(resource.transformations));
    for (const key of annotations.keys())
      checkTextKey(key, `annotations of ${resource.kind} ${resource.name}`);
    resource.setMetadataMap('annotations', annotations);
    const object = toJson(resource.value);
    const text = emitYaml(object, FRAGMENTS);
    length += text.length;
    if (length > limits.maxOutputLength)
      throw kustomizeError(
        'too-large',
        `the result is longer than ${limits.maxOutputLength} characters at ${resource.kind} ${resource.name}`,
        { object: `${resource.kind} ${resource.name}` },
      );
    texts.push(text);
    objects.push(object as unknown as KubeObject);
  }
  return { objects, text: texts.join('---\n'), warnings };
}
