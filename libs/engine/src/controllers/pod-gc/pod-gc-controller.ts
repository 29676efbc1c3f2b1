import { Nodes, Pods } from '../../clients/resource-type.js';
import type { Pod } from '../../types/index.js';
import { parseTime } from '../../time.js';
import { isFinished } from '../shared/pod-state.js';
import type { Controller, ControllerContext } from '../controller.js';

const NAME = 'pod-garbage-collector';
/** How often the collector looks (gcCheckPeriod). */
const PERIOD_MS = 20_000;
/** How long pods of a vanished node are kept (quarantineTime). */
const QUARANTINE_MS = 40_000;
/** Finished pods kept in all (--terminated-pod-gc-threshold). */
const FINISHED_LIMIT = 12_500;

/** Removes pods nobody else will: of nodes that are gone, unscheduled and terminating, and finished ones in excess (pkg/controller/podgc). */
export const podGarbageCollector: Controller = {
  name: NAME,
  start(context) {
    const pods = context.client.lister(Pods);
    pods.index('node', (pod) => (pod.spec?.nodeName ? [pod.spec.nodeName] : []));
    pods.index('finished', (pod) => (isFinished(pod) ? ['finished'] : []));
    pods.index('terminating-unscheduled', (pod) =>
      pod.metadata.deletionTimestamp && !pod.spec?.nodeName ? ['yes'] : [],
    );
    const nodes = context.client.lister(Nodes);
    const goneSince = new Map<string, number>();
    const noteNode = ({ spec }: Pod): void => {
      const name = spec?.nodeName;
      if (name && !goneSince.has(name) && !nodes.get(undefined, name))
        goneSince.set(name, context.clock.now());
    };
    const stops = [
      nodes.watch((type, node) => {
        if (type === 'DELETED') goneSince.set(node.metadata.name ?? '', context.clock.now());
        else goneSince.delete(node.metadata.name ?? '');
      }),
      // A node that was never there is gone too: nobody will ever run what is bound to it.
      pods.watch((type, pod, previous) => {
        if (type !== 'DELETED' && pod.spec?.nodeName !== previous?.spec?.nodeName) noteNode(pod);
      }),
    ];
    for (const pod of pods.list()) noteNode(pod);
    let timer = context.clock.after(PERIOD_MS, function look() {
      collect(context, goneSince);
      timer = context.clock.after(PERIOD_MS, look);
    });
    return () => {
      for (const stop of stops) stop();
      timer.cancel();
    };
  },
};

function collect({ client, clock, onError }: ControllerContext, goneSince: Map<string, number>): void {
  const pods = client.lister(Pods);
  const remove = (pod: Pod): void => {
    try {
      client.delete(Pods, pod.metadata.namespace, pod.metadata.name ?? '', { gracePeriodSeconds: 0 });
    } catch (error) {
      onError(NAME, pod.metadata.name ?? '', error);
    }
  };
  for (const [node, sinceMs] of goneSince) {
    if (clock.now() - sinceMs < QUARANTINE_MS) continue;
    for (const pod of pods.by('node', node)) remove(pod);
    goneSince.delete(node);
  }
  for (const pod of pods.by('terminating-unscheduled', 'yes')) remove(pod);
  const finished = pods.by('finished', 'finished');
  if (finished.length <= FINISHED_LIMIT) return;
  const oldest = finished.toSorted(
    (a, b) => (parseTime(a.metadata.creationTimestamp) ?? 0) - (parseTime(b.metadata.creationTimestamp) ?? 0),
  );
  for (const pod of oldest.slice(0, finished.length - FINISHED_LIMIT)) remove(pod);
}
