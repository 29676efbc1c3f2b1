import { CodedError, joinTreePath, type FileTree, type JsonObject } from '@lotse/manifests';
import { globMatch, type HelmSourceOptions } from '@lotse/gitops';
import {
  HelmError,
  renderChart,
  requiredCharts,
  type HelmRenderRequest,
  type HelmRenderResult,
  type ValuesLayer,
} from '@lotse/helm';
import type { GitTreeLocation } from '../repositories/git/objects/git-file-tree.js';
import { buildEnvironment, substitute } from './build-environment.js';
import { seededChance } from './seeded-chance.js';
import { ChartsNeeded } from './charts-needed.js';
import type { RenderRequest } from './render-protocol.js';
import type { Rendered, RenderSurroundings } from './render-surroundings.js';
import type { SourceTree } from './source-tree.js';

/** A chart in Git, with the values of the application over it: files, then values, then parameters. */
export function renderHelmSource(
  tree: FileTree,
  request: RenderRequest,
  { open, readArchive, lookup, rsaKey, expired }: RenderSurroundings,
): Rendered {
  const { source, application } = request;
  const helm = source.helm ?? {};
  const environment = buildEnvironment(request);
  const path = source.chart ? '' : joinTreePath('', source.path ?? '');
  if (path === undefined)
    throw new CodedError(
      'render_path_outside',
      `The path ${JSON.stringify(source.path)} leaves the repository.`,
    );
  if (tree.stat(path) === undefined && path !== '') {
    throw new CodedError(
      'render_path_missing',
      `${source.path}: app path does not exist in this revision. Check spec.source.path and targetRevision.`,
    );
  }
  const values = new ValuesReader(tree, path, request, open, environment);
  const render = {
    tree,
    path,
    releaseName: substitute(helm.releaseName ?? application.name, environment),
    namespace: helm.namespace ?? (application.namespace || 'default'),
    values: values.layers(helm),
    kubeVersion: helm.kubeVersion ?? request.kubeVersion,
    apiVersions: helm.apiVersions ?? request.apiVersions,
    includeCrds: helm.skipCrds !== true,
    skipTests: helm.skipTests === true,
    ...(request.seed !== undefined && { random: seededChance(request.seed) }),
    ...(rsaKey && { rsaKey }),
    limits: { expired },
    skipSchemaValidation: helm.skipSchemaValidation === true,
    lookup: (apiVersion: string, kind: string, namespace: string, name: string): JsonObject =>
      lookup({ apiVersion, kind, namespace, name }),
    ...(helm.version === 'v3' && { helmCompat: 3 as const }),
  };
  const result = renderWithCharts(render, request.charts ?? {}, readArchive);
  return { objects: result.objects, warnings: result.warnings };
}

/** Renders with the charts that were fetched. @throws ChartsNeeded when others are missing. */
export function renderWithCharts(
  render: Omit<HelmRenderRequest, 'dependencyCharts'>,
  charts: Readonly<Record<string, string>>,
  readArchive: RenderSurroundings['readArchive'],
): HelmRenderResult {
  const dependencyCharts = new Map(Object.entries(charts).map(([key, file]) => [key, readArchive(file)]));
  try {
    return renderChart({ ...render, dependencyCharts });
  } catch (error) {
    if (!(error instanceof HelmError) || error.code !== 'helm/dependency-missing') throw error;
    const needs = requiredCharts(render.tree, render.path).filter(({ key }) => !dependencyCharts.has(key));
    throw needs.length > 0 ? new ChartsNeeded(needs) : error;
  }
}

/** What a pattern has and a name doesn't. */
const GLOB = /[*?[{]/;

/** A values file, or a pattern for some, in the tree of the source that `ref` names. */
interface ValuesFile {
  readonly file: string;
  readonly ref: string;
  readonly tree: FileTree;
  readonly path: string;
}

/** Finds the values an application gives to a chart. */
class ValuesReader {
  readonly #tree: FileTree;
  readonly #chart: string;
  readonly #request: RenderRequest;
  readonly #open: (location: GitTreeLocation) => SourceTree;
  readonly #environment: ReadonlyMap<string, string>;

  constructor(
    tree: FileTree,
    chart: string,
    request: RenderRequest,
    open: (location: GitTreeLocation) => SourceTree,
    environment: ReadonlyMap<string, string>,
  ) {
    this.#tree = tree;
    this.#chart = chart;
    this.#request = request;
    this.#open = open;
    this.#environment = environment;
  }

  layers(helm: HelmSourceOptions): ValuesLayer[] {
    const layers: ValuesLayer[] = [];
    for (const file of this.#valueFiles(helm)) layers.push(file);
    if (helm.valuesObject) layers.push({ kind: 'object', name: 'valuesObject', value: helm.valuesObject });
    else if (helm.values) layers.push({ kind: 'file', name: 'values', text: helm.values });
    for (const { name, value, forceString } of helm.parameters ?? []) {
      const text = substitute(value ?? '', this.#environment);
      // a list in braces keeps its commas
      const escaped = text.startsWith('{') && text.endsWith('}') ? text : text.replace(/(?<!\\),/g, '\\,');
      layers.push({ kind: forceString === true ? 'set-string' : 'set', expression: `${name}=${escaped}` });
    }
    for (const { name, path } of helm.fileParameters ?? []) {
      layers.push({
        kind: 'set-file',
        key: name,
        content: this.#read(this.#tree, this.#inside(path ?? ''), path ?? ''),
      });
    }
    return layers;
  }

  /** Each file once: where it is named itself, else where the first pattern finds it. */
  #valueFiles(helm: HelmSourceOptions): ValuesLayer[] {
    const named = (helm.valueFiles ?? []).map((file) => this.#locate(substitute(file, this.#environment)));
    const idOf = ({ ref, path }: ValuesFile): string => `${ref} ${path}`;
    const explicit = new Set(named.filter(({ path }) => !GLOB.test(path)).map(idOf));
    const seen = new Set<string>();
    const layers: ValuesLayer[] = [];
    for (const entry of named) {
      const isPattern = GLOB.test(entry.path);
      const matching = isPattern ? this.#expand(entry.tree, entry.path) : [entry.path];
      if (matching.length === 0 && helm.ignoreMissingValueFiles !== true)
        this.#missing(entry.file, entry.path);
      for (const path of matching) {
        const id = idOf({ ...entry, path });
        if (seen.has(id) || (isPattern && explicit.has(id))) continue;
        seen.add(id);
        if (entry.tree.stat(path) === undefined && helm.ignoreMissingValueFiles === true) continue;
        layers.push({ kind: 'file', name: entry.file, text: this.#read(entry.tree, path, entry.file) });
      }
    }
    return layers;
  }

  /** `$name/path` is in another source's tree; a leading `/` names the root of the repository. */
  #locate(file: string): ValuesFile {
    const other = /^\$([^/]+)\/(.+)$/.exec(file);
    if (!other) return { file, ref: '', tree: this.#tree, path: this.#inside(file) };
    const [, ref = '', below = ''] = other;
    const location = this.#request.refs?.[ref];
    if (!location) {
      throw new CodedError(
        'render_ref_missing',
        `The values file ${file} names the source $${ref}, but no source has that ref. Add ref: ${ref} to one of spec.sources.`,
      );
    }
    return { file, ref, tree: this.#open(location), path: joinTreePath('', below) ?? this.#refuse(file) };
  }

  #inside(file: string): string {
    if (/^[a-z][a-z0-9+.-]*:/i.test(file)) {
      throw new CodedError(
        'render_values_remote',
        `The values file ${JSON.stringify(file)} is an address. Only files of the repository are read.`,
      );
    }
    return joinTreePath(this.#chart, file) ?? this.#refuse(file);
  }

  #refuse(file: string): never {
    throw new CodedError(
      'render_path_outside',
      `The file ${JSON.stringify(file)} is outside of the repository. Only files of the repository are read.`,
    );
  }

  #read(tree: FileTree, path: string, name: string): string {
    const content = tree.read(path);
    if (content) return new TextDecoder().decode(content);
    const isLink = tree.stat(path) === 'link';
    return this.#missing(name, path, isLink ? 'is a link, and links are not followed' : 'does not exist');
  }

  #missing(name: string, path: string, what = 'matches no file'): never {
    throw new CodedError(
      'render_values_missing',
      `The values file ${JSON.stringify(name)} ${what}. Correct spec.source.helm.valueFiles, or set ignoreMissingValueFiles.`,
      { file: path },
    );
  }

  #expand(tree: FileTree, pattern: string): string[] {
    const found: string[] = [];
    const visit = (folder: string): void => {
      for (const entry of tree.list(folder) ?? []) {
        const path = folder ? `${folder}/${entry.name}` : entry.name;
        if (entry.type === 'folder') visit(path);
        else if (entry.type === 'file' && globMatch(pattern, path)) found.push(path);
      }
    };
    visit(pattern.split(/[*?[{]/)[0]?.replace(/\/?[^/]*$/, '') ?? '');
    return found.sort();
  }
}
