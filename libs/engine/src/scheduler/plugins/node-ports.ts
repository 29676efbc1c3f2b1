import type { Rejection, SchedulerPlugin } from '../plugin.js';

const NAME = 'NodePorts';
const REFUSED: Rejection = {
  plugin: NAME,
  reasons: ["node(s) didn't have free ports for the requested pod ports"],
  unresolvable: false,
};

/** Keeps two pods from claiming the same port of a node. */
export const nodePorts: SchedulerPlugin = {
  name: NAME,
  weight: 0,
  filter: ({ hostPorts }) =>
    hostPorts.length === 0
      ? undefined
      : { check: (node) => (hostPorts.some((port) => node.isPortTaken(port)) ? REFUSED : undefined) },
  wakes: (event) =>
    event.type === 'NodeAdded' ||
    (event.type === 'PodGone' &&
      (event.pod.spec?.containers.some(({ ports }) => ports?.some(({ hostPort }) => hostPort)) ?? false)),
};
