import type { FieldError } from '../../../api/api-error.js';
import type { PersistentVolumeClaim } from '../../../types/index.js';
import { invalidEach, invalidValue, notSupported } from '../../field-errors.js';
import { qualifiedNameProblems } from '../../names.js';
import { parseQuantity } from '../../quantity.js';
import { isNativeResource } from '../resources.js';

const RESIZES = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
];
const NANO = 1_000_000_000n;

/** What a claim has got, and how its growing goes (ValidatePersistentVolumeClaimStatusUpdate). */
export function validateVolumeClaimStatus({ status = {} }: PersistentVolumeClaim): FieldError[] {
  const resizes = 'status.allocatedResourceStatuses';
  const allocated = 'status.allocatedResources';
  return [
    ...sorted(status.capacity).flatMap(([name, amount]) => amountErrors(amount, `status.capacity[${name}]`)),
    ...sorted(status.allocatedResourceStatuses).flatMap(([name, state]) => [
      ...nameErrors(name, resizes),
      ...(RESIZES.includes(state) ? [] : [notSupported(resizes, name, RESIZES)]),
    ]),
    ...sorted(status.allocatedResources).flatMap(([name, amount]) => {
      const errors = nameErrors(name, allocated);
      return errors.length > 0 ? errors : amountErrors(amount, `${allocated}[${name}]`);
    }),
  ];
}

function sorted(map: Record<string, string> | undefined): [string, string][] {
  return Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Of Kubernetes' own resources a claim has storage only. */
function nameErrors(name: string, field: string): FieldError[] {
  const problems = qualifiedNameProblems(name);
  if (problems.length > 0) return invalidEach(field, name, problems);
  return isNativeResource(name) && name !== 'storage' ? [notSupported(field, name, ['storage'])] : [];
}

function amountErrors(amount: string | number, field: string): FieldError[] {
  const nano = parseQuantity(amount)?.nano ?? 0n;
  if (nano >= 0n) return [];
  return [invalidValue(field, Number((nano - NANO + 1n) / NANO), 'must be a valid resource quantity')];
}
