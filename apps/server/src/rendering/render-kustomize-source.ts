import { isJsonObject, joinTreePath, parseYaml, type FileTree } from '@lotse/manifests';
import type { KustomizeSourceOptions } from '@lotse/gitops';
import { buildKustomization, parseRemoteAddress, type KustomizeEdits } from '@lotse/kustomize';
import type { GitTreeLocation } from '../repositories/git/objects/git-file-tree.js';
import { buildEnvironment, substitute } from './build-environment.js';
import { kustomizeCharts } from './kustomize-charts.js';
import { readBuildOptions } from './kustomize-build-options.js';
import { RemotesNeeded, remoteInput, type RemoteInput } from './remote-inputs.js';
import type { RenderInput, RenderRequest } from './render-protocol.js';
import type { Rendered, RenderSurroundings } from './render-surroundings.js';

/** A kustomization with the application's options over it. */
export function renderKustomizeSource(
  tree: FileTree,
  request: RenderRequest,
  around: RenderSurroundings,
): Rendered {
  const { source } = request;
  const options = readBuildOptions(request.buildOptions ?? '');
  const charts = options.enableHelm ? kustomizeCharts(request, options, around) : undefined;
  const inputs = new Map<string, RenderInput>();
  const remote = (address: string): RemoteInput => {
    const known = Object.hasOwn(request.remotes ?? {}, address) ? request.remotes?.[address] : undefined;
    if (!known) throw new RemotesNeeded(wanted(tree, request, address));
    const [input, fingerprint] = remoteInput(address, known);
    inputs.set(input, [input, fingerprint]);
    return known;
  };
  // one tree for each commit: a base that leads back to itself is found out by that
  const trees = new Map<string, FileTree>();
  const open = (location: GitTreeLocation): FileTree => {
    const key = `${location.gitDir} ${location.commit}`;
    const tree = trees.get(key) ?? around.open(location);
    trees.set(key, tree);
    return tree;
  };
  const { objects, warnings } = buildKustomization({
    tree,
    path: source.path ?? '',
    edits: editsOf(source.kustomize ?? {}, buildEnvironment(request)),
    loadRestrictions: options.loadRestrictions,
    reorder: options.reorder,
    inflateHelm: charts,
    resolveRemote: (address) => {
      const found = parseRemoteAddress(address)?.kind === 'repository' ? remote(address) : undefined;
      return found?.kind === 'folder' ? { tree: open(found.location), path: found.path } : undefined;
    },
    readRemote: (address) => {
      const found = parseRemoteAddress(address)?.kind === 'file' ? remote(address) : undefined;
      return found?.kind === 'file' ? found.content : undefined;
    },
  });
  return { objects, warnings, inputs: [...inputs.values()], usesCapabilities: charts?.wasUsed() === true };
}

const FILE_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** The address, and the others that the top kustomization names: they are fetched together. */
function wanted(tree: FileTree, { source, remotes = {} }: RenderRequest, address: string): string[] {
  const all = new Set([address]);
  for (const name of FILE_NAMES) {
    const path = joinTreePath('', `${source.path ?? ''}/${name}`);
    const bytes = path === undefined ? undefined : tree.read(path);
    const file = bytes ? parseYaml(bytes) : undefined;
    if (!isJsonObject(file)) continue;
    for (const field of [file['resources'], file['bases'], file['components']])
      for (const entry of Array.isArray(field) ? field : [])
        if (typeof entry === 'string' && !Object.hasOwn(remotes, entry) && parseRemoteAddress(entry))
          all.add(entry);
  }
  return [...all];
}

/** Only the options that `kustomize edit` knows; the rest chooses a version of the tool, and there is one. */
function editsOf(options: KustomizeSourceOptions, environment: ReadonlyMap<string, string>): KustomizeEdits {
  const { commonAnnotations, commonAnnotationsEnvsubst, patches, ...rest } = options;
  const { version: _, kubeVersion: __, apiVersions: ___, ...edits } = rest;
  const annotations =
    commonAnnotations && commonAnnotationsEnvsubst === true
      ? Object.fromEntries(
          Object.entries(commonAnnotations).map(([key, value]) => [key, substitute(value, environment)]),
        )
      : commonAnnotations;
  return {
    ...edits,
    ...(annotations && { commonAnnotations: annotations }),
    ...(patches && { patches: patches.filter(isJsonObject) as NonNullable<KustomizeEdits['patches']> }),
  };
}
