import type { Service, ServicePort, ServiceSpec } from '../../types/index.js';
import { jsonEqual } from '../json-equal.js';

/** True for services that are reached from outside through ports of the nodes. */
export const isExternal = (spec: ServiceSpec): boolean =>
  spec.type === 'NodePort' || spec.type === 'LoadBalancer';

const isBalanced = ({ type }: ServiceSpec): boolean => type === 'LoadBalancer';
const hasAddress = ({ type }: ServiceSpec): boolean => type !== 'ExternalName';
const isLocalOnly = (spec: ServiceSpec): boolean =>
  isBalanced(spec) && spec.externalTrafficPolicy === 'Local';

/** Fields that only some services have, and which those are. */
const OWN_FIELDS = [
  [isExternal, ['externalTrafficPolicy']],
  [isLocalOnly, ['healthCheckNodePort']],
  [isBalanced, ['allocateLoadBalancerNodePorts', 'loadBalancerClass']],
  [hasAddress, ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'internalTrafficPolicy']],
] as const satisfies readonly [(spec: ServiceSpec) => boolean, readonly (keyof ServiceSpec)[]][];

/**
 * A service whose type has changed gives back what only its old type has, unless the writer said something new about that
 * (dropTypeDependentFields): a patch of the type alone is enough.
 */
export function withoutTypeFields(service: Service, old: Service): Service {
  const { spec, status } = service;
  const before = old.spec;
  if (!spec || !before || spec.type === before.type) return service;
  const next: ServiceSpec = { ...spec };
  for (const [has, fields] of OWN_FIELDS) {
    if (!has(before) || has(spec)) continue;
    for (const field of fields) if (jsonEqual(next[field], before[field])) delete next[field];
  }
  if (isExternal(before) && !isExternal(spec) && spec.ports)
    next.ports = withoutKnownPorts(spec.ports, before.ports ?? []);
  const balanced = isBalanced(spec) || status?.loadBalancer === undefined;
  return { ...service, spec: next, ...(!balanced && { status: { ...status, loadBalancer: {} } }) };
}

function withoutKnownPorts(ports: readonly ServicePort[], before: readonly ServicePort[]): ServicePort[] {
  const known = new Set(before.map(({ nodePort }) => nodePort));
  return ports.map((port) => {
    if (!port.nodePort || !known.has(port.nodePort)) return port;
    const { nodePort: _, ...rest } = port;
    return rest;
  });
}
