import type { ContainerRun } from './container-run.js';
import type { PodContext } from './pod-context.js';

/** Records an event about a container. */
export function report(
  run: ContainerRun,
  { pod, surroundings }: Pick<PodContext, 'pod' | 'surroundings'>,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  surroundings.events.event(pod, type, reason, message, { fieldPath: run.fieldPath });
}
