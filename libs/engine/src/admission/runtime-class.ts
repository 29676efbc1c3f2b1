import { forbidden } from '../api/api-error.js';
import type { Pod, RuntimeClass } from '../types/index.js';
import { createdPod } from './is-pod.js';
import type { AdmissionPlugin } from './plugin.js';

/** A pod of a runtime class carries that runtime's overhead. */
export const runtimeClass: AdmissionPlugin = {
  name: 'RuntimeClass',
  admit(request, { store }) {
    const pod = createdPod(request);
    const wanted = pod?.spec?.runtimeClassName;
    if (!pod?.spec || !wanted) return request.object;
    const found = store.get('node.k8s.io/runtimeclasses', `/${wanted}`) as RuntimeClass | undefined;
    if (!found)
      throw forbidden(
        request.resource,
        pod.metadata.name ?? '',
        `pod rejected: RuntimeClass "${wanted}" not found`,
      );
    const overhead = found.overhead?.podFixed;
    if (!overhead) return pod;
    const charged: Pod = { ...pod, spec: { ...pod.spec, overhead } };
    return charged;
  },
};
