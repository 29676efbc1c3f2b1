import type { APIService, APIServiceCondition, EndpointSlice, Service } from '../types/index.js';

/** Whether a server can be reached, as far as its service tells. */
export type Availability = Pick<APIServiceCondition, 'status' | 'reason' | 'message'>;

export const LOCAL: Availability = {
  status: 'True',
  reason: 'Local',
  message: 'Local APIServices are always available',
};

export const PASSED: Availability = { status: 'True', reason: 'Passed', message: 'all checks passed' };

/** The server did not answer as one should. */
export const failedCheck = (message: string): Availability => ({
  status: 'False',
  reason: 'FailedDiscoveryCheck',
  message,
});

/**
 * Why a server can't be available; undefined when only asking it can tell. The reasons and words are those of the API server
 * (remote_available_controller.go).
 */
export function unavailability(
  { spec }: APIService,
  service: Service | undefined,
  slices: readonly EndpointSlice[],
): Availability | undefined {
  const { name = '', namespace = '', port = 443 } = spec?.service ?? {};
  const place = `service/${name} in ${JSON.stringify(namespace)}`;
  const no = (reason: string, message: string): Availability => ({ status: 'False', reason, message });
  if (!service) return no('ServiceNotFound', `${place} is not present`);
  if ((service.spec?.type ?? 'ClusterIP') !== 'ClusterIP') return undefined;
  const found = service.spec?.ports?.find((candidate) => candidate.port === port);
  if (!found) return no('ServicePortError', `${place} is not listening on port ${port}`);
  if (slices.length === 0) return no('EndpointsNotFound', `cannot find endpointslices for ${place}`);
  const portName = found.name ?? '';
  const hasAddress = slices.some(
    ({ endpoints, ports }) =>
      (endpoints ?? []).some(({ conditions }) => conditions?.ready !== false) &&
      (ports ?? []).some((candidate) => (candidate.name ?? '') === portName && candidate.port !== undefined),
  );
  if (hasAddress) return undefined;
  return no(
    'MissingEndpoints',
    `endpointslices for ${place} have no addresses with port name ${JSON.stringify(portName)}`,
  );
}
