import type { StorageClass } from '../../types/index.js';
import { forbiddenField, notSupported, required } from '../field-errors.js';
import { fill } from '../fill.js';
import { jsonEqual } from '../json-equal.js';
import type { Strategy } from '../resource.js';

/** storage.k8s.io/v1 StorageClass: fixed once made. */
export const storageClassStrategy: Strategy<StorageClass> = {
  generation: false,
  defaults: (storage) => fill(storage, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  validate({ provisioner, reclaimPolicy = '', volumeBindingMode = '' }) {
    const errors = [];
    if (!provisioner) errors.push(required('provisioner'));
    if (!['Delete', 'Retain'].includes(reclaimPolicy))
      errors.push(notSupported('reclaimPolicy', reclaimPolicy, ['Delete', 'Retain']));
    if (!['Immediate', 'WaitForFirstConsumer'].includes(volumeBindingMode))
      errors.push(
        notSupported('volumeBindingMode', volumeBindingMode, ['Immediate', 'WaitForFirstConsumer']),
      );
    return errors;
  },
  validateUpdate(object, old) {
    const errors = [];
    for (const key of ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'] as const) {
      if (!jsonEqual(object[key], old[key]))
        errors.push(forbiddenField(key, `updates to ${key} are forbidden.`));
    }
    return errors;
  },
};
