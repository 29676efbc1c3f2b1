import { RecordingFileTree, type FileTree, type JsonObject } from '@lotse/manifests';
import { detectSourceType, type SourceType } from '@lotse/gitops';
import { fingerprint } from './fingerprint.js';
import { renderDirectorySource } from './render-directory-source.js';
import { renderHelmSource } from './render-helm-source.js';
import { renderKustomizeSource } from './render-kustomize-source.js';
import {
  lookupInput,
  type Lookup,
  type LookupAnswer,
  type RenderInput,
  type RenderOutcome,
  type RenderRequest,
} from './render-protocol.js';
import type { Rendered, RenderSurroundings } from './render-surroundings.js';

/** Objects of all manifests together; beyond this nobody can look at them, and the cluster would not take them. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Renders one source with the tool it is made for, and remembers everything that was looked at. */
export function renderSource(
  request: RenderRequest,
  around: Omit<RenderSurroundings, 'lookup'> & { readonly lookup: (lookup: Lookup) => LookupAnswer },
): RenderOutcome {
  const tree = around.open(request.location);
  const recording = new RecordingFileTree(tree);
  const sourceType = detectSourceType(request.source, recording);
  const lookups = new Map<string, RenderInput>();
  const lookup = (asked: Lookup): JsonObject => {
    const { value, fingerprint: found } = around.lookup(asked);
    const input = lookupInput(asked);
    lookups.set(input, [input, found]);
    return value;
  };
  const rendered = renderWith(sourceType, recording, request, { ...around, lookup });
  const { objects, warnings, inputs = [] } = rendered;
  const manifests = JSON.stringify(objects);
  if (manifests.length > MAX_OUTPUT_BYTES) {
    throw new RangeError(
      `The manifests have ${manifests.length} bytes together; ${MAX_OUTPUT_BYTES} is the most that is delivered.`,
    );
  }
  return {
    sourceType,
    manifests,
    inputs: [
      ...recording.paths.map((path) => [path, fingerprint(tree, path)] as const),
      ...lookups.values(),
      ...inputs,
    ],
    warnings,
    usesCapabilities:
      rendered.usesCapabilities === true ||
      (sourceType === 'Helm' && (request.charts !== undefined || asksForCapabilities(tree, recording.paths))),
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
  around: RenderSurroundings,
): Rendered {
  switch (sourceType) {
    case 'Directory':
      return renderDirectorySource(tree, request);
    case 'Kustomize':
      return renderKustomizeSource(tree, request, around);
    case 'Helm':
      return renderHelmSource(tree, request, around);
  }
}
