import { compact, textOf } from '../../app/search-params.js';

/** View state of the cluster browser: the kind as `group/version/resource`, a namespace, a text, the open object. */
export const toClusterSearch = (raw: Record<string, unknown>) =>
  compact({
    kind: textOf(raw, 'kind'),
    namespace: textOf(raw, 'namespace'),
    q: textOf(raw, 'q'),
    object: textOf(raw, 'object'),
  });
