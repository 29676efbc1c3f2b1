import { describe, expect, it } from 'vitest';
import type { ContainerStatus, Pod } from '../../types/index.js';
import { humanDuration } from './age.js';
import { podPrinter, summarizePod } from './pod.js';

const container = (name: string, state: ContainerStatus['state'], more: Partial<ContainerStatus> = {}) =>
  ({
    name,
    image: 'i',
    imageID: '',
    ready: false,
    restartCount: 0,
    ...(state && { state }),
    ...more,
  }) as ContainerStatus;
const running = { running: { startedAt: '2030-01-01T00:00:00Z' } };

const pod = (status: Pod['status'], more: Partial<Pod> = {}): Pod =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'd', creationTimestamp: '2030-01-01T00:00:00Z' },
    spec: { containers: [{ name: 'a' }, { name: 'b' }] },
    status,
    ...more,
  }) as Pod;

const withInit = {
  spec: { containers: [{ name: 'a' }], initContainers: [{ name: 'x' }, { name: 'y' }] },
} as Partial<Pod>;
const deleted = { metadata: { name: 'p', deletionTimestamp: '2030-01-01T00:01:00Z' } };

describe('the STATUS of a pod', () => {
  it.each<[string, Pod, string]>([
    ['nothing known', pod({ phase: 'Pending' }), 'Pending 0/2'],
    [
      'waiting for its gates',
      pod({
        phase: 'Pending',
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }],
      }),
      'SchedulingGated 0/2',
    ],
    [
      'creating containers',
      pod({
        phase: 'Pending',
        containerStatuses: [container('a', { waiting: { reason: 'ContainerCreating' } })],
      }),
      'ContainerCreating 0/2',
    ],
    [
      'one of two ready',
      pod({
        phase: 'Running',
        containerStatuses: [container('a', running, { ready: true }), container('b', running)],
      }),
      'Running 1/2',
    ],
    [
      'crashing',
      pod({
        phase: 'Running',
        containerStatuses: [container('a', { waiting: { reason: 'CrashLoopBackOff' } })],
      }),
      'CrashLoopBackOff 0/2',
    ],
    [
      'ended by a signal',
      pod({
        phase: 'Failed',
        containerStatuses: [container('a', { terminated: { exitCode: 137, signal: 9 } })],
      }),
      'Signal:9 0/2',
    ],
    [
      'ended without a reason',
      pod({ phase: 'Failed', containerStatuses: [container('a', { terminated: { exitCode: 3 } })] }),
      'ExitCode:3 0/2',
    ],
    [
      'one completed, one running, not ready',
      pod({
        phase: 'Running',
        containerStatuses: [
          container('a', { terminated: { exitCode: 0, reason: 'Completed' } }),
          container('b', running, { ready: true }),
        ],
      }),
      'NotReady 1/2',
    ],
    [
      'init containers under way',
      pod(
        {
          phase: 'Pending',
          initContainerStatuses: [container('x', { terminated: { exitCode: 0 } }), container('y', running)],
        },
        withInit,
      ),
      'Init:1/2 0/1',
    ],
    [
      'an init container that fails',
      pod(
        {
          phase: 'Pending',
          initContainerStatuses: [container('x', { waiting: { reason: 'CrashLoopBackOff' } })],
        },
        withInit,
      ),
      'Init:CrashLoopBackOff 0/1',
    ],
    ['leaving', pod({ phase: 'Running' }, deleted), 'Terminating 0/2'],
    ['leaving after its end', pod({ phase: 'Succeeded' }, deleted), 'Succeeded 0/2'],
    ['lost with its node', pod({ phase: 'Running', reason: 'NodeLost' }, deleted), 'Unknown 0/2'],
    ['evicted', pod({ phase: 'Failed', reason: 'Evicted' }), 'Evicted 0/2'],
  ])('%s', (_, given, expected) => {
    const { reason, readyContainers, totalContainers } = summarizePod(given);
    expect(`${reason} ${readyContainers}/${totalContainers}`).toBe(expected);
  });

  it('counts sidecars among the containers and their restarts', () => {
    const given = pod(
      {
        phase: 'Running',
        initContainerStatuses: [container('s', running, { ready: true, started: true, restartCount: 2 })],
        containerStatuses: [container('a', running, { ready: true, restartCount: 1 })],
        conditions: [{ type: 'Initialized', status: 'True' }],
      },
      {
        spec: { containers: [{ name: 'a' }], initContainers: [{ name: 's', restartPolicy: 'Always' }] },
      } as Partial<Pod>,
    );
    expect(summarizePod(given)).toMatchObject({ readyContainers: 2, totalContainers: 2, restarts: 3 });
  });

  it('tells when the last restart was, and that a pod has completed', () => {
    const nowMs = Date.parse('2030-01-01T01:00:00Z');
    const ended = { terminated: { exitCode: 1, finishedAt: '2030-01-01T00:55:00Z' } };
    const given = pod({
      phase: 'Succeeded',
      containerStatuses: [container('a', running, { restartCount: 4, lastState: ended })],
    });
    expect(podPrinter.cells(given, { nowMs })[3]).toBe('4 (5m ago)');
    expect(podPrinter.conditions?.(given)).toMatchObject([{ type: 'Completed', reason: 'Succeeded' }]);
  });
});

describe('humanDuration', () => {
  it.each([
    [-5000, '<invalid>'],
    [0, '0s'],
    [119_000, '119s'],
    [120_000, '2m'],
    [330_000, '5m30s'],
    [3_600_000, '60m'],
    [3 * 3_600_000, '3h'],
    [7.5 * 3_600_000, '7h30m'],
    [47 * 3_600_000, '47h'],
    [50 * 3_600_000, '2d2h'],
    [200 * 3_600_000, '8d'],
    [800 * 86_400_000, '2y70d'],
  ])('%d ms is %s', (ms, text) => {
    expect(humanDuration(ms)).toBe(text);
  });
});
