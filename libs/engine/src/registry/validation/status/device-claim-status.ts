import type { FieldError } from '../../../api/api-error.js';
import type {
  AllocatedDeviceStatus,
  AllocationResult,
  DeviceAllocationConfiguration,
  DeviceRequestAllocationResult,
  ResourceClaimConsumerReference,
  ResourceClaimStatus,
  ResourceV1ResourceClaim,
} from '../../../types/index.js';
import { forbiddenField, IMMUTABLE, invalidValue, required, tooMany } from '../../field-errors.js';
import { jsonEqual } from '../../json-equal.js';
import { withStatusOf } from '../../object-parts.js';
import { validateNodeSelector } from '../affinity.js';
import { validateList, validateSet } from '../bounded-lists.js';
import {
  namesOf,
  validateDeviceConfiguration,
  validateParameters,
  validateReference,
} from '../device-claim.js';
import { deviceLabel, validatePoolName } from '../device-names.js';
import { labelName, oneOf } from '../paths.js';
import { validateDriverName } from '../volume-sources.js';
import { validateStandardConditions } from './conditions.js';
import { deviceKey, sharedDeviceId, validateNetworkData, validateShareId } from './device-status.js';

type Claim = ResourceV1ResourceClaim;

const MOST_USERS = 256;
const MOST_RESULTS = 32;
const MOST_CONFIGURATIONS = 64;
const MOST_REQUESTS = 32;
const MOST_BINDING_CONDITIONS = 4;
const MOST_CONDITIONS = 8;

/** The claim with its new status, without what was told of devices that it no longer has (dropDeallocatedStatusDevices). */
export function withoutReleasedDevices(given: Claim, old: Claim): Claim {
  const written = withStatusOf(given, old) as Claim;
  const { devices: told, ...status } = written.status ?? {};
  if (!told) return written;
  const kept = new Set(resultsOf(status).map(deviceKey));
  const released = new Set(
    resultsOf(old.status)
      .map(deviceKey)
      .filter((key) => !kept.has(key)),
  );
  const devices = told.filter((device) => !released.has(deviceKey(device)));
  return { ...written, status: { ...status, ...(devices.length > 0 && { devices }) } };
}

const resultsOf = (status: ResourceClaimStatus | undefined): readonly DeviceRequestAllocationResult[] =>
  status?.allocation?.devices?.results ?? [];

/** Which devices a claim has, and who uses them (ValidateResourceClaimStatusUpdate). */
export function validateClaimStatus({ metadata, spec, status = {} }: Claim, old: Claim): FieldError[] {
  const { allocation, devices = [], reservedFor = [] } = status;
  const allocated = new Set(resultsOf(status).map(deviceKey));
  const seen = new Set<string>();
  const errors = [
    ...validateSet(reservedFor, MOST_USERS, 'status.reservedFor', ({ uid }) => uid ?? '', userErrors),
    ...devices.flatMap((device, index) => deviceErrors(device, `status.devices[${index}]`, allocated)),
    ...devices.flatMap((device, index) => {
      const key = deviceKey(device);
      const isRepeated = seen.has(key);
      seen.add(key);
      return isRepeated ? [repeated(device, `status.devices[${index}]`)] : [];
    }),
  ];
  if (reservedFor.length > 0 && !allocation)
    errors.push(forbiddenField('status.reservedFor', 'may not be specified when `allocated` is not set'));
  else if (
    metadata.deletionTimestamp &&
    reservedFor.some((user) => !(old.status?.reservedFor ?? []).some((one) => jsonEqual(one, user)))
  )
    errors.push(
      forbiddenField(
        'status.reservedFor',
        'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set',
      ),
    );
  if (!allocation) return errors;
  if (!old.status?.allocation)
    return [...errors, ...allocationErrors(allocation, namesOf(spec?.devices?.requests ?? []))];
  return jsonEqual(allocation, old.status.allocation)
    ? errors
    : [...errors, invalidValue('status.allocation', allocation, IMMUTABLE)];
}

const repeated = (device: AllocatedDeviceStatus, field: string): FieldError => ({
  reason: 'FieldValueDuplicate',
  field,
  message: `Duplicate value: ${JSON.stringify(sharedDeviceId(device))}`,
});

function userErrors(user: ResourceClaimConsumerReference, field: string): FieldError[] {
  return (['resource', 'name', 'uid'] as const).flatMap((key) =>
    user[key] ? [] : [required(`${field}.${key}`)],
  );
}

function deviceErrors(
  device: AllocatedDeviceStatus,
  field: string,
  allocated: ReadonlySet<string>,
): FieldError[] {
  const { conditions = [], data } = device;
  return [
    ...placeErrors(device, field),
    ...validateShareId(device.shareID, `${field}.shareID`),
    ...(allocated.has(deviceKey(device))
      ? []
      : [invalidValue(field, sharedDeviceId(device), 'must be an allocated device in the claim')]),
    ...(conditions.length > MOST_CONDITIONS
      ? [tooMany(`${field}.conditions`, conditions.length, MOST_CONDITIONS)]
      : []),
    ...validateStandardConditions(conditions, `${field}.conditions`),
    ...(data === undefined ? [] : validateParameters(data, `${field}.data`)),
    ...validateNetworkData(device.networkData, `${field}.networkData`),
  ];
}

function placeErrors(
  { driver, pool, device }: Pick<AllocatedDeviceStatus, 'driver' | 'pool' | 'device'>,
  field: string,
): FieldError[] {
  return [
    ...validateDriverName(driver, `${field}.driver`),
    ...validatePoolName(pool, `${field}.pool`),
    ...deviceLabel(device, `${field}.device`),
  ];
}

function allocationErrors(
  { devices, nodeSelector }: AllocationResult,
  names: ReadonlySet<string>,
): FieldError[] {
  const at = 'status.allocation';
  return [
    ...validateList(devices?.results ?? [], MOST_RESULTS, `${at}.devices.results`, (result, field) => [
      ...validateReference(result.request ?? '', `${field}.request`, names),
      ...placeErrors(result, field),
      ...bindingErrors(result, field),
      ...validateShareId(result.shareID, `${field}.shareID`),
    ]),
    ...validateList(
      devices?.config ?? [],
      MOST_CONFIGURATIONS,
      `${at}.devices.config`,
      (one: DeviceAllocationConfiguration, field) => [
        ...oneOf(one.source, `${field}.source`, ['FromClaim', 'FromClass']),
        ...validateSet(one.requests ?? [], MOST_REQUESTS, `${field}.requests`, String, (name, place) =>
          validateReference(name, place, names),
        ),
        ...validateDeviceConfiguration(one, field),
      ],
    ),
    ...(nodeSelector ? validateNodeSelector(nodeSelector, `${at}.nodeSelector`) : []),
  ];
}

/** What has to become true of a device before a pod may run with it, and what ends the waiting. */
function bindingErrors(result: DeviceRequestAllocationResult, field: string): FieldError[] {
  const { bindingConditions: wanted = [], bindingFailureConditions: feared = [] } = result;
  const [one, other] = [`${field}.bindingConditions`, `${field}.bindingFailureConditions`];
  const checkedList = (list: readonly string[], at: string): FieldError[] =>
    validateList(list, MOST_BINDING_CONDITIONS, at, labelName);
  const repeats = (list: readonly string[], at: string, index: number): FieldError[] => {
    const name = list[index] ?? '';
    return list.indexOf(name) < index
      ? [
          {
            reason: 'FieldValueDuplicate',
            field: `${at}[${index}]`,
            message: `Duplicate value: ${JSON.stringify(name)}`,
          },
        ]
      : [];
  };
  const errors = [
    ...checkedList(wanted, one),
    ...checkedList(feared, other),
    ...wanted.flatMap((_, index) => repeats(wanted, one, index)),
    ...feared.flatMap((name, index) => [
      ...repeats(feared, other, index),
      ...(wanted.includes(name)
        ? [
            invalidValue(
              `${other}[${index}]`,
              name,
              'bindingFailureConditions must not overlap with bindingConditions',
            ),
          ]
        : []),
    ]),
  ];
  if (wanted.length === 0 && feared.length > 0)
    errors.push(invalidValue(one, null, 'bindingConditions are required to use bindingFailureConditions'));
  if (feared.length === 0 && wanted.length > 0)
    errors.push(invalidValue(other, null, 'bindingFailureConditions are required to use bindingConditions'));
  return errors;
}
