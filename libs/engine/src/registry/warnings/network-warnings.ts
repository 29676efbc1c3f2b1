import type { Endpoints, EndpointSlice, Ingress, NetworkPolicy } from '../../types/index.js';
import { addressWarnings, rangeWarnings } from './address-warnings.js';

const CLASS = 'kubernetes.io/ingress.class';

/** What is told about an ingress that names its class in the old way, and in no other. */
export function ingressWarnings({ metadata, spec }: Ingress, old?: Ingress): string[] {
  const isOld = !old && CLASS in (metadata.annotations ?? {}) && spec?.ingressClassName === undefined;
  return isOld ? [`annotation "${CLASS}" is deprecated, please use 'spec.ingressClassName' instead`] : [];
}

/** What is told about the ranges of a network policy. */
export function networkPolicyWarnings({ spec }: NetworkPolicy): string[] {
  const peers = [
    ...(spec?.ingress ?? []).flatMap(({ from = [] }, index) =>
      from.map((peer, place) => [peer, `spec.ingress[${index}].from[${place}]`] as const),
    ),
    ...(spec?.egress ?? []).flatMap(({ to = [] }, index) =>
      to.map((peer, place) => [peer, `spec.egress[${index}].to[${place}]`] as const),
    ),
  ];
  return peers.flatMap(([{ ipBlock }, at]) =>
    ipBlock
      ? [
          ...rangeWarnings(ipBlock.cidr, `${at}.ipBlock.cidr`),
          ...(ipBlock.except ?? []).flatMap((range, index) =>
            rangeWarnings(range, `${at}.ipBlock.except[${index}]`),
          ),
        ]
      : [],
  );
}

/** What is told about addresses in Endpoints that no controller wrote. */
export function endpointsWarnings({ metadata, subsets = [] }: Endpoints): string[] {
  if (metadata.labels?.['endpoints.kubernetes.io/managed-by'] === 'endpoint-controller') return [];
  return subsets.flatMap((subset, index) =>
    (['addresses', 'notReadyAddresses'] as const).flatMap((list) =>
      (subset[list] ?? []).flatMap(({ ip }, place) =>
        addressWarnings(ip, `subsets[${index}].${list}[${place}].ip`),
      ),
    ),
  );
}

const SLICE_CONTROLLERS = ['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io'];

/** What is told about a slice that no controller wrote. */
export function sliceWarnings(
  { metadata, addressType, endpoints = [] }: EndpointSlice,
  old?: unknown,
): string[] {
  const owner = metadata.labels?.['endpointslice.kubernetes.io/managed-by'] ?? '';
  const isNamed = addressType === 'FQDN';
  return [
    ...(isNamed && !old ? ['spec.addressType: FQDN endpoints are deprecated'] : []),
    ...(SLICE_CONTROLLERS.includes(owner) || isNamed
      ? []
      : endpoints.flatMap(({ addresses }, index) =>
          addresses.flatMap((address, place) =>
            addressWarnings(address, `endpoints[${index}].addresses[${place}]`),
          ),
        )),
  ];
}
