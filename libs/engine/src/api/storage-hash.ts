import { createHash } from 'node:crypto';
import type { ResourceInfo } from '../registry/resource.js';

/** Kinds that Kubernetes stores in another version than the one they are asked for in. */
const STORED_AS: ReadonlyMap<string, string> = new Map([
  ['events.k8s.io/v1/Event', '/v1/Event'],
  ['autoscaling/v1/HorizontalPodAutoscaler', 'autoscaling/v2/HorizontalPodAutoscaler'],
  [
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    'apiextensions.k8s.io/v1beta1/CustomResourceDefinition',
  ],
  ...['MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding'].map(
    (kind) =>
      [`admissionregistration.k8s.io/v1/${kind}`, `admissionregistration.k8s.io/v1beta1/${kind}`] as const,
  ),
]);

/**
 * What discovery says a kind is stored as, by which clients see that two paths lead to the same objects (apiserver
 * endpoints/discovery); undefined for what is not stored.
 */
export function storageHash({ group, version, kind, verbs, retired }: ResourceInfo): string | undefined {
  if (retired || !verbs.includes('list') || kind === 'ComponentStatus') return undefined;
  const own = `${group}/${version}/${kind}`;
  return createHash('sha256')
    .update(STORED_AS.get(own) ?? own)
    .digest()
    .subarray(0, 8)
    .toString('base64');
}
