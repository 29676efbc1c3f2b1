import { Nodes, Pods } from '../../clients/resource-type.js';
import { WorkQueue } from '../../clients/work-queue.js';
import { formatTime } from '../../time.js';
import type { Node, Pod, PodStatus } from '../../types/index.js';
import { targetNode } from '../daemon-set/eligibility.js';
import type { Controller } from '../controller.js';
import { keyOf, splitKey } from '../shared/keyed-controller.js';

/** How a test decides what becomes of a pod a second after it was made. */
export type Fate = (pod: Pod) => 'ready' | 'running' | 'succeeded' | 'failed';

/**
 * A kubelet for controller tests: binds every pod to the node its affinity names, else `node-1`, gives it its fate after one second, and removes it half a
 * second after it was deleted.
 */
export function instantKubelet(fate: Fate = () => 'ready'): Controller {
  return {
    name: 'instant-kubelet',
    start({ client, clock }) {
      const pods = client.lister(Pods);
      const queue = new WorkQueue(clock, (key) => {
        const { namespace, name } = splitKey(key);
        const pod = pods.get(namespace, name);
        if (!pod) return undefined;
        if (pod.metadata.deletionTimestamp) {
          clock.after(
            500,
            () =>
              pods.get(namespace, name) && client.delete(Pods, namespace, name, { gracePeriodSeconds: 0 }),
          );
          return undefined;
        }
        if (!pod.spec?.nodeName) {
          const node = targetNode(pod) ?? 'node-1';
          if (!client.lister(Nodes).get(undefined, node)) client.create(Nodes, readyNode(node));
          client.bind(namespace, name, node);
          clock.after(1000, () => {
            const current = pods.get(namespace, name);
            if (current && !current.metadata.deletionTimestamp)
              client.updateStatus(Pods, {
                ...current,
                status: statusFor(fate(current), formatTime(clock.now())),
              });
          });
        }
        return undefined;
      });
      for (const pod of pods.list()) queue.add(keyOf(pod));
      return pods.watch((type, pod) => type !== 'DELETED' && queue.add(keyOf(pod)));
    },
  };
}

/** A node that is heard of for as long as any test takes. */
function readyNode(name: string): Node {
  const lastHeartbeatTime = '2130-01-01T00:00:00Z';
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    status: {
      conditions: [
        { type: 'Ready', status: 'True', lastHeartbeatTime, lastTransitionTime: '2030-01-01T00:00:00Z' },
      ],
    },
  };
}

function statusFor(fate: ReturnType<Fate>, time: string): PodStatus {
  const exitCode = fate === 'failed' ? 1 : 0;
  const isOver = fate === 'succeeded' || fate === 'failed';
  return {
    phase: fate === 'succeeded' ? 'Succeeded' : fate === 'failed' ? 'Failed' : 'Running',
    podIP: '10.0.0.1',
    startTime: time,
    conditions: [{ type: 'Ready', status: fate === 'ready' ? 'True' : 'False', lastTransitionTime: time }],
    ...(isOver && {
      containerStatuses: [
        {
          name: 'main',
          image: 'x',
          imageID: 'x',
          ready: false,
          restartCount: 0,
          state: { terminated: { exitCode, finishedAt: time } },
        },
      ],
    }),
  };
}
