import type { JsonObject, KubeObject } from '@lotse/manifests';
import { ANNOTATION, annotation } from '../annotations.js';
import type { HealthStatus } from '../application/types.js';
import type { HealthCheck } from './check.js';
import { fieldAt, listAt, textAt } from './read.js';

/** Waiting reasons that mean the container won't start by itself. */
function isFailureReason(reason: string): boolean {
  return reason.startsWith('Err') || reason.endsWith('Error') || reason.endsWith('BackOff');
}

/** Pod: by phase, and by why its containers wait or ended. Init containers' waiting reasons are not looked at, as in Argo CD. */
export const podHealth: HealthCheck = (object) => {
  const restarts = textAt(object, 'spec', 'restartPolicy') || 'Always';
  const isHook = annotation(object, ANNOTATION.hook) !== undefined;
  const forever =
    restarts === 'Always' || (!isHook && annotation(object, ANNOTATION.ignoreRestartPolicy) === 'true');
  const containers = listAt(object, 'status', 'containerStatuses');
  if (forever) {
    const messages: string[] = [];
    let failed = false;
    for (const container of containers) {
      const reason = textAt(container, 'state', 'waiting', 'reason');
      if (!isFailureReason(reason)) continue;
      failed = true;
      messages.push(textAt(container, 'state', 'waiting', 'message') || reason);
    }
    if (failed) return { status: 'Degraded', message: messages.join(', ') };
  }
  const message = textAt(object, 'status', 'message');
  const phase = textAt(object, 'status', 'phase');
  switch (phase) {
    case 'Pending':
      return withMessage('Progressing', message);
    case 'Succeeded':
      return withMessage('Healthy', message);
    case 'Failed':
      return { status: 'Degraded', message: message || failureMessage(object, containers) };
    case 'Running':
      if (!forever) return withMessage('Progressing', message);
      return runningHealth(object, containers, message);
    default:
      return withMessage('Unknown', message);
  }
};

function withMessage(status: HealthStatus['status'], message: string): HealthStatus {
  return message ? { status, message } : { status };
}

function runningHealth(object: KubeObject, containers: readonly JsonObject[], message: string): HealthStatus {
  const ready = listAt(object, 'status', 'conditions').some(
    (condition) => condition['type'] === 'Ready' && condition['status'] === 'True',
  );
  if (ready) return withMessage('Healthy', message);
  // not ready and it ended before: it is failing, not starting
  if (containers.some((container) => fieldAt(container, 'lastState', 'terminated') !== undefined)) {
    return withMessage('Degraded', message);
  }
  return withMessage('Progressing', message);
}

function failureMessage(object: KubeObject, containers: readonly JsonObject[]): string {
  for (const container of [...listAt(object, 'status', 'initContainerStatuses'), ...containers]) {
    const ended = fieldAt(container, 'state', 'terminated');
    if (typeof ended !== 'object' || ended === null || Array.isArray(ended)) continue;
    const message = textAt(ended, 'message');
    if (message) return message;
    if (textAt(ended, 'reason') === 'OOMKilled') return 'OOMKilled';
    const code = ended['exitCode'];
    if (typeof code === 'number' && code !== 0) {
      return `container "${textAt(container, 'name')}" failed with exit code ${code}`;
    }
  }
  return '';
}
