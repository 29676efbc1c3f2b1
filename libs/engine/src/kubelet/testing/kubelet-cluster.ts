import { createCluster, type ClusterOptions } from '../../cluster.js';
import { Events, Pods } from '../../clients/resource-type.js';
import type { Pod, PodSpec } from '../../types/index.js';

/** A cluster with one node and no control loops but the kubelet's; a failed reconcile fails the test. */
export const cluster = (options: ClusterOptions = {}) =>
  createCluster({
    nodes: 1,
    controllers: [],
    onError: (_controller, key, error) => {
      throw new Error(`${key}: ${String(error)}`, { cause: error });
    },
    ...options,
  });

/** A pod of one nginx, unless it says otherwise. */
export const pod = (spec: Partial<PodSpec>, annotations?: Record<string, string>): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', ...(annotations && { annotations }) },
  spec: { containers: [{ name: 'main', image: 'nginx:1.29' }], ...spec },
});

/** What `cluster` makes. */
export type TestCluster = ReturnType<typeof cluster>;

/** The two together. */
export function clusterWith(spec: Partial<PodSpec> = {}, annotations?: Record<string, string>): TestCluster {
  const running = cluster();
  running.client.create(Pods, pod(spec, annotations));
  return running;
}

/** What kubectl would show of the pod, on one line. */
export function show({ client }: TestCluster, name = 'web'): string {
  const found = client.lister(Pods).get('default', name);
  if (!found) return 'gone';
  const { phase, containerStatuses = [], initContainerStatuses = [], reason } = found.status ?? {};
  const states = [...initContainerStatuses, ...containerStatuses].map(
    ({ name: container, state, ready, restartCount }) => {
      const text =
        state?.waiting?.reason ??
        (state?.running ? 'Running' : `${state?.terminated?.reason}(${state?.terminated?.exitCode})`);
      return `${container}=${text}${ready ? '+' : ''}${restartCount ? ` x${restartCount}` : ''}`;
    },
  );
  return [phase, reason, ...states].filter(Boolean).join(' ');
}

/** Every change of what is shown, with the second it happened. */
export function transcript(running: TestCluster, seconds: number, name = 'web'): string[] {
  const lines: string[] = [];
  let before = '';
  const startMs = running.clock.now();
  const note = () => {
    const now = show(running, name);
    if (now !== before) lines.push(`${((running.clock.now() - startMs) / 1000).toFixed(1)} ${now}`);
    before = now;
  };
  const stop = running.client.lister(Pods).watch(note);
  running.settle();
  note();
  running.advance(seconds * 1000);
  stop();
  return lines;
}

/** What was told of the pod. */
export const events = ({ client }: TestCluster): string[] =>
  [...client.lister(Events).list('default')]
    .filter(({ involvedObject }) => involvedObject.kind === 'Pod')
    .map(({ reason, message, count }) => `${reason}: ${message}${(count ?? 1) > 1 ? ` (x${count})` : ''}`);
