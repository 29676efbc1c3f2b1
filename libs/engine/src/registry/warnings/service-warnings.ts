import type { Service } from '../../types/index.js';
import { addressWarnings, rangeWarnings } from './address-warnings.js';

/** What a service is allowed to say but should not (pkg/api/service/warnings.go). */
export function serviceWarnings({ metadata, spec = {} }: Service): string[] {
  const { externalIPs = [], externalName, type, trafficDistribution } = spec;
  const isExternal = type === 'ExternalName';
  const isHeadless = spec.clusterIP === 'None';
  const hints = 'service.kubernetes.io/topology-aware-hints';
  return [
    ...(hints in (metadata.annotations ?? {})
      ? [`annotation ${hints} is deprecated, please use service.kubernetes.io/topology-mode instead`]
      : []),
    ...(isHeadless || isExternal
      ? []
      : (spec.clusterIPs ?? []).flatMap((ip, index) => addressWarnings(ip, `spec.clusterIPs[${index}]`))),
    ...(isHeadless && spec.loadBalancerIP ? ['spec.loadBalancerIP is ignored for headless services'] : []),
    ...(isHeadless && externalIPs.length > 0 ? ['spec.externalIPs is ignored for headless services'] : []),
    ...(isHeadless && spec.sessionAffinity !== 'None'
      ? ['spec.SessionAffinity is ignored for headless services']
      : []),
    ...externalIPs.flatMap((ip, index) => addressWarnings(ip, `spec.externalIPs[${index}]`)),
    ...(externalIPs.length > 0 && !isHeadless && !isExternal
      ? ['spec.externalIPs is deprecated and may no longer be implemented in some clusters']
      : []),
    ...addressWarnings(spec.loadBalancerIP, 'spec.loadBalancerIP'),
    ...(spec.loadBalancerSourceRanges ?? []).flatMap((range, index) =>
      rangeWarnings(range, `spec.loadBalancerSourceRanges[${index}]`),
    ),
    ...(externalIPs.length > 0 && isExternal
      ? ['spec.externalIPs is ignored when spec.type is "ExternalName"']
      : []),
    ...(externalName && !isExternal
      ? ['spec.externalName is ignored when spec.type is not "ExternalName"']
      : []),
    ...(trafficDistribution === 'PreferClose'
      ? ['spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"']
      : []),
  ];
}
