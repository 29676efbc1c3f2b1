import type { Rejection, SchedulerPlugin } from '../plugin.js';

const NAME = 'NodeName';
const REFUSED: Rejection = {
  plugin: NAME,
  reasons: ["node(s) didn't match the requested node name"],
  unresolvable: true,
};

/** Keeps a pod to the node it names. */
export const nodeName: SchedulerPlugin = {
  name: NAME,
  weight: 0,
  filter: ({ pod }) => {
    const wanted = pod.spec?.nodeName;
    return wanted ? { check: (node) => (node.name === wanted ? undefined : REFUSED) } : undefined;
  },
  wakes: (event) => event.type === 'NodeAdded',
};
