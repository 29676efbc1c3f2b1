import { RecordingFileTree, type FileTree, type KubeObject } from '@lotse/manifests';
import { detectSourceType, readDirectory, type SourceType } from '@lotse/gitops';
import type { GitFileTree, GitTreeLocation } from '../repositories/git/objects/git-file-tree.js';
import { fingerprint } from './fingerprint.js';
import { renderHelmSource } from './render-helm-source.js';
import { renderKustomizeSource } from './render-kustomize-source.js';
import type { RenderOutcome, RenderRequest } from './render-protocol.js';

/** Objects and what should be said about them. */
export interface Rendered {
  readonly objects: readonly KubeObject[];
  readonly warnings: readonly string[];
}

/** Objects of all manifests together; beyond this nobody can look at them, and the cluster would not take them. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Renders one source with the tool it is made for, and remembers everything that was looked at. */
export function renderSource(
  request: RenderRequest,
  open: (location: GitTreeLocation) => GitFileTree,
): RenderOutcome {
  const tree = open(request.location);
  const recording = new RecordingFileTree(tree);
  const sourceType = detectSourceType(request.source, recording);
  const { objects, warnings } = renderWith(sourceType, recording, request, open);
  const manifests = JSON.stringify(objects);
  if (manifests.length > MAX_OUTPUT_BYTES) {
    throw new RangeError(
      `The manifests have ${manifests.length} bytes together; ${MAX_OUTPUT_BYTES} is the most that is delivered.`,
    );
  }
  return {
    sourceType,
    manifests,
    inputs: recording.paths.map((path) => [path, fingerprint(tree, path)] as const),
    warnings,
    usesCapabilities: sourceType === 'Helm' && asksForCapabilities(tree, recording.paths),
  };
}

/** Looks for the word in what was read; an archive could hold anything. */
function asksForCapabilities(tree: FileTree, paths: readonly string[]): boolean {
  return paths.some((path) => {
    if (path.endsWith('.tgz')) return true;
    const content = /\.(ya?ml|tpl|txt|json)$/.test(path) ? tree.read(path) : undefined;
    return content !== undefined && Buffer.from(content).includes('.Capabilities');
  });
}

function renderWith(
  sourceType: SourceType,
  tree: FileTree,
  request: RenderRequest,
  open: (location: GitTreeLocation) => GitFileTree,
): Rendered {
  const { source } = request;
  switch (sourceType) {
    case 'Directory':
      return { objects: readDirectory(tree, source.path ?? '', source.directory), warnings: [] };
    case 'Kustomize':
      return renderKustomizeSource(tree, request);
    case 'Helm':
      return renderHelmSource(tree, request, open);
  }
}
