import { describe, expect, it } from 'vitest';
import { createCluster, type ClusterOptions } from '../cluster.js';
import { ConfigMaps, Events, Nodes, Pods, Secrets, StatefulSets } from '../clients/resource-type.js';
import { VirtualClock } from '../virtual-clock.js';
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

/** What was told of the pod. */
const events = ({ client }: Cluster): string[] =>
  [...client.lister(Events).list('default')]
    .filter(({ involvedObject }) => involvedObject.kind === 'Pod')
    .map(({ reason, message, count }) => `${reason}: ${message}${(count ?? 1) > 1 ? ` (x${count})` : ''}`);

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

  it('runs init containers one by one, then a sidecar, then the rest', () => {
    const running = cluster();
    running.client.create(
      Pods,
      pod({
        initContainers: [
          { name: 'first', image: 'busybox:1.37', command: ['sh', '-c', 'echo one; sleep 2'] },
          { name: 'helper', image: 'nginx:1.29', restartPolicy: 'Always' },
          { name: 'second', image: 'busybox:1.37', command: ['sleep', '1'] },
        ],
      }),
    );
    expect(transcript(running, 30)).toMatchInlineSnapshot(`
      [
        "0.0 Pending",
        "0.0 Pending first=PodInitializing helper=PodInitializing second=PodInitializing main=PodInitializing",
        "0.6 Pending first=Running helper=PodInitializing second=PodInitializing main=PodInitializing",
        "2.6 Pending first=Completed(0)+ helper=PodInitializing second=PodInitializing main=PodInitializing",
        "3.7 Pending first=Completed(0)+ helper=Running+ second=PodInitializing main=PodInitializing",
        "3.8 Pending first=Completed(0)+ helper=Running+ second=Running main=PodInitializing",
        "4.8 Pending first=Completed(0)+ helper=Running+ second=Completed(0)+ main=PodInitializing",
        "4.9 Running first=Completed(0)+ helper=Running+ second=Completed(0)+ main=Running+",
      ]
    `);
  });

  it('fails a pod whose init container fails and is not to be tried again', () => {
    const running = cluster();
    running.client.create(
      Pods,
      pod({
        restartPolicy: 'Never',
        initContainers: [{ name: 'first', image: 'busybox:1.37', command: ['false'] }],
      }),
    );
    expect(transcript(running, 30)).toMatchInlineSnapshot(`
      [
        "0.0 Pending",
        "0.0 Pending first=PodInitializing main=PodInitializing",
        "0.6 Pending first=Running main=PodInitializing",
        "0.6 Failed first=Error(1) main=PodInitializing",
      ]
    `);
  });

  it('completes a pod that runs to its end, and sidecars with it', () => {
    const running = cluster();
    running.client.create(
      Pods,
      pod({
        restartPolicy: 'Never',
        initContainers: [{ name: 'helper', image: 'nginx:1.29', restartPolicy: 'Always' }],
        containers: [{ name: 'main', image: 'busybox:1.37', command: ['sh', '-c', 'sleep 5; exit 0'] }],
      }),
    );
    expect(transcript(running, 60)).toMatchInlineSnapshot(`
      [
        "0.0 Pending",
        "0.0 Pending helper=PodInitializing main=PodInitializing",
        "1.3 Pending helper=Running+ main=PodInitializing",
        "1.7 Running helper=Running+ main=Running+",
        "6.7 Running helper=Running+ main=Completed(0)",
        "6.8 Succeeded helper=Completed(0) main=Completed(0)",
      ]
    `);
  });

  it('restarts only failures under OnFailure', () => {
    const running = cluster();
    running.client.create(
      Pods,
      pod(
        { restartPolicy: 'OnFailure', containers: [{ name: 'main', image: 'unknown/job:1' }] },
        { 'lotse.dev/run-seconds': '3' },
      ),
    );
    expect(transcript(running, 60)).toMatchInlineSnapshot(`
      [
        "0.0 Pending",
        "0.0 Pending main=ContainerCreating",
        "1.2 Running main=Running+",
        "4.2 Succeeded main=Completed(0)",
      ]
    `);
  });

  it('probes: not ready at first, ready later, restarted when no longer alive', () => {
    const running = cluster();
    running.client.create(
      Pods,
      pod({
        terminationGracePeriodSeconds: 1,
        containers: [
          {
            name: 'main',
            image: 'busybox:1.37',
            command: ['sh', '-c', 'sleep 12; touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600'],
            readinessProbe: { exec: { command: ['cat', '/tmp/healthy'] }, periodSeconds: 5 },
            livenessProbe: {
              exec: { command: ['cat', '/tmp/healthy'] },
              initialDelaySeconds: 15,
              periodSeconds: 5,
              failureThreshold: 3,
            },
          },
        ],
      }),
    );
    expect(transcript(running, 80)).toMatchInlineSnapshot(`
      [
        "0.0 Pending",
        "0.0 Pending main=ContainerCreating",
        "0.6 Running main=Running",
        "16.6 Running main=Running+",
        "56.6 Running main=Running",
        "57.6 Running main=Error(137)",
        "57.7 Running main=Running x1",
        "73.7 Running main=Running+ x1",
      ]
    `);
    expect(events(running).filter((event) => /Unhealthy|Killing/.test(event))).toMatchInlineSnapshot(`
      [
        "Unhealthy: Readiness probe failed: cat: can't open '/tmp/healthy': No such file or directory
       (x9)",
        "Unhealthy: Liveness probe failed: cat: can't open '/tmp/healthy': No such file or directory
       (x3)",
        "Killing: Container main failed liveness probe, will be restarted",
      ]
    `);
  });

  it('holds liveness back until the startup probe has passed', () => {
    const running = cluster();
    const probe = { httpGet: { path: '/', port: 80 }, periodSeconds: 2 };
    running.client.create(
      Pods,
      pod(
        {
          containers: [
            {
              name: 'main',
              image: 'nginx:1.29',
              startupProbe: { ...probe, failureThreshold: 10 },
              livenessProbe: { ...probe, failureThreshold: 1 },
            },
          ],
        },
        { 'lotse.dev/start-seconds': '7' },
      ),
    );
    expect(transcript(running, 60)).toMatchInlineSnapshot(`
      [
        "0.0 Pending",
        "0.0 Pending main=ContainerCreating",
        "1.3 Running main=Running",
        "8.3 Running main=Running+",
      ]
    `);
  });

  it('waits for a ConfigMap that is missing', () => {
    const running = cluster();
    running.client.create(
      Pods,
      pod({
        containers: [
          {
            name: 'main',
            image: 'nginx:1.29',
            env: [{ name: 'MODE', valueFrom: { configMapKeyRef: { name: 'settings', key: 'mode' } } }],
          },
        ],
      }),
    );
    expect(transcript(running, 15)).toMatchInlineSnapshot(`
      [
        "0.0 Pending",
        "0.0 Pending main=ContainerCreating",
        "1.3 Pending main=CreateContainerConfigError",
      ]
    `);
    const message = () =>
      running.client.get(Pods, 'default', 'web').status?.containerStatuses?.[0]?.state?.waiting?.message;
    expect(message()).toBe('configmap "settings" not found');
    const settings = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: 'default' },
    };
    running.client.create(ConfigMaps, { ...settings, data: { other: 'x' } });
    running.advance('10s');
    expect(message()).toBe("couldn't find key mode in ConfigMap default/settings");
    running.client.update(ConfigMaps, { ...settings, data: { mode: 'fast' } });
    running.advance('10s');
    expect(show(running)).toBe('Running main=Running+');
  });

  it('mounts a volume only when its source is there', () => {
    const running = cluster();
    running.client.create(Pods, pod({ volumes: [{ name: 'keys', secret: { secretName: 'keys' } }] }));
    running.advance('10s');
    expect(show(running)).toBe('Pending main=ContainerCreating');
    expect(events(running)).toContain(
      'FailedMount: MountVolume.SetUp failed for volume "keys" : secret "keys" not found (x5)',
    );
    running.client.create(Secrets, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'keys', namespace: 'default' },
    });
    running.advance('20s');
    expect(show(running)).toBe('Running main=Running+');
  });

  it('kills what does not end in its grace period', () => {
    const running = cluster();
    running.client.create(
      Pods,
      pod({ containers: [{ name: 'main', image: 'busybox:1.37', command: ['sleep', '3600'] }] }),
    );
    running.advance('10s');
    running.client.delete(Pods, 'default', 'web');
    expect(transcript(running, 60)).toMatchInlineSnapshot(`
      [
        "0.0 Running main=Running+",
        "30.0 Failed main=Error(137)",
        "30.0 gone",
      ]
    `);
  });

  it('lets preStop use the grace period', () => {
    const running = cluster();
    running.client.create(
      Pods,
      pod({
        containers: [
          {
            name: 'main',
            image: 'nginx:1.29',
            lifecycle: { preStop: { exec: { command: ['sleep', '8'] } } },
          },
        ],
      }),
    );
    running.advance('10s');
    running.client.delete(Pods, 'default', 'web');
    expect(transcript(running, 60)).toMatchInlineSnapshot(`
      [
        "0.0 Running main=Running+",
        "8.1 Succeeded main=Completed(0)",
        "8.1 gone",
      ]
    `);
  });

  it('ends a pod at its deadline', () => {
    const running = cluster();
    running.client.create(Pods, pod({ activeDeadlineSeconds: 20 }));
    expect(transcript(running, 60)).toMatchInlineSnapshot(`
      [
        "0.0 Pending",
        "0.0 Pending main=ContainerCreating",
        "1.3 Running main=Running+",
        "20.0 Failed DeadlineExceeded main=Running+",
        "20.1 Failed DeadlineExceeded main=Completed(0)",
      ]
    `);
  });

  it.each([
    ['crash', 'CrashLoopBackOff'],
    ['oom', 'CrashLoopBackOff'],
    ['image-pull', 'ImagePullBackOff'],
  ])('fails as the annotation says: %s', (fault, expected) => {
    const running = cluster();
    running.client.create(Pods, pod({}, { 'lotse.dev/fail': fault }));
    running.advance('15s');
    const [status] = running.client.get(Pods, 'default', 'web').status?.containerStatuses ?? [];
    expect(status?.state?.waiting?.reason).toBe(expected);
    if (fault === 'oom')
      expect(status?.lastState?.terminated).toMatchObject({ reason: 'OOMKilled', exitCode: 137 });
  });

  it('takes an annotation to heart while it runs', () => {
    const running = cluster();
    const probe = { httpGet: { path: '/', port: 80 }, periodSeconds: 5 };
    running.client.create(
      Pods,
      pod({ containers: [{ name: 'main', image: 'nginx:1.29', readinessProbe: probe }] }),
    );
    running.advance('10s');
    expect(show(running)).toBe('Running main=Running+');
    const healthy = running.client.get(Pods, 'default', 'web');
    const annotate = (annotations: Record<string, string>) => {
      const current = running.client.get(Pods, 'default', 'web');
      running.client.update(Pods, { ...current, metadata: { ...current.metadata, annotations } });
    };
    annotate({ 'lotse.dev/http-status': '503' });
    running.advance('20s');
    expect(show(running)).toBe('Running main=Running');
    expect(events(running)).toContain(
      'Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503 (x4)',
    );
    annotate({ ...healthy.metadata.annotations });
    running.advance('10s');
    expect(show(running)).toBe('Running main=Running+');
  });

  it('makes a pod unready that nobody probes, and restarts one that is not alive', () => {
    const running = cluster();
    running.client.create(Pods, pod({}, { 'lotse.dev/fail': 'not-ready' }));
    running.advance('10s');
    expect(show(running)).toBe('Running main=Running');
    const current = running.client.get(Pods, 'default', 'web');
    running.client.update(Pods, { ...current, metadata: { ...current.metadata, annotations: {} } });
    running.settle();
    expect(show(running)).toBe('Running main=Running+');

    const other = cluster();
    const livenessProbe = { tcpSocket: { port: 80 }, periodSeconds: 2 };
    other.client.create(
      Pods,
      pod(
        { containers: [{ name: 'main', image: 'nginx:1.29', livenessProbe }] },
        { 'lotse.dev/fail': 'not-live' },
      ),
    );
    other.advance('10s');
    expect(show(other)).toBe('Running main=Running+ x1');
  });

  it('turns away what does not fit, whoever sent it', () => {
    const running = cluster();
    running.client.create(
      Pods,
      pod({
        nodeName: 'node-1',
        containers: [{ name: 'main', image: 'nginx:1.29', resources: { requests: { cpu: '64' } } }],
      }),
    );
    expect(transcript(running, 5)).toMatchInlineSnapshot(`
      [
        "0.0 Pending",
        "1.0 Failed OutOfcpu main=ContainerCreating",
      ]
    `);
    expect(running.client.get(Pods, 'default', 'web').status?.message).toBe(
      "Pod was rejected: Node didn't have enough resource: cpu, requested: 64000, used: 0, capacity: 4000",
    );
  });

  it('is not overrun by a controller that replaces what it turns away', () => {
    const running = createCluster({ nodes: 1 });
    const containers = [{ name: 'main', image: 'nginx:1.29', resources: { requests: { cpu: '64' } } }];
    running.client.create(StatefulSets, {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'large', namespace: 'default' },
      spec: {
        serviceName: 'large',
        selector: { matchLabels: { app: 'large' } },
        template: { metadata: { labels: { app: 'large' } }, spec: { nodeName: 'node-1', containers } },
      },
    });
    let made = 0;
    running.store.subscribe(({ resource, type }) => {
      if (resource === '/pods' && type === 'ADDED' && ++made > 1000) running.stop();
    });
    running.advance('1m');
    expect(made).toBeGreaterThan(10);
    expect(made).toBeLessThan(100);
  });

  it('lets a debugging container join a running pod, and leave it', () => {
    const running = cluster();
    running.client.create(Pods, pod({}));
    running.advance('5s');
    const current = running.client.get(Pods, 'default', 'web');
    running.client.update(
      Pods,
      {
        ...current,
        spec: {
          containers: current.spec?.containers ?? [],
          ...current.spec,
          ephemeralContainers: [{ name: 'debugger', image: 'busybox:1.37', stdin: true, tty: true }],
        },
      },
      { subresource: 'ephemeralcontainers' },
    );
    running.advance('5s');
    const state = () =>
      running.client.get(Pods, 'default', 'web').status?.ephemeralContainerStatuses?.[0]?.state;
    expect(state()).toMatchObject({ running: {} });
    running.running.get('default', 'web')?.containers.get('debugger')?.current?.exit(3);
    running.advance('30s');
    expect(state()).toMatchObject({ terminated: { exitCode: 3, reason: 'Error' } });
    expect(show(running)).toBe('Running main=Running+');
    running.client.delete(Pods, 'default', 'web');
    running.advance('5s');
    expect(show(running)).toBe('gone');
  });

  it('gives a complete status', () => {
    const running = cluster();
    running.client.create(Pods, pod({}));
    running.advance('5s');
    const { status } = running.client.get(Pods, 'default', 'web');
    expect(JSON.parse(JSON.stringify(status).replace(/[0-9a-f]{64}/g, '…'))).toMatchInlineSnapshot(`
      {
        "conditions": [
          {
            "lastProbeTime": null,
            "lastTransitionTime": "2030-01-01T00:00:01Z",
            "observedGeneration": 1,
            "status": "True",
            "type": "PodReadyToStartContainers",
          },
          {
            "lastProbeTime": null,
            "lastTransitionTime": "2030-01-01T00:00:00Z",
            "observedGeneration": 1,
            "status": "True",
            "type": "Initialized",
          },
          {
            "lastProbeTime": null,
            "lastTransitionTime": "2030-01-01T00:00:01Z",
            "observedGeneration": 1,
            "status": "True",
            "type": "Ready",
          },
          {
            "lastProbeTime": null,
            "lastTransitionTime": "2030-01-01T00:00:01Z",
            "observedGeneration": 1,
            "status": "True",
            "type": "ContainersReady",
          },
          {
            "lastProbeTime": null,
            "lastTransitionTime": "2030-01-01T00:00:00Z",
            "observedGeneration": 1,
            "status": "True",
            "type": "PodScheduled",
          },
        ],
        "containerStatuses": [
          {
            "containerID": "containerd://…",
            "image": "docker.io/library/nginx:1.29",
            "imageID": "docker.io/library/nginx@sha256:…",
            "lastState": {},
            "name": "main",
            "ready": true,
            "resources": {},
            "restartCount": 0,
            "started": true,
            "state": {
              "running": {
                "startedAt": "2030-01-01T00:00:01Z",
              },
            },
          },
        ],
        "hostIP": "172.18.0.2",
        "hostIPs": [
          {
            "ip": "172.18.0.2",
          },
        ],
        "observedGeneration": 1,
        "phase": "Running",
        "podIP": "10.244.0.2",
        "podIPs": [
          {
            "ip": "10.244.0.2",
          },
        ],
        "qosClass": "BestEffort",
        "startTime": "2030-01-01T00:00:00Z",
      }
    `);
  });

  it('goes on where it was after the engine was away', () => {
    const before = cluster();
    before.client.create(
      Pods,
      pod({
        containers: [{ name: 'main', image: 'busybox:1.37', command: ['sh', '-c', 'sleep 60; exit 1'] }],
      }),
    );
    before.advance('20s');
    const started = before.client.get(Pods, 'default', 'web');
    before.stop();
    const clock = new VirtualClock(before.clock.now() + 15_000);
    const after = cluster({ snapshot: before.store.snapshot(), clock });
    after.settle();
    expect(after.client.get(Pods, 'default', 'web').status).toEqual(started.status);
    expect(transcript(after, 60)).toMatchInlineSnapshot(`
      [
        "0.0 Running main=Running+",
        "25.0 Running main=Error(1)",
        "25.1 Running main=Running+ x1",
      ]
    `);
    expect(after.client.get(Pods, 'default', 'web').status?.podIP).toBe(started.status?.podIP);
  });

  it('hears nothing of a node that is down, and catches up when it is back', () => {
    const running = cluster();
    running.client.create(
      Pods,
      pod({
        containers: [{ name: 'main', image: 'busybox:1.37', command: ['sh', '-c', 'sleep 30; exit 1'] }],
      }),
    );
    running.advance('10s');
    const annotate = (annotations: Record<string, string>) => {
      const node = running.client.get(Nodes, undefined, 'node-1');
      running.client.update(Nodes, { ...node, metadata: { ...node.metadata, annotations } });
    };
    annotate({ 'lotse.dev/fail': 'node-down' });
    running.advance('60s');
    expect(show(running)).toBe('Running main=Running+');
    annotate({});
    running.settle();
    expect(show(running)).toBe('Running main=Error(1)');
    running.advance('1s');
    expect(show(running)).toBe('Running main=Running+ x1');
  });

  it('reports again when others have given its node up, as after a sleep of the machine', () => {
    const running = cluster();
    running.client.create(Pods, pod({}));
    running.advance('10s');
    const node = running.client.get(Nodes, undefined, 'node-1');
    running.client.updateStatus(Nodes, {
      ...node,
      status: {
        ...node.status,
        conditions: (node.status?.conditions ?? []).map((condition) => ({ ...condition, status: 'Unknown' })),
      },
    });
    running.advance('11s');
    const { conditions } = running.client.get(Nodes, undefined, 'node-1').status ?? {};
    expect(conditions?.map(({ type, status }) => `${type}=${status}`)).toContain('Ready=True');
  });

  it('writes each transition once', () => {
    const running = cluster();
    running.client.create(Pods, pod({}));
    let writes = 0;
    running.client.lister(Pods).watch(() => writes++);
    running.advance('10m');
    // Assigned, being created, running.
    expect(writes).toBe(3);
  });
});
