import type { Pod, Toleration } from '../types/index.js';
import { isPodItself } from './is-pod.js';
import type { AdmissionPlugin } from './plugin.js';

/** How long pods stay on a node that is gone, unless they say otherwise. */
const SECONDS = 300;

const DEFAULTS: readonly Toleration[] = [
  'node.kubernetes.io/not-ready',
  'node.kubernetes.io/unreachable',
].map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS }));

/** Lets pods stay on a node that is not ready or unreachable for five minutes; said again when a manifest replaces a pod. */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  admit(request) {
    if (!isPodItself(request) || request.operation === 'DELETE') return request.object;
    const pod = request.object as Pod;
    if (!pod.spec) return pod;
    const tolerations = pod.spec.tolerations ?? [];
    const missing = DEFAULTS.filter(
      ({ key }) =>
        !tolerations.some(
          (one) => (one.key === key || !one.key) && (one.effect === 'NoExecute' || !one.effect),
        ),
    );
    if (missing.length === 0) return pod;
    // The same list for all pods that have none of their own: there are many of them.
    const all = tolerations.length === 0 ? (DEFAULTS as Toleration[]) : [...tolerations, ...missing];
    return { ...pod, spec: { ...pod.spec, tolerations: all } } as Pod;
  },
};
