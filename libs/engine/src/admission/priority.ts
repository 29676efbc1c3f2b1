import { forbidden } from '../api/api-error.js';
import type { Pod, PriorityClass } from '../types/index.js';
import { createdPod, isPodItself } from './is-pod.js';
import type { AdmissionContext, AdmissionPlugin } from './plugin.js';

/**
 * Turns the name of a priority class into the number the scheduler compares, and keeps that number when a pod is replaced by
 * a manifest that does not know it.
 */
export const priority: AdmissionPlugin = {
  name: 'Priority',
  admit(request, context) {
    if (request.operation === 'UPDATE' && isPodItself(request))
      return withPriorityOf(request.object as Pod, request.old as Pod | undefined);
    const pod = createdPod(request);
    if (!pod?.spec) return request.object;
    const { priorityClassName } = pod.spec;
    const found = priorityClassName
      ? (context.store.get('scheduling.k8s.io/priorityclasses', `/${priorityClassName}`) as
          PriorityClass | undefined)
      : globalDefault(context);
    const name = pod.metadata.name ?? '';
    if (priorityClassName && !found)
      throw forbidden(request.resource, name, `no PriorityClass with name ${priorityClassName} was found`);
    const value = found?.value ?? 0;
    if (pod.spec.priority !== undefined && pod.spec.priority !== value)
      throw forbidden(
        request.resource,
        name,
        `the integer value of priority (${pod.spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
      );
    const policy = found?.preemptionPolicy ?? 'PreemptLowerPriority';
    if (pod.spec.preemptionPolicy !== undefined && pod.spec.preemptionPolicy !== policy)
      throw forbidden(
        request.resource,
        name,
        `the string value of PreemptionPolicy (${pod.spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
      );
    return {
      ...pod,
      spec: {
        ...pod.spec,
        ...(found && { priorityClassName: found.metadata.name ?? '' }),
        priority: value,
        preemptionPolicy: policy,
      },
    } as Pod;
  },
};

function withPriorityOf(pod: Pod, old: Pod | undefined): Pod {
  const { priority: number, preemptionPolicy: policy } = old?.spec ?? {};
  const keepsNumber = pod.spec?.priority === undefined && number !== undefined;
  const keepsPolicy = pod.spec?.preemptionPolicy === undefined && policy !== undefined;
  if (!pod.spec || (!keepsNumber && !keepsPolicy)) return pod;
  return {
    ...pod,
    spec: {
      ...pod.spec,
      ...(keepsNumber && { priority: number }),
      ...(keepsPolicy && { preemptionPolicy: policy }),
    },
  };
}

function globalDefault({ store }: AdmissionContext): PriorityClass | undefined {
  let lowest: PriorityClass | undefined;
  for (const object of store.table('scheduling.k8s.io/priorityclasses').objects.values()) {
    const one = object as PriorityClass;
    if (one.globalDefault && (!lowest || (one.value ?? 0) < (lowest.value ?? 0))) lowest = one;
  }
  return lowest;
}
