import { forbidden } from '../api/api-error.js';
import type { AdmissionRequest } from '../api/operations.js';
import type { Namespace, Pod } from '../types/index.js';
import type { AdmissionPlugin } from './plugin.js';
import { podSecurityViolations, type SecurityLevel } from './pod-security-checks.js';

const PREFIX = 'pod-security.kubernetes.io/';
const LEVELS = new Set(['privileged', 'baseline', 'restricted']);

/** The Pod Security Standards a namespace asks for by its labels. Only `enforce` refuses. */
export const podSecurity: AdmissionPlugin = {
  name: 'PodSecurity',
  validate(request, { store }) {
    const pod = checkedPod(request);
    if (!pod) return;
    const namespace = store.get('/namespaces', `/${pod.metadata.namespace}`) as Namespace | undefined;
    const labels = namespace?.metadata.labels ?? {};
    const level = labels[`${PREFIX}enforce`];
    if (level === undefined || !LEVELS.has(level) || level === 'privileged') return;
    const version = labels[`${PREFIX}enforce-version`] ?? 'latest';
    const violations = podSecurityViolations(pod, level as SecurityLevel);
    if (violations.length > 0)
      throw forbidden(
        request.resource,
        pod.metadata.name ?? '',
        `violates PodSecurity "${level}:${version}": ${violations.join(', ')}`,
      );
  },
};

function checkedPod({ resource, operation, subresource, object }: AdmissionRequest): Pod | undefined {
  if (resource.group !== '' || resource.resource !== 'pods' || operation === 'DELETE') return undefined;
  return subresource === undefined || subresource === 'ephemeralcontainers' ? (object as Pod) : undefined;
}
