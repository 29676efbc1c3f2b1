import { expect, it } from 'vitest';
import { Pods } from '../clients/resource-type.js';
import { createCluster } from '../cluster.js';
import type { Container } from '../types/index.js';

function ran(exitCode: number, more: Partial<Container>) {
  const cluster = createCluster({ nodes: 1, controllers: [] });
  const container = { image: 'busybox:1.37', command: ['sh', '-c', `sleep 1; exit ${exitCode}`] };
  cluster.client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'default' },
    spec: { restartPolicy: 'Never', containers: [{ name: 'main', ...container, ...more }] },
  });
  cluster.advance('30s');
  const { phase, containerStatuses } = cluster.client.get(Pods, 'default', 'p').status ?? {};
  return `${phase} x${containerStatuses?.[0]?.restartCount}`;
}

it('starts a container again by its own rules and policy before its pod’s', () => {
  const rule = (operator: string, values: number[]): Partial<Container> => ({
    restartPolicy: 'Never',
    restartPolicyRules: [{ action: 'Restart', exitCodes: { operator, values } }],
  });
  expect(ran(42, rule('In', [42]))).toBe('Running x2');
  expect(ran(1, rule('In', [42]))).toBe('Failed x0');
  expect(ran(1, rule('NotIn', [42]))).toBe('Running x2');
  expect(ran(1, { restartPolicy: 'OnFailure' })).toBe('Running x2');
  expect(ran(0, { restartPolicy: 'OnFailure' })).toBe('Succeeded x0');
  expect(() => ran(0, { restartPolicyRules: [] })).not.toThrow();
  expect(() => ran(0, { restartPolicyRules: [{ action: 'Stop' }] })).toThrow(
    /must specify restartPolicy when restart rules are used[^]*"Stop"/,
  );
});
