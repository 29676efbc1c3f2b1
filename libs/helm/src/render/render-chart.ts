import {
  CodedError,
  type FileTree,
  type JsonObject,
  type KubeObject,
  parseYamlDocuments,
  readManifests,
} from '@lotse/manifests';
import type { Chart } from '../chart/chart.js';
import { HelmError } from '../chart/chart-error.js';
import { type ChartLimits, DEFAULT_CHART_LIMITS } from '../chart/chart-limits.js';
import { coalesceValues } from '../chart/coalesce.js';
import { processDependencies } from '../chart/dependencies.js';
import { fulfilDependencies } from '../chart/fulfil-dependencies.js';
import { loadChart } from '../chart/load-chart.js';
import { validateSchemas } from '../chart/schema.js';
import { isCompatibleRange } from '../chart/semver-constraint.js';
import { decodeText } from '../chart/text.js';
import { mergeLayers, type ValuesLayer } from '../chart/values-layers.js';
import { secureRandom } from '../functions/chance.js';
import { newRsaKey, type RsaKeySource } from '../functions/rsa-keys.js';
import { trimSpace } from '../functions/strings.js';
import { goInt, type GoValue } from '../template/values.js';
import { capabilitiesObject, DEFAULT_KUBE_VERSION, parseKubeVersion } from './capabilities.js';
import { renderTemplates } from './engine.js';
import { sortManifests } from './manifests.js';
import { type PostRenderer, postRender } from './post-render.js';
import { assertReleaseName } from './release-name.js';

/** Bounds of one render. */
export interface HelmLimits extends ChartLimits {
  /** Nodes walked and functions called. */
  readonly steps: number;
  /** Characters of text made by templates and functions together. */
  readonly output: number;
  /** Asked now and then; true ends the render. The caller's clock, as this library has none. */
  readonly expired: (() => boolean) | undefined;
}

/** Ten million steps are seconds of work; kube-prometheus-stack takes some hundred thousand. */
export const DEFAULT_HELM_LIMITS: HelmLimits = {
  ...DEFAULT_CHART_LIMITS,
  steps: 10_000_000,
  output: 256 * 1024 * 1024,
  expired: undefined,
};

/** What to render and with what. */
export interface HelmRenderRequest {
  readonly tree: FileTree;
  /** Chart folder or archive inside the tree; `''` is the root. */
  readonly path: string;
  readonly releaseName: string;
  readonly namespace: string;
  readonly isUpgrade?: boolean;
  readonly revision?: number;
  /** In any order; Helm's precedence between the kinds is applied. */
  readonly values?: readonly ValuesLayer[];
  readonly kubeVersion?: string;
  /** API versions beyond those that are always known. */
  readonly apiVersions?: readonly string[];
  readonly includeCrds?: boolean;
  readonly skipTests?: boolean;
  readonly skipSchemaValidation?: boolean;
  readonly noHooks?: boolean;
  /** Which Helm's bytes to write; 4 unless said otherwise. */
  readonly helmCompat?: 3 | 4;
  /** Answers `lookup`; nothing is found unless given. */
  readonly lookup?: (apiVersion: string, kind: string, namespace: string, name: string) => JsonObject;
  /** Chance for passwords and certificates, from 0 to below 1; the same sequence gives the same output. */
  readonly random?: () => number;
  /** Milliseconds since 1970, for `now` and certificates. */
  readonly now?: () => number;
  /** RSA keys for certificates; the system's generator unless given. */
  readonly rsaKey?: RsaKeySource;
  readonly limits?: Partial<HelmLimits>;
  /** Archives of dependencies that are not in `charts/`, by `repository|name|version`. */
  readonly dependencyCharts?: ReadonlyMap<string, Uint8Array>;
  /** Changes the manifests, and the CRDs when they are included, but no hooks. The caller bounds its time. */
  readonly postRender?: PostRenderer;
}

/** What a render gives. */
export interface HelmRenderResult {
  /** Documents in output order; hooks last. */
  readonly manifests: { source: string; text: string; isHook: boolean }[];
  readonly crds: { source: string; text: string }[];
  readonly notes: string;
  readonly warnings: string[];
  /** Exactly what `helm template` prints. */
  readonly text: string;
  /** The objects in output order: CRDs first when asked for, hooks last. Read on first use. */
  readonly objects: KubeObject[];
}

/** Renders a chart as `helm template` does. Throws {@link HelmError}; the chart reaches nothing but its own files. */
export function renderChart(request: HelmRenderRequest): HelmRenderResult {
  const limits: HelmLimits = { ...DEFAULT_HELM_LIMITS, ...request.limits };
  const generation = request.helmCompat ?? 4;
  const warnings: string[] = [];
  const warn = (text: string): void => {
    if (!warnings.includes(text)) warnings.push(text);
  };
  const given = mergeLayers(request.values ?? [], generation);
  const chart = loadChart(request.tree, request.path, limits, warn, generation);
  if (chart.isLibrary) {
    throw new HelmError('helm/not-installable', `${chart.metadata.type} charts are not installable`, {
      file: 'Chart.yaml',
    });
  }
  if (chart.metadata.deprecated) warn('this chart is deprecated');
  const archives = request.dependencyCharts ?? new Map<string, Uint8Array>();
  fulfilDependencies(chart, { tree: request.tree, path: request.path, archives, limits, warn, generation });
  const options = { dropDefaultNulls: generation === 4, warn };
  processDependencies(chart, given, options);
  assertReleaseName(request.releaseName);
  const kube = parseKubeVersion(request.kubeVersion ?? DEFAULT_KUBE_VERSION);
  const values = coalesceValues(chart, given, { ...options, merge: false });
  if (request.skipSchemaValidation !== true) validateSchemas(chart, values, warn);
  checkKubeVersion(chart, kube.normalized, kube.version);
  const files = renderTemplates({
    chart,
    values,
    release: releaseObject(request),
    capabilities: capabilitiesObject(kube, request.apiVersions ?? [], generation),
    generation,
    lookup: request.lookup ?? (() => ({})),
    random: request.random ?? secureRandom,
    now: request.now ?? Date.now,
    rsaKey: request.rsaKey ?? newRsaKey,
    limits,
  });
  const notes = takeNotes(chart, files);
  const { manifests, hooks } = sortManifests(files, generation);
  const crds = request.includeCrds === true ? crdsOf(chart) : [];
  const shownHooks =
    request.noHooks === true
      ? []
      : hooks.filter((hook) => !(request.skipTests === true && hook.hookEvents?.includes('test')));
  const block = ({ source, text }: { source: string; text: string }): string =>
    `---\n# Source: ${source}\n${text}\n`;
  const blocks = [...crds, ...manifests].map(block);
  const changed =
    request.postRender && postRender(blocks.join(''), request.postRender, generation, limits.output);
  return new RenderResult(
    [
      ...(changed?.manifests ?? manifests).map((item) => entry(item, false)),
      ...shownHooks.map((item) => entry(item, true)),
    ],
    changed ? [] : crds,
    notes,
    warnings,
    `${changed ? trimSpace(changed.text) : concatenated(blocks)}\n${shownHooks.map(block).join('')}`,
  );
}

/** The blocks without the space behind the last. Added one by one, the text is copied together when somebody reads it. */
function concatenated(blocks: readonly string[]): string {
  let text = '';
  for (const [index, block] of blocks.entries())
    text += index === blocks.length - 1 ? trimSpace(block) : block;
  return text;
}

function entry(
  manifest: { source: string; text: string },
  isHook: boolean,
): { source: string; text: string; isHook: boolean } {
  return { source: manifest.source, text: manifest.text, isHook };
}

/** The objects of a document. Helm lets the later of two equal keys count, so those are read once more, leniently. */
function readObjects(text: string, source: string): KubeObject[] {
  try {
    return readManifests(text, source);
  } catch (error) {
    if (!(error instanceof CodedError) || !error.message.includes('is set twice')) throw error;
    return parseYamlDocuments(text, { duplicateKeys: 'last' }).flatMap((document) =>
      document === null ? [] : readManifests(JSON.stringify(document), source),
    );
  }
}

class RenderResult implements HelmRenderResult {
  #objects: KubeObject[] | undefined;

  constructor(
    readonly manifests: HelmRenderResult['manifests'],
    readonly crds: HelmRenderResult['crds'],
    readonly notes: string,
    readonly warnings: string[],
    readonly text: string,
  ) {}

  get objects(): KubeObject[] {
    this.#objects ??= [...this.crds, ...this.manifests].flatMap(({ source, text }) =>
      readObjects(text, source),
    );
    return this.#objects;
  }
}

function releaseObject(request: HelmRenderRequest): ReadonlyMap<string, GoValue> {
  const isUpgrade = request.isUpgrade === true;
  return new Map<string, GoValue>([
    ['Name', request.releaseName],
    ['Namespace', request.namespace],
    ['IsUpgrade', isUpgrade],
    ['IsInstall', !isUpgrade],
    ['Revision', goInt(request.revision ?? 1)],
    ['Service', 'Helm'],
  ]);
}

function checkKubeVersion(chart: Chart, normalized: string, version: string): void {
  const range = chart.metadata.kubeVersion;
  if (range === '' || isCompatibleRange(range, normalized)) return;
  throw new HelmError(
    'helm/kube-version',
    `chart requires kubeVersion: ${range} which is incompatible with Kubernetes ${version}`,
    { file: 'Chart.yaml', field: 'kubeVersion' },
  );
}

/** Removes all NOTES.txt from the rendered files and returns the chart's own. */
function takeNotes(chart: Chart, files: Map<string, string>): string {
  const notes = files.get(`${chart.name}/templates/NOTES.txt`) ?? '';
  for (const name of files.keys()) if (name.endsWith('NOTES.txt')) files.delete(name);
  return notes;
}

function crdsOf(chart: Chart): { source: string; text: string }[] {
  const own = chart.files
    .filter((file) => file.name.startsWith('crds/') && /\.(?:ya?ml|json)$/i.test(file.name))
    .map((file) => ({ source: `${chart.fullPath}/${file.name}`, text: decodeText(file.data) }));
  return [...own, ...chart.dependencies.flatMap(crdsOf)];
}
