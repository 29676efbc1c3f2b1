import type { Taint } from '../../types/index.js';
import { normalizeByMaximum, type Rejection, type SchedulerPlugin } from '../plugin.js';
import { tolerates, untolerated } from '../../selectors/taints.js';

const NAME = 'TaintToleration';
const KEEPING_OFF = ['NoSchedule', 'NoExecute'];

const REFUSED: Rejection = {
  plugin: NAME,
  reasons: ['node(s) had untolerated taint(s)'],
  unresolvable: true,
};

/** Keeps pods off nodes whose taints they don't tolerate, and prefers nodes with fewer PreferNoSchedule ones. */
export const taintToleration: SchedulerPlugin = {
  name: NAME,
  weight: 3,
  filter: ({ pod }) => ({
    check: ({ node }) => {
      if (!node.spec?.taints?.length) return undefined;
      return untolerated(node.spec.taints, pod.spec?.tolerations, KEEPING_OFF) && REFUSED;
    },
  }),
  score: ({ pod }, _view, feasible) => {
    if (!feasible.some(({ node }) => node.spec?.taints?.some(isSoft))) return undefined;
    const tolerations = (pod.spec?.tolerations ?? []).filter(
      ({ effect }) => !effect || effect === 'PreferNoSchedule',
    );
    return {
      score: ({ node }) =>
        (node.spec?.taints ?? []).filter(
          (taint) => isSoft(taint) && !tolerations.some((toleration) => tolerates(toleration, taint)),
        ).length,
      normalize: (scores) => normalizeByMaximum(scores, true),
    };
  },
  wakes: (event, { pod }) =>
    (event.type === 'NodeAdded' ||
      (event.type === 'NodeChanged' && event.node.spec?.taints !== event.previous.spec?.taints)) &&
    !untolerated(event.node.spec?.taints, pod.spec?.tolerations, KEEPING_OFF),
};

const isSoft = (taint: Taint): boolean => taint.effect === 'PreferNoSchedule';
