import { describe, expect, it } from 'vitest';
import { Events, Jobs, Pods } from '../../clients/resource-type.js';
import { appsCluster, podsOf, template } from '../testing/apps-cluster.js';

describe('Job', () => {
  it.each([
    ['Failed', 1],
    ['TerminatingOrFailed', 2],
  ] as const)('with replacement policy %s has %i pods while one is on its way out', (policy, expected) => {
    const cluster = appsCluster(() => 'running');
    cluster.client.create(Jobs, {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'work', namespace: 'default' },
      spec: {
        podReplacementPolicy: policy,
        template: template('work', 'task:1', { restartPolicy: 'Never' }),
      },
    });
    cluster.advance('5s');
    cluster.client.delete(Pods, 'default', podsOf(cluster)[0]?.metadata.name ?? '');
    cluster.advance(100);
    expect(podsOf(cluster)).toHaveLength(expected);
    cluster.advance('1m');
    expect(podsOf(cluster)).toHaveLength(1);
    expect(cluster.errors).toEqual([]);
  });

  it('does not take pods for failed that it takes away itself', () => {
    const cluster = appsCluster(() => 'running');
    cluster.client.create(Jobs, {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'work', namespace: 'default' },
      spec: {
        parallelism: 3,
        backoffLimit: 0,
        template: template('work', 'task:1', { restartPolicy: 'Never' }),
      },
    });
    cluster.advance('5s');
    cluster.client.patch(Jobs, 'default', 'work', 'merge', { spec: { parallelism: 1 } });
    cluster.advance('5s');
    expect(podsOf(cluster)).toHaveLength(1);
    cluster.client.patch(Jobs, 'default', 'work', 'merge', { spec: { suspend: true } });
    cluster.advance('5s');
    expect(podsOf(cluster)).toHaveLength(0);
    cluster.client.patch(Jobs, 'default', 'work', 'merge', { spec: { suspend: false } });
    cluster.advance('5s');
    const { status } = cluster.client.get(Jobs, 'default', 'work');
    expect(status?.failed).toBeUndefined();
    expect(status?.active).toBe(1);
    expect(cluster.errors).toEqual([]);
  });

  it('has only the index wait that failed', () => {
    const cluster = appsCluster(({ metadata }) =>
      metadata.name?.startsWith('work-0-') ? 'failed' : 'succeeded',
    );
    cluster.client.create(Jobs, {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'work', namespace: 'default' },
      spec: {
        completionMode: 'Indexed',
        completions: 4,
        parallelism: 1,
        backoffLimitPerIndex: 1,
        template: template('work', 'task:1', { restartPolicy: 'Never' }),
      },
    });
    cluster.advance('6s');
    expect(cluster.client.get(Jobs, 'default', 'work').status).toMatchObject({
      completedIndexes: '1-3',
      failed: 1,
    });
    cluster.advance('10s');
    expect(cluster.client.get(Jobs, 'default', 'work').status).toMatchObject({
      completedIndexes: '1-3',
      failedIndexes: '0',
      failed: 2,
    });
    expect(cluster.errors).toEqual([]);
  });
});

describe('a Job on its way out', () => {
  it('starts no more pods while it waits for the ones it has', () => {
    const cluster = appsCluster(() => 'running');
    const { client } = cluster;
    client.create(Jobs, {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'work', namespace: 'default' },
      spec: { template: template('work', 'task:1', { restartPolicy: 'Never' }) },
    });
    cluster.advance('5s');
    let made = 0;
    client.lister(Pods).watch((type) => {
      if (type === 'ADDED') made++;
    });
    client.delete(Jobs, 'default', 'work', { propagationPolicy: 'Foreground' });
    cluster.advance('5m');
    expect(made).toBe(0);
    expect(podsOf(cluster)).toEqual([]);
    expect(client.lister(Jobs).get('default', 'work')).toBeUndefined();
  });
});

it('names indexed pods by their index, counts deleted ones as failed, and tells of those it deletes', () => {
  const cluster = appsCluster(() => 'running');
  const { client } = cluster;
  client.create(Jobs, {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'work', namespace: 'default' },
    spec: {
      completions: 2,
      parallelism: 2,
      completionMode: 'Indexed',
      template: template('work', 'task:1', { restartPolicy: 'Never' }),
    },
  });
  cluster.settle();
  expect(podsOf(cluster).map(({ metadata }) => metadata.generateName)).toEqual(['work-0-', 'work-1-']);
  expect(client.get(Jobs, 'default', 'work').status?.uncountedTerminatedPods).toEqual({});
  cluster.advance('5s');
  const name = podsOf(cluster)[0]?.metadata.name ?? '';
  client.delete(Pods, 'default', name);
  cluster.settle();
  expect(client.get(Jobs, 'default', 'work').status?.failed).toBe(1);
  client.patch(Jobs, 'default', 'work', 'merge', { spec: { suspend: true } });
  cluster.settle();
  const told = client
    .lister(Events)
    .list('default')
    .map(({ reason }) => reason);
  expect(told).toContain('SuccessfulDelete');
});
