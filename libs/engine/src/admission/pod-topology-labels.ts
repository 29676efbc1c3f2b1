import type { AdmissionRequest } from './admission-request.js';
import { createdPod } from './is-pod.js';
import type { Node, Pod } from '../types/index.js';
import type { AdmissionPlugin } from './plugin.js';

/** Where a node is, as far as its pods are told. */
const COPIED = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

/** Tells a pod by labels where its node is, when it gets one (plugin/pkg/admission/podtopologylabels). */
export const podTopologyLabels: AdmissionPlugin = {
  name: 'PodTopologyLabels',
  admit(request, { store }) {
    const pod = placedPod(request);
    if (!pod?.spec?.nodeName) return request.object;
    const node = store.get('/nodes', `/${pod.spec.nodeName}`) as Node | undefined;
    const { labels } = pod.metadata;
    const missing = COPIED.flatMap((key) => {
      const value = node?.metadata.labels?.[key];
      return value === undefined || labels?.[key] === value ? [] : [[key, value] as const];
    });
    if (missing.length === 0) return pod;
    return { ...pod, metadata: { ...pod.metadata, labels: { ...labels, ...Object.fromEntries(missing) } } };
  },
};

function placedPod(request: AdmissionRequest): Pod | undefined {
  const { resource, subresource, object } = request;
  const isBinding =
    resource.group === '' && resource.resource === 'pods' && subresource === 'binding' && object;
  return isBinding ? (object as Pod) : createdPod(request);
}
