import type { PodSpec } from '../../types/index.js';
import { matchesNodeTerm, matchesRequiredNodeAffinity } from '../../selectors/node-selector.js';
import { normalizeByMaximum, type Rejection, type SchedulerPlugin } from '../plugin.js';

const NAME = 'NodeAffinity';
const REFUSED: Rejection = {
  plugin: NAME,
  reasons: ["node(s) didn't match Pod's node affinity/selector"],
  unresolvable: true,
};

const CONFLICT: Rejection = { plugin: NAME, reasons: ['pod affinity terms conflict'], unresolvable: true };

/** The nodes that required affinity names; nothing when a term of it takes any node. */
function namedNodes(spec: PodSpec | undefined): ReadonlySet<string> | undefined {
  const terms =
    spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (!terms || terms.length === 0) return undefined;
  const names = new Set<string>();
  for (const { matchFields } of terms) {
    const [first, ...others] = (matchFields ?? []).filter(
      ({ key, operator }) => key === 'metadata.name' && operator === 'In',
    );
    if (!first) return undefined;
    for (const name of first.values ?? [])
      if (others.every(({ values }) => values?.includes(name))) names.add(name);
  }
  return names;
}

/** Honours nodeSelector and required node affinity, and adds up the weights of preferred terms. */
export const nodeAffinity: SchedulerPlugin = {
  name: NAME,
  weight: 2,
  filter: ({ pod: { spec } }) => {
    if (!spec?.nodeSelector && !spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution)
      return undefined;
    const only = namedNodes(spec);
    if (only?.size === 0) return CONFLICT;
    return {
      check: ({ node }) => (matchesRequiredNodeAffinity(spec, node) ? undefined : REFUSED),
      ...(only && { only }),
    };
  },
  score: ({ pod }) => {
    const terms = pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    if (terms.length === 0) return undefined;
    return {
      score: ({ node }) => {
        let sum = 0;
        for (const { preference, weight } of terms) {
          const isEmpty = !preference.matchExpressions?.length && !preference.matchFields?.length;
          if (!isEmpty && matchesNodeTerm(preference, node)) sum += weight;
        }
        return sum;
      },
      normalize: (scores) => normalizeByMaximum(scores, false),
    };
  },
  wakes: (event, { pod }) =>
    (event.type === 'NodeAdded' ||
      (event.type === 'NodeChanged' && event.node.metadata.labels !== event.previous.metadata.labels)) &&
    matchesRequiredNodeAffinity(pod.spec, event.node),
};
