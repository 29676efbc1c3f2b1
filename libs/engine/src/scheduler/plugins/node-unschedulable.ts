import type { Rejection, SchedulerPlugin } from '../plugin.js';
import { tolerates } from '../../selectors/taints.js';

const NAME = 'NodeUnschedulable';
const REFUSED: Rejection = { plugin: NAME, reasons: ['node(s) were unschedulable'], unresolvable: true };
const TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** Keeps pods off cordoned nodes, unless they tolerate that taint. */
export const nodeUnschedulable: SchedulerPlugin = {
  name: NAME,
  weight: 0,
  filter: ({ pod }) => {
    const tolerated = pod.spec?.tolerations?.some((toleration) => tolerates(toleration, TAINT)) ?? false;
    return tolerated ? undefined : { check: ({ node }) => (node.spec?.unschedulable ? REFUSED : undefined) };
  },
  wakes: (event) =>
    (event.type === 'NodeAdded' && !event.node.spec?.unschedulable) ||
    (event.type === 'NodeChanged' &&
      Boolean(event.previous.spec?.unschedulable) &&
      !event.node.spec?.unschedulable),
};
