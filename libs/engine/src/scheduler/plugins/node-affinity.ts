import { matchesNodeTerm, matchesRequiredNodeAffinity } from '../../selectors/node-selector.js';
import { normalizeByMaximum, type Rejection, type SchedulerPlugin } from '../plugin.js';

const NAME = 'NodeAffinity';
const REFUSED: Rejection = {
  plugin: NAME,
  reasons: ["node(s) didn't match Pod's node affinity/selector"],
  unresolvable: true,
};

/** Honours nodeSelector and required node affinity, and adds up the weights of preferred terms. */
export const nodeAffinity: SchedulerPlugin = {
  name: NAME,
  weight: 2,
  filter: ({ pod: { spec } }) =>
    spec?.nodeSelector || spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
      ? { check: ({ node }) => (matchesRequiredNodeAffinity(spec, node) ? undefined : REFUSED) }
      : undefined,
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
