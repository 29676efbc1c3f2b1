import type { StatefulSet, StatefulSetSpec } from '../../types/index.js';
import { defaultPodTemplate } from '../defaults/pod-spec.js';
import { forbiddenField, invalidValue, notSupported, required } from '../field-errors.js';
import { each, fill, within } from '../fill.js';
import { jsonEqual } from '../json-equal.js';
import type { Strategy } from '../resource.js';
import { nonNegative } from '../validation/numbers.js';
import { forbidDeadline, validatePodTemplate } from '../validation/pod-spec.js';
import { validateWorkloadSelector } from '../validation/selectors.js';
import { defaultClaimSpec } from './persistent-volume-claim.js';

function defaultSpec(spec: StatefulSetSpec): StatefulSetSpec {
  let filled = fill(spec, {
    podManagementPolicy: 'OrderedReady',
    replicas: 1,
    revisionHistoryLimit: 10,
    updateStrategy: { type: 'RollingUpdate' },
    persistentVolumeClaimRetentionPolicy: {},
  });
  filled = within(filled, 'persistentVolumeClaimRetentionPolicy', (policy) =>
    fill(policy, { whenDeleted: 'Retain', whenScaled: 'Retain' }),
  );
  filled = within(filled, 'updateStrategy', (strategy) => {
    const typed = fill(strategy, { type: 'RollingUpdate' });
    return typed.type === 'RollingUpdate'
      ? within(fill(typed, { rollingUpdate: {} }), 'rollingUpdate', (rolling) =>
          fill(rolling, { partition: 0 }),
        )
      : typed;
  });
  filled = within(filled, 'volumeClaimTemplates', (claims) =>
    each(claims, (claim) =>
      fill(within(claim, 'spec', defaultClaimSpec), {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        status: { phase: 'Pending' },
      }),
    ),
  );
  return within(filled, 'template', defaultPodTemplate);
}

/** The template as its pods will have it: with a volume for each claim. */
function withClaims({
  template,
  volumeClaimTemplates = [],
}: Partial<StatefulSetSpec>): StatefulSetSpec['template'] | undefined {
  const claims = volumeClaimTemplates.flatMap(({ metadata }) => {
    const { name } = metadata ?? {};
    return name === undefined ? [] : [{ name, persistentVolumeClaim: { claimName: name } }];
  });
  if (!template) return undefined;
  return within(template, 'spec', (spec) => {
    const own = (spec.volumes ?? []).filter(({ name }) => !claims.some((claim) => claim.name === name));
    return { ...spec, volumes: [...claims, ...own] };
  });
}

/** The fields of a StatefulSet's spec that may change; everything else is fixed at birth. */
const MUTABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const;

/** apps/v1 StatefulSet. */
export const statefulSetStrategy: Strategy<StatefulSet> = {
  defaults: (set) => within(set, 'spec', defaultSpec),
  validate({ spec }) {
    if (!spec) return [required('spec')];
    const errors = [
      ...nonNegative(spec.replicas, 'spec.replicas'),
      ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
      ...validateWorkloadSelector(spec.selector, spec.template?.metadata?.labels, 'statefulset'),
      ...validatePodTemplate(withClaims(spec), 'spec.template'),
      ...forbidDeadline(spec.template, 'StatefulSet'),
    ];
    const { podManagementPolicy = '', updateStrategy } = spec;
    if (!['OrderedReady', 'Parallel'].includes(podManagementPolicy))
      errors.push(
        invalidValue('spec.podManagementPolicy', podManagementPolicy, "must be 'OrderedReady' or 'Parallel'"),
      );
    const type = updateStrategy?.type ?? '';
    if (!['RollingUpdate', 'OnDelete'].includes(type))
      errors.push(notSupported('spec.updateStrategy', type, ['RollingUpdate', 'OnDelete']));
    if (type === 'OnDelete' && updateStrategy?.rollingUpdate)
      errors.push(
        invalidValue(
          'spec.updateStrategy.rollingUpdate',
          updateStrategy.rollingUpdate,
          "only allowed for updateStrategy 'RollingUpdate'",
        ),
      );
    errors.push(
      ...nonNegative(updateStrategy?.rollingUpdate?.partition, 'spec.updateStrategy.rollingUpdate.partition'),
    );
    return errors;
  },
  validateUpdate({ spec }, old) {
    const fixed = (value: StatefulSetSpec | undefined) => {
      const rest: Partial<StatefulSetSpec> = { ...value };
      for (const key of MUTABLE) delete rest[key];
      return rest;
    };
    return jsonEqual(fixed(spec), fixed(old.spec))
      ? []
      : [
          forbiddenField(
            'spec',
            "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
          ),
        ];
  },
};
