import { HelmError, messageOf } from '../chart/chart-error.js';
import { trimSpace } from '../functions/strings.js';
import type { HelmGeneration } from './capabilities.js';
import { readManifest, type RenderedManifest, splitManifests } from './manifests.js';

/** Changes rendered manifests before they are used: YAML documents in, YAML documents out, in the order they go out. */
export type PostRenderer = (manifests: string) => string;

/** What documents are said to come from that don't say it themselves. */
const SOURCE = 'post-renderer';
const NAMED_SOURCE = /^# Source: (\S+)\s*$/m;

/**
 * Gives the manifests to the post-renderer and reads what comes back. As in Helm's `nohooks` strategy, and all of Helm 3, hooks
 * are not among them. Throws {@link HelmError} when it throws, returns nothing, too much, or what is no manifest.
 */
export function postRender(
  body: string,
  renderer: PostRenderer,
  generation: HelmGeneration,
  maxOutput: number,
): { text: string; manifests: RenderedManifest[] } {
  let text: string;
  try {
    text = renderer(body);
  } catch (error) {
    throw new HelmError(
      'helm/post-render',
      `error while running post render: ${messageOf(error)}`,
      {},
      { cause: error },
    );
  }
  if (text.length > maxOutput) {
    throw new HelmError(
      'helm/limit',
      `the post-renderer gave ${text.length} characters, more than the limit of ${maxOutput}`,
    );
  }
  if (trimSpace(body) !== '' && trimSpace(text) === '') {
    throw new HelmError('helm/post-render', 'the post-renderer produced empty output');
  }
  const manifests = splitManifests(text, generation).flatMap((document) => {
    const manifest = readManifest(NAMED_SOURCE.exec(document)?.[1] ?? SOURCE, document, generation);
    return manifest ? [manifest] : [];
  });
  return { text, manifests };
}
