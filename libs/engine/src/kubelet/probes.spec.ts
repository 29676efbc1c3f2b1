import { describe, expect, it } from 'vitest';
import { Pods } from '../clients/resource-type.js';
import { cluster, clusterWith, events, pod, show, transcript } from './testing/kubelet-cluster.js';

describe('the probes of a pod', () => {
  it('probes: not ready at first, ready later, restarted when no longer alive', () => {
    const running = clusterWith({
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
    });
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

  it.each([
    ['crash', 'CrashLoopBackOff'],
    ['oom', 'CrashLoopBackOff'],
    ['image-pull', 'ImagePullBackOff'],
  ])('fails as the annotation says: %s', (fault, expected) => {
    const running = clusterWith({}, { 'lotse.dev/fail': fault });
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
    const running = clusterWith({}, { 'lotse.dev/fail': 'not-ready' });
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
});
