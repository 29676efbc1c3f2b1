import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from '../../types/index.js';
import { forbiddenField, invalidValue, notSupported, required } from '../field-errors.js';
import { fill, within } from '../fill.js';
import { jsonEqual } from '../json-equal.js';
import { compareQuantities, parseQuantity } from '../quantity.js';
import type { Strategy } from '../resource.js';

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

/** A claim's volume is a file system unless it says block device. */
export function defaultClaimSpec(spec: PersistentVolumeClaimSpec): PersistentVolumeClaimSpec {
  return fill(spec, { volumeMode: 'Filesystem' });
}

/** v1 PersistentVolumeClaim. */
export const persistentVolumeClaimStrategy: Strategy<PersistentVolumeClaim> = {
  generation: false,
  defaults: (claim) => within(claim, 'spec', defaultClaimSpec),
  prepareForCreate: (claim) => ({ ...claim, status: { phase: 'Pending' } }),
  validate({ spec }) {
    if (!spec) return [required('spec')];
    const errors = [];
    if ((spec.accessModes ?? []).length === 0)
      errors.push(required('spec.accessModes', 'at least 1 access mode is required'));
    for (const mode of spec.accessModes ?? [])
      if (!ACCESS_MODES.includes(mode)) errors.push(notSupported('spec.accessModes', mode, ACCESS_MODES));
    const storage = spec.resources?.requests?.['storage'];
    if (storage === undefined) errors.push(required('spec.resources[storage]'));
    else if ((parseQuantity(storage)?.nano ?? 0n) <= 0n)
      errors.push(invalidValue('spec.resources[storage]', storage, 'must be greater than zero'));
    if (spec.volumeMode && !['Block', 'Filesystem'].includes(spec.volumeMode))
      errors.push(notSupported('spec.volumeMode', spec.volumeMode, ['Block', 'Filesystem']));
    return errors;
  },
  validateUpdate({ spec, status }, old) {
    const fixed = (value: PersistentVolumeClaimSpec | undefined) => {
      const { resources: _, volumeAttributesClassName: __, ...rest } = value ?? {};
      // A claim that names no class, or no volume yet, may be given one.
      if (old.spec?.volumeName === undefined) delete rest.volumeName;
      if (old.spec?.storageClassName === undefined) delete rest.storageClassName;
      return rest;
    };
    const storage = spec?.resources?.requests?.['storage'] ?? '0';
    const before = old.spec?.resources?.requests?.['storage'] ?? '0';
    const grown = compareQuantities(storage, before);
    if (!jsonEqual(fixed(spec), fixed(old.spec)) || (grown !== 0 && status?.phase !== 'Bound'))
      return [
        forbiddenField(
          'spec',
          'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
        ),
      ];
    if (grown < 0 && compareQuantities(storage, status?.capacity?.['storage'] ?? before) < 0)
      return [
        forbiddenField('spec.resources.requests.storage', 'field can not be less than status.capacity'),
      ];
    return [];
  },
};
