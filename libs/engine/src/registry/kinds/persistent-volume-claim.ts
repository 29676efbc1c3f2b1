import type { FieldError } from '../../api/api-error.js';
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from '../../types/index.js';
import { forbiddenField, IMMUTABLE, invalidValue } from '../field-errors.js';
import { fillUnset, within } from '../fill.js';
import { jsonEqual } from '../json-equal.js';
import { withToldStatus } from '../object-parts.js';
import { compareQuantities } from '../quantity.js';
import type { Strategy } from '../resource.js';
import { validateClaimSpec } from '../validation/claim-spec.js';
import { validateVolumeClaimStatus } from '../validation/status/volume-claim-status.js';

/** A claim's volume is a file system unless it says block device. */
export function defaultClaimSpec(spec: PersistentVolumeClaimSpec): PersistentVolumeClaimSpec {
  return fillUnset(spec, { volumeMode: 'Filesystem' });
}

/** The two names of what a claim is filled from are kept the same, as long as both can say it (pvc/strategy.go). */
function withSources(claim: PersistentVolumeClaim): PersistentVolumeClaim {
  return within(claim, 'spec', (spec) => {
    const { dataSource, dataSourceRef } = spec;
    if (dataSource && !dataSourceRef) return { ...spec, dataSourceRef: dataSource };
    if (!dataSource && dataSourceRef && !dataSourceRef.namespace) {
      const { namespace: _, ...source } = dataSourceRef;
      return { ...spec, dataSource: source };
    }
    return spec;
  });
}

/** The older of the two names is for claims and snapshots; what else it says is forgotten (EnforceDataSourceBackwardsCompatibility). */
function withKnownSource(claim: PersistentVolumeClaim): PersistentVolumeClaim {
  return within(claim, 'spec', (spec) => {
    const { dataSource, ...rest } = spec;
    if (!dataSource) return spec;
    const { apiGroup = '', kind } = dataSource;
    const isKnown =
      (apiGroup === '' && kind === 'PersistentVolumeClaim') ||
      (apiGroup === 'snapshot.storage.k8s.io' && kind === 'VolumeSnapshot');
    return isKnown ? spec : rest;
  });
}

/** v1 PersistentVolumeClaim. */
export const persistentVolumeClaimStrategy: Strategy<PersistentVolumeClaim> = {
  generation: false,
  defaults: (claim) => within(claim, 'spec', defaultClaimSpec),
  prepareForCreate: (claim) => ({ ...withSources(withKnownSource(claim)), status: { phase: 'Pending' } }),
  prepareForUpdate: (claim, old) => (claim.spec === old.spec ? claim : withSources(claim)),
  validate: ({ spec }) => validateClaimSpec(spec ?? {}, 'spec'),
  validateUpdate({ spec = {}, status }, old) {
    const before = old.spec ?? {};
    if (spec === before) return [];
    const isBound = status?.phase === 'Bound';
    const errors: FieldError[] = [];
    if (!jsonEqual(fixed(spec, before, isBound), fixed(before, before, isBound)))
      errors.push(
        forbiddenField(
          'spec',
          'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
        ),
      );
    const [size, oldSize] = [spec, before].map(({ resources }) => resources?.requests?.['storage'] ?? '0');
    if (
      compareQuantities(size ?? '0', oldSize ?? '0') < 0 &&
      compareQuantities(size ?? '0', status?.capacity?.['storage'] ?? '0') <= 0
    )
      errors.push(
        forbiddenField('spec.resources.requests.storage', 'field can not be less than status.capacity'),
      );
    if (spec.volumeMode !== before.volumeMode)
      errors.push(invalidValue('volumeMode', spec.volumeMode, IMMUTABLE));
    const wanted = spec.volumeAttributesClassName;
    if (old.status?.currentVolumeAttributesClassName !== undefined && !wanted)
      errors.push(
        forbiddenField(
          'spec.volumeAttributesClassName',
          `update to ${wanted === undefined ? 'nil' : 'empty string'} is forbidden when status.currentVolumeAttributesClassName is not nil`,
        ),
      );
    return errors;
  },
  writes: {
    status: {
      merge: (given, old) =>
        withToldStatus(given, old, { ...given.status, phase: given.status?.phase || 'Pending' }),
    },
  },
  validateStatus: validateVolumeClaimStatus,
};

/** What of a claim never changes. One that names no class, or no volume yet, may be given one. */
function fixed(spec: PersistentVolumeClaimSpec, old: PersistentVolumeClaimSpec, isBound: boolean): unknown {
  const { resources, volumeAttributesClassName, volumeName, storageClassName, ...rest } = spec;
  const { storage, ...requests } = resources?.requests ?? {};
  return {
    ...rest,
    ...(old.volumeName ? { volumeName } : {}),
    ...(old.storageClassName === undefined ? {} : { storageClassName }),
    ...(isBound ? {} : { storage, volumeAttributesClassName }),
    limits: resources?.limits ?? {},
    requests,
  };
}
