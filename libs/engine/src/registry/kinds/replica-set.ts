import type { ReplicaSet } from '../../types/index.js';
import { defaultPodTemplate } from '../defaults/pod-spec.js';
import { IMMUTABLE, invalidValue, required } from '../field-errors.js';
import { fill, within } from '../fill.js';
import { jsonEqual } from '../json-equal.js';
import type { Strategy } from '../resource.js';
import { nonNegative } from '../validation/numbers.js';
import { forbidDeadline, validatePodTemplate } from '../validation/pod-spec.js';
import { validateWorkloadSelector } from '../validation/selectors.js';
import { validateReplicaSetStatus } from '../validation/status/workload-status.js';

/** apps/v1 ReplicaSet. */
export const replicaSetStrategy: Strategy<ReplicaSet> = {
  defaults: (set) =>
    within(set, 'spec', (spec) => within(fill(spec, { replicas: 1 }), 'template', defaultPodTemplate)),
  prepareForCreate: (set) => ({ ...set, status: { replicas: 0 } }),
  validate({ spec }) {
    if (!spec) return [required('spec')];
    return [
      ...nonNegative(spec.replicas, 'spec.replicas'),
      ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
      ...validateWorkloadSelector(spec.selector, spec.template?.metadata?.labels, 'replicaset'),
      ...validatePodTemplate(spec.template, 'spec.template'),
      ...forbidDeadline(spec.template, 'ReplicaSet'),
    ];
  },
  validateUpdate: ({ spec }, old) =>
    jsonEqual(spec?.selector, old.spec?.selector)
      ? []
      : [invalidValue('spec.selector', spec?.selector, IMMUTABLE)],
  validateStatus: validateReplicaSetStatus,
};
