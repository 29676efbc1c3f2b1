const RESTRICTED = 'node-restriction.kubernetes.io';
const OWN_NAMESPACES = ['kubelet.kubernetes.io', 'node.kubernetes.io'];
const OWN = new Set([
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
]);

type Labels = Readonly<Record<string, string>> | undefined;

/** Labels that a node changes and may not, because pods are steered by them (NodeRestriction). */
export function forbiddenLabels(labels: Labels = {}, old: Labels = {}): string[] {
  const changed = new Set([...Object.keys(labels), ...Object.keys(old)]);
  return [...changed].filter((key) => labels[key] !== old[key] && isForbidden(key)).sort();
}

const isWithin = (namespace: string, domain: string): boolean =>
  namespace === domain || namespace.endsWith(`.${domain}`);

function isForbidden(key: string): boolean {
  const slash = key.indexOf('/');
  const namespace = slash < 0 ? '' : key.slice(0, slash);
  if (isWithin(namespace, RESTRICTED)) return true;
  const isOwn = OWN.has(key) || OWN_NAMESPACES.some((domain) => isWithin(namespace, domain));
  return !isOwn && ['kubernetes.io', 'k8s.io'].some((domain) => isWithin(namespace, domain));
}
