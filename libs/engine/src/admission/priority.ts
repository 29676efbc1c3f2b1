import { forbidden } from '../api/api-error.js';
import type { Pod, PriorityClass } from '../types/index.js';
import { createdPod } from './is-pod.js';
import type { AdmissionContext, AdmissionPlugin } from './plugin.js';

/** Turns the name of a priority class into the number the scheduler compares. */
export const priority: AdmissionPlugin = {
  name: 'Priority',
  admit(request, context) {
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
    return {
      ...pod,
      spec: {
        ...pod.spec,
        ...(found && { priorityClassName: found.metadata.name ?? '' }),
        priority: value,
        preemptionPolicy: found?.preemptionPolicy ?? 'PreemptLowerPriority',
      },
    } as Pod;
  },
};

function globalDefault({ store }: AdmissionContext): PriorityClass | undefined {
  let lowest: PriorityClass | undefined;
  for (const object of store.table('scheduling.k8s.io/priorityclasses').objects.values()) {
    const one = object as PriorityClass;
    if (one.globalDefault && (!lowest || (one.value ?? 0) < (lowest.value ?? 0))) lowest = one;
  }
  return lowest;
}
