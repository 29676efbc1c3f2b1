import type { FieldError } from '../../api/api-error.js';
import { formatTime } from '../../time.js';
import type { Device, DeviceAttribute, ResourceSlice, ResourceSliceSpec } from '../../types/index.js';
import { IMMUTABLE, invalidEach, invalidValue, required } from '../field-errors.js';
import { each, fill, within } from '../fill.js';
import { dnsSubdomainProblems } from '../names.js';
import type { Strategy } from '../resource.js';
import { validateNodeSelector } from '../validation/affinity.js';
import { validateSet } from '../validation/bounded-lists.js';
import { validatePoolName } from '../validation/device-names.js';
import { validateBindingConditions, validateCounters, validateDevice } from '../validation/devices.js';
import type { Sent } from '../validation/sent.js';
import { validateDriverName } from '../validation/volume-sources.js';

const MOST_DEVICES = 128;
/** Devices that have taints or use counters cost the scheduler more. */
const MOST_COSTLY_DEVICES = 64;
const MOST_COUNTER_SETS = 8;
const ONE_OF = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';
const ONE_OF_DEVICE =
  'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec';

/** resource.k8s.io/v1 ResourceSlice: devices of one node or more (pkg/apis/resource/validation). */
export const resourceSliceStrategy: Strategy<ResourceSlice> = {
  prepareForCreate: (slice, { nowMs }) => prepared(slice, nowMs),
  prepareForUpdate: (slice, _old, { nowMs }) => prepared(slice, nowMs),
  validate: ({ spec }) => validateSpec(spec ?? {}),
  validatesUpdateAlone: true,
  validateUpdate: ({ spec }, old) => validateSpec(spec ?? {}, old.spec),
  selectableFields: ({ spec }) => ({
    'spec.nodeName': spec?.nodeName ?? '',
    'spec.driver': spec?.driver ?? '',
  }),
};

const prepared = (slice: ResourceSlice, nowMs: number): ResourceSlice =>
  within(slice, 'spec', (spec) =>
    within(spec, 'devices', (devices) =>
      each(devices, (device) => withTimes(withoutDisabled(device), formatTime(nowMs))),
    ),
  );

/** Fields behind gates that are off in this version are dropped before anybody looks at them. */
function withoutDisabled(device: Device): Device {
  const attributes: Record<string, DeviceAttribute> = {};
  let found = false;
  for (const [key, attribute] of Object.entries(device.attributes ?? {})) {
    const { bools, ints, strings, versions, ...single } = attribute;
    attributes[key] = single;
    found ||= [bools, ints, strings, versions].some((list) => list !== undefined);
  }
  if (!found && device.nodeAllocatableResourceMappings === undefined) return device;
  const { nodeAllocatableResourceMappings: _, ...kept } = device;
  return found ? { ...kept, attributes } : kept;
}

const withTimes = (device: Device, timeAdded: string): Device =>
  within(device, 'taints', (taints) => each(taints, (taint) => fill(taint, { timeAdded })));

function validateSpec(spec: Sent<ResourceSliceSpec>, old?: ResourceSliceSpec): FieldError[] {
  const { driver, pool = {} as Sent<ResourceSliceSpec['pool']>, nodeName } = spec;
  const { devices = [], sharedCounters = [] } = spec;
  const errors = [
    ...validateDriverName(driver, 'spec.driver'),
    ...validatePoolName(pool.name, 'spec.pool.name'),
  ];
  const { resourceSliceCount = 0, generation = 0 } = pool;
  if (resourceSliceCount <= 0)
    errors.push(
      invalidValue('spec.pool.resourceSliceCount', resourceSliceCount, 'must be greater than zero'),
    );
  if (generation < 0)
    errors.push(invalidValue('spec.pool.generation', generation, 'must be greater than or equal to zero'));
  if (old) {
    const fixed = (field: string, value: unknown, before: unknown) => {
      if (value !== before) errors.push(invalidValue(field, value, IMMUTABLE));
    };
    fixed('spec.pool.name', pool.name ?? '', old.pool?.name ?? '');
    fixed('spec.driver', driver ?? '', old.driver ?? '');
    fixed('spec.nodeName', nodeName, old.nodeName);
  }
  errors.push(...validatePlace(spec));
  if (sharedCounters.length > 0 && devices.length > 0)
    errors.push(invalidValue('spec', '', 'only one of `sharedCounters` or `devices` is allowed'));
  const before = new Map((old?.devices ?? []).map((device) => [device.name, device]));
  const isCostly = devices.some(
    ({ taints = [], consumesCounters = [] }) => taints.length > 0 || consumesCounters.length > 0,
  );
  const most = isCostly ? MOST_COSTLY_DEVICES : MOST_DEVICES;
  const nameOf = ({ name }: { readonly name?: string }) => name ?? '';
  return [
    ...errors,
    ...validateSet(devices, most, 'spec.devices', nameOf, (device, field) => [
      ...validateDevice(device, field, before.get(device.name)),
      ...validateDevicePlace(device, field, spec.perDeviceNodeSelection === true),
      ...validateBindingConditions(device, field),
    ]),
    ...validateSet(sharedCounters, MOST_COUNTER_SETS, 'spec.sharedCounters', nameOf, (set, field) =>
      validateCounters(nameOf(set), set.counters, field, 'name'),
    ),
  ];
}

const nodeNameProblems = (name: string, field: string): FieldError[] =>
  invalidEach(field, name, dnsSubdomainProblems(name));

/** Where the devices of a slice are: said in one way. */
function validatePlace(spec: Sent<ResourceSliceSpec>): FieldError[] {
  const { nodeName, nodeSelector } = spec;
  const set: string[] = [];
  const errors: FieldError[] = [];
  if (nodeName === '')
    errors.push(invalidValue('spec.nodeName', '', 'must be either unset or set to a non-empty string'));
  else if (nodeName !== undefined) {
    set.push('`nodeName`');
    errors.push(...nodeNameProblems(nodeName, 'spec.nodeName'));
  }
  if (nodeSelector) {
    set.push('`nodeSelector`');
    errors.push(...validateNodeSelector(nodeSelector, 'spec.nodeSelector'));
    const terms = nodeSelector.nodeSelectorTerms ?? [];
    if (terms.length !== 1)
      errors.push(
        invalidValue(
          'spec.nodeSelector.nodeSelectorTerms',
          nodeSelector.nodeSelectorTerms,
          'must have exactly one node selector term',
        ),
      );
  }
  for (const key of ['allNodes', 'perDeviceNodeSelection'] as const) {
    if (spec[key]) set.push(`\`${key}\``);
    else if (spec[key] === false)
      errors.push(invalidValue(`spec.${key}`, false, 'must be either unset or set to true'));
  }
  if (set.length === 0) errors.push(required('spec', ONE_OF));
  if (set.length > 1)
    errors.push(invalidValue('spec', `{${set.join(', ')}}`, `${ONE_OF}, but multiple fields are set`));
  return errors;
}

/** Where one device is, if each says it for itself. */
function validateDevicePlace(
  { nodeName, nodeSelector, allNodes }: Sent<Device>,
  field: string,
  isAsked: boolean,
): FieldError[] {
  if (!isAsked)
    return nodeName === undefined && nodeSelector === undefined && allNodes === undefined
      ? []
      : [
          invalidValue(
            field,
            null,
            '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec',
          ),
        ];
  const set: string[] = [];
  const errors: FieldError[] = [];
  if (nodeName === '') errors.push(invalidValue(`${field}.nodeName`, '', 'must not be empty'));
  else if (nodeName !== undefined) {
    set.push('`nodeName`');
    errors.push(...nodeNameProblems(nodeName, `${field}.nodeName`));
  }
  if (nodeSelector) {
    set.push('`nodeSelector`');
    errors.push(...validateNodeSelector(nodeSelector, `${field}.nodeSelector`));
  }
  if (allNodes) set.push('`allNodes`');
  else if (allNodes === false)
    errors.push(invalidValue(`${field}.allNodes`, false, 'must be either unset or set to true'));
  if (set.length === 0) errors.push(required(field, ONE_OF_DEVICE));
  if (set.length > 1) errors.push(invalidValue(field, `{${set.join(', ')}}`, ONE_OF_DEVICE));
  return errors;
}
