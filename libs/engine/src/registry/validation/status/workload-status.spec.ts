import { expect, it } from 'vitest';
import type { FieldError } from '../../../api/api-error.js';
import {
  validateDaemonSetStatus,
  validateDeploymentStatus,
  validateReplicaSetStatus,
  validateReplicationControllerStatus,
  validateStatefulSetStatus,
} from './workload-status.js';

const named = { apiVersion: 'apps/v1', kind: 'A', metadata: { name: 'a' } };
const told = (errors: readonly FieldError[]): string[] =>
  errors.map(({ field, message }) => `${field}: ${message}`);

const CHECKS = {
  Deployment: (status: object) => validateDeploymentStatus({ ...named, status }, named),
  ReplicaSet: (status: object) => validateReplicaSetStatus({ ...named, status: { replicas: 0, ...status } }),
  ReplicationController: (status: object) =>
    validateReplicationControllerStatus({ ...named, status: { replicas: 0, ...status } }),
  StatefulSet: (status: object) =>
    validateStatefulSetStatus({ ...named, status: { replicas: 0, ...status } }, named),
};

it.each<[keyof typeof CHECKS, object, string[]]>([
  ['Deployment', { replicas: 3, updatedReplicas: 3, readyReplicas: 2, availableReplicas: 1 }, []],
  [
    'Deployment',
    { replicas: 1, updatedReplicas: 2, availableReplicas: 1 },
    [
      'status.updatedReplicas: Invalid value: 2: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 1: cannot be greater than readyReplicas',
    ],
  ],
  [
    'ReplicaSet',
    { replicas: -1, terminatingReplicas: -2 },
    [
      'status.replicas: Invalid value: -1: must be greater than or equal to 0',
      'status.terminatingReplicas: Invalid value: -2: must be greater than or equal to 0',
      ...['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'].map(
        (name) => `status.${name}: Invalid value: 0: cannot be greater than status.replicas`,
      ),
    ],
  ],
  [
    'ReplicationController',
    { replicas: 1, fullyLabeledReplicas: 2 },
    ['status.fullyLabeledReplicas: Invalid value: 2: cannot be greater than status.replicas'],
  ],
  [
    'StatefulSet',
    { replicas: 2, readyReplicas: 1, currentReplicas: 3, availableReplicas: 2 },
    [
      'status.currentReplicas: Invalid value: 3: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 2: cannot be greater than status.readyReplicas',
    ],
  ],
])('refuses counts of a %s that are no parts of each other: %j', (kind, status, expected) => {
  expect(told(CHECKS[kind](status))).toEqual(expected);
});

it('never counts fewer collisions than before', () => {
  const counts = {
    currentNumberScheduled: 0,
    desiredNumberScheduled: 0,
    numberMisscheduled: 0,
    numberReady: 0,
  };
  const set = (collisionCount?: number) => ({
    ...named,
    status: { ...counts, ...(collisionCount !== undefined && { collisionCount }) },
  });
  const refusal = ['status.collisionCount: Invalid value: 0: cannot be decremented'];
  expect(told(validateDaemonSetStatus(set(1), set(1)))).toEqual([]);
  expect(told(validateDaemonSetStatus(set(0), set(1)))).toEqual(refusal);
  expect(told(validateDaemonSetStatus(set(), set(1)))).toEqual(refusal);
});
