import { describe, expect, it } from 'vitest';
import { createCluster, type ClusterOptions } from '../cluster.js';
import { Events, Pods } from '../clients/resource-type.js';
import type { Pod, PodSpec } from '../types/index.js';

const cluster = (options: ClusterOptions = {}) =>
  createCluster({
    nodes: 1,
    controllers: [],
    onError: (_controller, key, error) => {
      throw new Error(`${key}: ${String(error)}`, { cause: error });
    },
    ...options,
  });

const pod = (spec: Partial<PodSpec>, annotations?: Record<string, string>): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', ...(annotations && { annotations }) },
  spec: { containers: [{ name: 'main', image: 'nginx:1.29' }], ...spec },
});

type Cluster = ReturnType<typeof cluster>;

/** What kubectl would show of the pod, on one line. */
function show({ client }: Cluster, name = 'web'): string {
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
function transcript(running: Cluster, seconds: number, name = 'web'): string[] {
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

const events = ({ client }: Cluster): string[] =>
  [...client.lister(Events).list('default')].map(
    ({ reason, message, count }) => `${reason}: ${message}${(count ?? 1) > 1 ? ` (x${count})` : ''}`,
  );

describe('kubelet', () => {
  it('brings a pod up and tells of every step', () => {
    const running = cluster();
    running.client.create(Pods, pod({}));
    expect(transcript(running, 5)).toMatchInlineSnapshot(`
      [
        "0.0 Pending",
        "0.0 Pending main=ContainerCreating",
        "1.3 Running main=Running+",
      ]
    `);
    expect(events(running)).toMatchInlineSnapshot(`
      [
        "Scheduled: Successfully assigned default/web to node-1",
        "Pulling: Pulling image "nginx:1.29"",
        "Pulled: Successfully pulled image "nginx:1.29" in 1.005s (1.005s including waiting). Image size: 75497472 bytes.",
        "Created: Container created",
        "Started: Container started",
      ]
    `);
  });

  it('restarts a crashing container later and later', () => {
    const running = cluster();
    running.client.create(
      Pods,
      pod({
        containers: [{ name: 'main', image: 'busybox:1.37', command: ['sh', '-c', 'sleep 1; exit 3'] }],
      }),
    );
    expect(transcript(running, 200)).toMatchInlineSnapshot(`
      [
        "0.0 Pending",
        "0.0 Pending main=ContainerCreating",
        "0.6 Running main=Running+",
        "1.6 Running main=Error(3)",
        "1.7 Running main=Running+ x1",
        "2.7 Running main=CrashLoopBackOff x1",
        "12.8 Running main=Running+ x2",
        "13.8 Running main=CrashLoopBackOff x2",
        "33.9 Running main=Running+ x3",
        "34.9 Running main=CrashLoopBackOff x3",
        "75.0 Running main=Running+ x4",
        "76.0 Running main=CrashLoopBackOff x4",
        "156.1 Running main=Running+ x5",
        "157.1 Running main=CrashLoopBackOff x5",
      ]
    `);
  });

  it('shows an image that can not be pulled, and goes on trying', () => {
    const running = cluster();
    running.client.create(Pods, pod({ containers: [{ name: 'main', image: 'nginx:does-not-exist' }] }));
    expect(transcript(running, 60)).toMatchInlineSnapshot(`
      [
        "0.0 Pending",
        "0.0 Pending main=ContainerCreating",
        "0.5 Pending main=ErrImagePull",
        "1.4 Pending main=ImagePullBackOff",
        "10.7 Pending main=ErrImagePull",
        "11.7 Pending main=ImagePullBackOff",
        "30.9 Pending main=ErrImagePull",
        "31.9 Pending main=ImagePullBackOff",
      ]
    `);
    expect(events(running)).toMatchInlineSnapshot(`
      [
        "Scheduled: Successfully assigned default/web to node-1",
        "Pulling: Pulling image "nginx:does-not-exist" (x3)",
        "Failed: Failed to pull image "nginx:does-not-exist": rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:does-not-exist": failed to resolve reference "docker.io/library/nginx:does-not-exist": docker.io/library/nginx:does-not-exist: not found (x3)",
        "Failed: Error: ErrImagePull (x3)",
        "BackOff: Back-off pulling image "nginx:does-not-exist" (x3)",
        "Failed: Error: ImagePullBackOff (x3)",
      ]
    `);
  });

  it('ends a pod gracefully and removes it', () => {
    const running = cluster();
    running.client.create(Pods, pod({}));
    running.advance('10s');
    running.client.delete(Pods, 'default', 'web');
    expect(transcript(running, 60)).toMatchInlineSnapshot(`
      [
        "0.0 Running main=Running+",
        "0.1 Succeeded main=Completed(0)",
        "0.1 gone",
      ]
    `);
  });
});
