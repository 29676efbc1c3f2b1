import { Nodes } from '../../clients/resource-type.js';
import type { Node } from '../../types/index.js';
import type { Controller } from '../controller.js';
import { keyOf, startKeyedController } from '../shared/keyed-controller.js';

const NAME = 'ttl-controller';
const ANNOTATION = 'node.alpha.kubernetes.io/ttl';
/** From how many nodes on kubelets may keep what they have read for how many seconds, and below how many they may not any more. */
const STEPS = [
  { from: 0, above: 100, seconds: 0 },
  { from: 90, above: 500, seconds: 15 },
  { from: 450, above: 1000, seconds: 30 },
  { from: 900, above: 2000, seconds: 60 },
  { from: 1800, above: Infinity, seconds: 300 },
] as const;

/** Tells kubelets for how long they may keep secrets and config maps, by the size of the cluster (pkg/controller/ttl). */
export const nodeTtlController: Controller = {
  name: NAME,
  start(context) {
    const { client } = context;
    const nodes = client.lister(Nodes);
    let step = 0;
    let count = 0;
    const reconcile = (node: Node): void => {
      const seconds = String(STEPS[step]?.seconds ?? 0);
      if (node.metadata.annotations?.[ANNOTATION] === seconds) return;
      const annotations = { ...node.metadata.annotations, [ANNOTATION]: seconds };
      client.update(Nodes, { ...node, metadata: { ...node.metadata, annotations } });
    };
    const isNewSize = (): boolean => {
      const before = step;
      while (count > (STEPS[step]?.above ?? Infinity)) step++;
      while (count < (STEPS[step]?.from ?? 0)) step--;
      return step !== before;
    };
    count = nodes.list().length;
    isNewSize();
    return startKeyedController(context, NAME, Nodes, reconcile, (queue) => [
      nodes.watch((type) => {
        if (type === 'MODIFIED') return;
        count += type === 'ADDED' ? 1 : -1;
        if (isNewSize()) for (const node of nodes.list()) queue.add(keyOf(node));
      }),
    ]);
  },
};
