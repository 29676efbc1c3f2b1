import { describe, expect, it } from 'vitest';
import { ConfigMaps, Pods, Secrets } from '../clients/resource-type.js';
import { clusterWith, events, show, transcript } from './testing/kubelet-cluster.js';

describe('the kubelet', () => {
  it('brings a pod up and tells of every step', () => {
    const running = clusterWith();
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
    const running = clusterWith({
      containers: [{ name: 'main', image: 'busybox:1.37', command: ['sh', '-c', 'sleep 1; exit 3'] }],
    });
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
    const running = clusterWith({ containers: [{ name: 'main', image: 'nginx:does-not-exist' }] });
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

  it('runs init containers one by one, then a sidecar, then the rest', () => {
    const running = clusterWith({
      initContainers: [
        { name: 'first', image: 'busybox:1.37', command: ['sh', '-c', 'echo one; sleep 2'] },
        { name: 'helper', image: 'nginx:1.29', restartPolicy: 'Always' },
        { name: 'second', image: 'busybox:1.37', command: ['sleep', '1'] },
      ],
    });
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

  it('waits for a ConfigMap that is missing', () => {
    const running = clusterWith({
      containers: [
        {
          name: 'main',
          image: 'nginx:1.29',
          env: [{ name: 'MODE', valueFrom: { configMapKeyRef: { name: 'settings', key: 'mode' } } }],
        },
      ],
    });
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
    const running = clusterWith({ volumes: [{ name: 'keys', secret: { secretName: 'keys' } }] });
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

  it('lets a debugging container join a running pod, and leave it', () => {
    const running = clusterWith();
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
    const running = clusterWith();
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

  it('writes each transition once', () => {
    const running = clusterWith();
    let writes = 0;
    running.client.lister(Pods).watch(() => writes++);
    running.advance('10m');
    // Assigned, being created, running.
    expect(writes).toBe(3);
  });
});
