import type { PersistentVolume } from '../../types/index.js';
import { invalidValue, required } from '../field-errors.js';
import { fill, within } from '../fill.js';
import { parseQuantity } from '../quantity.js';
import type { Strategy } from '../resource.js';

/** v1 PersistentVolume. */
export const persistentVolumeStrategy: Strategy<PersistentVolume> = {
  generation: false,
  defaults: (volume) =>
    within(volume, 'spec', (spec) =>
      within(
        fill(spec, { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' }),
        'hostPath',
        (source) => fill(source, { type: '' }),
      ),
    ),
  prepareForCreate: (volume) => ({ ...volume, status: { phase: 'Pending' } }),
  validate({ spec }) {
    if (!spec) return [required('spec')];
    const errors = [];
    if ((spec.accessModes ?? []).length === 0) errors.push(required('spec.accessModes'));
    const storage = spec.capacity?.['storage'];
    if (storage === undefined) errors.push(required('spec.capacity'));
    else if ((parseQuantity(storage)?.nano ?? 0n) <= 0n)
      errors.push(invalidValue('spec.capacity[storage]', storage, 'must be greater than zero'));
    return errors;
  },
};
