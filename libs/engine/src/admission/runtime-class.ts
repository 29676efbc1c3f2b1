import { forbidden } from '../api/api-error.js';
import { compareQuantities } from '../registry/quantity.js';
import { jsonEqual } from '../registry/json-equal.js';
import type { Pod, PodSpec, RuntimeClass } from '../types/index.js';
import { createdPod } from './is-pod.js';
import type { AdmissionContext, AdmissionPlugin } from './plugin.js';

type Overhead = PodSpec['overhead'];

/** A pod of a runtime class carries that runtime's overhead, and goes where the runtime is. */
export const runtimeClass: AdmissionPlugin = {
  name: 'RuntimeClass',
  admit(request, { store }) {
    const pod = createdPod(request);
    const refuse = (why: string, what = 'pod rejected: ') =>
      forbidden(request.resource, request.object.metadata.name ?? '', `${what}${why}`);
    const found = pod && classOf(pod, store);
    if (found === 'missing') throw refuse(`RuntimeClass "${pod?.spec?.runtimeClassName}" not found`);
    if (!pod?.spec || !found) return request.object;
    let { spec } = pod;
    const overhead = found.overhead?.podFixed;
    if (found.overhead) {
      if (isSet(spec.overhead) && !isSame(spec.overhead, overhead))
        throw refuse("Pod's Overhead doesn't match RuntimeClass's defined Overhead");
      if (overhead) spec = { ...spec, overhead };
    }
    const { nodeSelector = {}, tolerations = [] } = found.scheduling ?? {};
    for (const [key, value] of Object.entries(nodeSelector)) {
      const own = spec.nodeSelector?.[key];
      if (own !== undefined && own !== value)
        throw refuse(
          `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`,
          '',
        );
    }
    if (Object.keys(nodeSelector).length > 0)
      spec = { ...spec, nodeSelector: { ...spec.nodeSelector, ...nodeSelector } };
    const added = tolerations.filter((one) => !(spec.tolerations ?? []).some((own) => jsonEqual(own, one)));
    if (added.length > 0) spec = { ...spec, tolerations: [...(spec.tolerations ?? []), ...added] };
    const admitted: Pod = spec === pod.spec ? pod : { ...pod, spec };
    return admitted;
  },
  validate(request, { store }) {
    const pod = createdPod(request);
    const found = pod && classOf(pod, store);
    if (!pod?.spec || found === 'missing' || !isSet(pod.spec.overhead)) return;
    const refuse = (why: string) =>
      forbidden(request.resource, pod.metadata.name ?? '', `pod rejected: ${why}`);
    if (!found?.overhead)
      throw refuse('Pod Overhead set without corresponding RuntimeClass defined Overhead');
    if (!isSame(pod.spec.overhead, found.overhead.podFixed))
      throw refuse("Pod's Overhead doesn't match RuntimeClass's defined Overhead");
  },
};

function classOf(pod: Pod, store: AdmissionContext['store']): RuntimeClass | 'missing' | undefined {
  const wanted = pod.spec?.runtimeClassName;
  if (!wanted) return undefined;
  return (store.get('node.k8s.io/runtimeclasses', `/${wanted}`) as RuntimeClass | undefined) ?? 'missing';
}

const isSet = (overhead: Overhead): boolean => Object.keys(overhead ?? {}).length > 0;

function isSame(one: Overhead = {}, other: Overhead = {}): boolean {
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => {
      const [a, b] = [one[key], other[key]];
      return a !== undefined && b !== undefined && compareQuantities(a, b) === 0;
    })
  );
}
