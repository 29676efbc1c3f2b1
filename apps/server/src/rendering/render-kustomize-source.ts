import { isJsonObject, type FileTree } from '@lotse/manifests';
import type { KustomizeSourceOptions } from '@lotse/gitops';
import { buildKustomization, type KustomizeEdits } from '@lotse/kustomize';
import { buildEnvironment, substitute } from './build-environment.js';
import type { RenderRequest } from './render-protocol.js';
import type { Rendered } from './render-source.js';

/** A kustomization with the application's options over it. */
export function renderKustomizeSource(tree: FileTree, request: RenderRequest): Rendered {
  const { source } = request;
  const { objects, warnings } = buildKustomization({
    tree,
    path: source.path ?? '',
    edits: editsOf(source.kustomize ?? {}, buildEnvironment(request)),
  });
  return { objects, warnings };
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
