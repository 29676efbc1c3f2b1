import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../api/types.js';
import { podState, summarizeNodes } from './node-summary.js';
import { bytes, cores, parseQuantity } from './quantity.js';

describe('quantities', () => {
  it.each([
    ['250m', 0.25],
    ['8Gi', 8 * 1024 ** 3],
    ['1e3', 1000],
    ['1.5', 1.5],
    ['2G', 2e9],
    ['', 0],
    ['many', 0],
    [undefined, 0],
  ])('reads %s as %d', (text, value) => expect(parseQuantity(text)).toBe(value));

  it('are written for people', () => {
    expect([bytes(0), bytes(1.5 * 1024 ** 3), bytes(12.4 * 1024 ** 2), cores(0.123)]).toEqual([
      '0 B',
      '1.5 GiB',
      '12 MiB',
      '0.12',
    ]);
  });
});

const pod = (
  name: string,
  status: Record<string, unknown>,
  spec: Record<string, unknown> = {},
): KubeObject => ({ metadata: { name, namespace: 'ns' }, spec, status });
const waiting = (reason: string) => ({
  phase: 'Pending',
  containerStatuses: [{ ready: false, state: { waiting: { reason } } }],
});

describe('the state of a pod', () => {
  it.each([
    [{ phase: 'Running', containerStatuses: [{ ready: true }] }, 'Healthy', 'Running'],
    [{ phase: 'Running', containerStatuses: [{ ready: false }] }, 'Progressing', 'Not ready'],
    [waiting('ImagePullBackOff'), 'Degraded', 'ImagePullBackOff'],
    [waiting('ContainerCreating'), 'Progressing', 'ContainerCreating'],
    [
      {
        phase: 'Running',
        containerStatuses: [{ ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } } }],
      },
      'Degraded',
      'CrashLoopBackOff',
    ],
    [{ phase: 'Failed', reason: 'Evicted' }, 'Degraded', 'Evicted'],
    [{}, 'Progressing', 'Pending'],
  ])('of %j is %s, %s', (status, health, note) =>
    expect(podState(pod('p', status))).toEqual({ health, note }),
  );
});

describe('nodes with their pods', () => {
  const node: KubeObject = {
    metadata: { name: 'node-0' },
    spec: {},
    status: {
      allocatable: { cpu: '4', memory: '8Gi', pods: '110' },
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  };
  const asks = (cpu: string) => ({
    nodeName: 'node-0',
    containers: [{ resources: { requests: { cpu, memory: '1Gi' } } }],
  });

  it('add up what running pods ask for, and nothing for those that are over', () => {
    const { nodes, unplaced } = summarizeNodes(
      [node],
      [
        pod('a', { phase: 'Running' }, asks('500m')),
        pod('b', { phase: 'Succeeded' }, asks('2')),
        pod('c', {}, {}),
      ],
    );
    expect(nodes[0]).toMatchObject({
      isReady: true,
      isCordoned: false,
      cpu: { used: 0.5, capacity: 4 },
      memory: { used: 1024 ** 3 },
      slots: { used: 1, capacity: 110 },
    });
    expect(nodes[0]?.pods).toHaveLength(2);
    expect(unplaced.map(({ name }) => name)).toEqual(['c']);
  });
});
