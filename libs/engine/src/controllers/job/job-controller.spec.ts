import { describe, expect, it } from 'vitest';
import { Jobs, Pods } from '../../clients/resource-type.js';
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
});
