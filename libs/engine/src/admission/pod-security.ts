import { forbidden } from '../api/api-error.js';
import type { AdmissionRequest } from '../api/operations.js';
import type { CronJobSpec, DeploymentSpec, Namespace, Pod } from '../types/index.js';
import type { AdmissionPlugin } from './plugin.js';
import { podSecurityViolations, type SecurityLevel } from './pod-security-checks.js';

const PREFIX = 'pod-security.kubernetes.io/';
const LEVELS = new Set(['privileged', 'baseline', 'restricted']);

/** The Pod Security Standards a namespace asks for by its labels: `enforce` refuses pods, `warn` tells about templates too. */
export const podSecurity: AdmissionPlugin = {
  name: 'PodSecurity',
  validate(request, { store }) {
    const checked = checkedPod(request);
    if (!checked) return;
    const { namespace: place, name = '' } = request.object.metadata;
    const namespace = store.get('/namespaces', `/${place}`) as Namespace | undefined;
    const labels = namespace?.metadata.labels;
    if (!labels) return;
    const violated = (mode: 'enforce' | 'warn'): string | undefined => {
      const level = labels[`${PREFIX}${mode}`];
      if (level === undefined || !LEVELS.has(level) || level === 'privileged') return undefined;
      const violations = podSecurityViolations(checked.pod, level as SecurityLevel);
      const version = labels[`${PREFIX}${mode}-version`] ?? 'latest';
      return violations.length > 0
        ? `violate PodSecurity "${level}:${version}": ${violations.join(', ')}`
        : undefined;
    };
    const forbids = checked.isPod ? violated('enforce') : undefined;
    if (forbids) throw forbidden(request.resource, name, forbids.replace('violate', 'violates'));
    const warning = violated('warn');
    if (warning) request.warn?.(`would ${warning}`);
  },
};

/** The pod a request is about, or would make: workloads have one in their template. */
function checkedPod(request: AdmissionRequest): { pod: Pick<Pod, 'spec'>; isPod: boolean } | undefined {
  const { resource, operation, subresource, object } = request;
  if (operation === 'DELETE') return undefined;
  if (resource.group === '' && resource.resource === 'pods')
    return subresource === undefined || subresource === 'ephemeralcontainers'
      ? { pod: object as Pod, isPod: true }
      : undefined;
  if (subresource !== undefined || !['apps', 'batch'].includes(resource.group)) return undefined;
  const { spec } = object as { spec?: Partial<DeploymentSpec & CronJobSpec> };
  const template = spec?.jobTemplate?.spec?.template ?? spec?.template;
  return template?.spec && { pod: { spec: template.spec }, isPod: false };
}
