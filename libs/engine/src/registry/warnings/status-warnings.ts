import type { Ingress, Pod, Service } from '../../types/index.js';
import { addressWarnings } from './address-warnings.js';

/** What is told about the addresses a pod's status gives. */
export function podStatusWarnings({ status = {} }: Pod): string[] {
  return (['podIPs', 'hostIPs'] as const).flatMap((list) =>
    (status[list] ?? []).flatMap(({ ip }, index) => addressWarnings(ip, `status.${list}[${index}].ip`)),
  );
}

/** What is told about the addresses of a load balancer. */
export function balancerWarnings({ status }: Ingress | Service): string[] {
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }, index) =>
    addressWarnings(ip, `status.loadBalancer.ingress[${index}]`),
  );
}
