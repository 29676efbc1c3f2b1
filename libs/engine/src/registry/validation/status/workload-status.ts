import type { FieldError } from '../../../api/api-error.js';
import type {
  DaemonSet,
  Deployment,
  ReplicaSet,
  ReplicationController,
  StatefulSet,
} from '../../../types/index.js';
import { invalidValue } from '../../field-errors.js';
import { validateCounts, validateParts } from './counts.js';

const WHOLE = 'status.replicas';

/** What may be told about a deployment (ValidateDeploymentStatusUpdate). */
export function validateDeploymentStatus({ status = {} }: Deployment, old: Deployment): FieldError[] {
  return [
    ...validateCounts(status, [
      'observedGeneration',
      'replicas',
      'updatedReplicas',
      'readyReplicas',
      'availableReplicas',
      'unavailableReplicas',
      'terminatingReplicas',
      'collisionCount',
    ]),
    ...validateParts(status, ['updatedReplicas', 'readyReplicas', 'availableReplicas'], 'replicas', WHOLE),
    ...validateParts(status, ['availableReplicas'], 'readyReplicas', 'readyReplicas'),
    ...collisionErrors(status, old.status),
  ];
}

/** What may be told about a replica set (ValidateReplicaSetStatus). */
export function validateReplicaSetStatus({ status }: ReplicaSet): FieldError[] {
  return [
    ...validateCounts(status ?? {}, [
      'replicas',
      'fullyLabeledReplicas',
      'readyReplicas',
      'availableReplicas',
      'observedGeneration',
      'terminatingReplicas',
    ]),
    ...labeledErrors(status),
  ];
}

/** What may be told about a replication controller (ValidateReplicationControllerStatus). */
export function validateReplicationControllerStatus({ status }: ReplicationController): FieldError[] {
  return [
    ...validateCounts(status ?? {}, [
      'replicas',
      'fullyLabeledReplicas',
      'readyReplicas',
      'availableReplicas',
      'observedGeneration',
    ]),
    ...labeledErrors(status),
  ];
}

/** What may be told about a stateful set (ValidateStatefulSetStatusUpdate). */
export function validateStatefulSetStatus({ status }: StatefulSet, old: StatefulSet): FieldError[] {
  const told = status ?? {};
  return [
    ...validateCounts(told, [
      'replicas',
      'readyReplicas',
      'currentReplicas',
      'updatedReplicas',
      'availableReplicas',
      'observedGeneration',
      'collisionCount',
    ]),
    ...validateParts(
      told,
      ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'],
      'replicas',
      WHOLE,
    ),
    ...validateParts(told, ['availableReplicas'], 'readyReplicas', 'status.readyReplicas'),
    ...collisionErrors(told, old.status),
  ];
}

/** What may be told about a daemon set (ValidateDaemonSetStatusUpdate). */
export function validateDaemonSetStatus({ status }: DaemonSet, old: DaemonSet): FieldError[] {
  return [
    ...validateCounts(status ?? {}, [
      'currentNumberScheduled',
      'numberMisscheduled',
      'desiredNumberScheduled',
      'numberReady',
      'observedGeneration',
      'updatedNumberScheduled',
      'numberAvailable',
      'numberUnavailable',
      'collisionCount',
    ]),
    ...collisionErrors(status, old.status),
  ];
}

function labeledErrors(status: ReplicaSet['status']): FieldError[] {
  return [
    ...validateParts(
      status ?? {},
      ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'],
      'replicas',
      WHOLE,
    ),
    ...validateParts(status ?? {}, ['availableReplicas'], 'readyReplicas', 'readyReplicas'),
  ];
}

interface Collisions {
  readonly collisionCount?: number;
}

/** Names are made with this count; going back would make one that is taken (IsDecremented). */
function collisionErrors(status: Collisions | undefined, old: Collisions | undefined): FieldError[] {
  const before = old?.collisionCount;
  const now = status?.collisionCount;
  return before !== undefined && (now === undefined || now < before)
    ? [invalidValue('status.collisionCount', now ?? 0, 'cannot be decremented')]
    : [];
}
