import { CodedError, type FileTree } from '@lotse/manifests';
import type { RenderRequest } from './render-protocol.js';
import type { Rendered } from './render-source.js';

/** A kustomization with the application's options over it. */
export function renderKustomizeSource(_tree: FileTree, request: RenderRequest): Rendered {
  throw new CodedError(
    'render_kustomize_unavailable',
    `${request.source.path ?? '.'} is a kustomization, which can't be built yet.`,
  );
}
