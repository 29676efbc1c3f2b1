import { compact, textOf } from '../../app/search-params.js';

/** View state of the nodes page: a text to find, the pod whose details are open. */
export const toNodesSearch = (raw: Record<string, unknown>) =>
  compact({ q: textOf(raw, 'q'), pod: textOf(raw, 'pod') });
