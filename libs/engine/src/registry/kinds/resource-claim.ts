import type {
  DeviceRequest,
  DeviceSubRequest,
  ExactDeviceRequest,
  ResourceClaimSpec,
  ResourceClaimTemplate,
  ResourceV1ResourceClaim,
} from '../../types/index.js';
import { IMMUTABLE, invalidValue } from '../field-errors.js';
import { each, within } from '../fill.js';
import { jsonEqual } from '../json-equal.js';
import type { Strategy } from '../resource.js';
import { validateDeviceClaim } from '../validation/device-claim.js';
import { validateClaimStatus, withoutReleasedDevices } from '../validation/status/device-claim-status.js';
import { validateTemplateMetadata } from '../validation/template-metadata.js';

type Counted = Pick<ExactDeviceRequest & DeviceSubRequest, 'allocationMode' | 'count'>;

/** One device, unless another number or all of them are asked for. */
function defaultCount<T extends Counted>(request: T): T {
  const allocationMode = request.allocationMode || 'ExactCount';
  const count = request.count || (allocationMode === 'ExactCount' ? 1 : undefined);
  if (allocationMode === request.allocationMode && count === request.count) return request;
  const { count: _, ...others } = request;
  return { ...others, allocationMode, ...(count !== undefined && { count }) } as T;
}

const defaultRequest = (request: DeviceRequest): DeviceRequest =>
  within(within(request, 'exactly', defaultCount), 'firstAvailable', (list) => each(list, defaultCount));

const defaultSpec = (spec: ResourceClaimSpec): ResourceClaimSpec =>
  within(spec, 'devices', (devices) =>
    within(devices, 'requests', (requests) => each(requests, defaultRequest)),
  );

/** resource.k8s.io/v1 ResourceClaim: what is asked for is decided once (pkg/apis/resource/validation). */
export const resourceClaimStrategy: Strategy<ResourceV1ResourceClaim> = {
  generation: false,
  defaults: (claim) => within(claim, 'spec', defaultSpec),
  validate: ({ spec }) => validateDeviceClaim(spec?.devices ?? {}, 'spec.devices'),
  validatesUpdateAlone: true,
  validateUpdate: ({ spec }, old) =>
    jsonEqual(spec, old.spec) ? [] : [invalidValue('spec', spec ?? {}, IMMUTABLE)],
  statusKeeps: 'metadata',
  writes: { status: { merge: (given, old) => withoutReleasedDevices(given, old) } },
  validateStatus: validateClaimStatus,
};

/** resource.k8s.io/v1 ResourceClaimTemplate. */
export const resourceClaimTemplateStrategy: Strategy<ResourceClaimTemplate> = {
  generation: false,
  defaults: (template) => within(template, 'spec', (spec) => within(spec, 'spec', defaultSpec)),
  validate: ({ spec }) => [
    ...validateTemplateMetadata(spec?.metadata, 'spec.metadata'),
    ...validateDeviceClaim(spec?.spec?.devices ?? {}, 'spec.spec.devices'),
  ],
  validateUpdate: ({ spec }, old) =>
    jsonEqual(spec, old.spec) ? [] : [invalidValue('spec', spec ?? {}, IMMUTABLE)],
};
