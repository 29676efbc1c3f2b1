import type { FieldError } from '../../api/api-error.js';
import type { StatefulSet, StatefulSetSpec } from '../../types/index.js';
import { defaultPodTemplate } from '../defaults/pod-spec.js';
import { forbiddenField, invalidEach, invalidValue, notSupported, required } from '../field-errors.js';
import { each, fill, within } from '../fill.js';
import { jsonEqual } from '../json-equal.js';
import type { Strategy } from '../resource.js';
import { dnsLabelProblems } from '../names.js';
import { validateClaimSpec } from '../validation/claim-spec.js';
import { atMostAll, intOrPercent, nonNegative } from '../validation/numbers.js';
import { forbidDeadline, validatePodTemplate } from '../validation/pod-spec.js';
import { validateWorkloadSelector } from '../validation/selectors.js';
import { defaultClaimSpec } from './persistent-volume-claim.js';
import { validateStatefulSetStatus } from '../validation/status/workload-status.js';

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
    // Pods get a name of their own as their host's, and the service's domain.
    const { hostname: _, subdomain: __, ...rest } = spec;
    return { ...rest, volumes: [...claims, ...own] };
  });
}

const RETENTION = ['Retain', 'Delete'];

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

/** What can't change is not looked at again. */
function validateSpec(spec: StatefulSetSpec, isNew: boolean): FieldError[] {
  const { podManagementPolicy, updateStrategy = {}, ordinals, serviceName } = spec;
  const errors: FieldError[] = [];
  const at = 'spec.podManagementPolicy';
  if (!podManagementPolicy) errors.push(required(at));
  else if (!['OrderedReady', 'Parallel'].includes(podManagementPolicy))
    errors.push(invalidValue(at, podManagementPolicy, "must be 'OrderedReady' or 'Parallel'"));
  errors.push(...validateUpdateStrategy(updateStrategy));
  for (const key of ['whenDeleted', 'whenScaled'] as const) {
    const policy = spec.persistentVolumeClaimRetentionPolicy?.[key] ?? 'Retain';
    if (!RETENTION.includes(policy))
      errors.push(notSupported(`spec.persistentVolumeClaimRetentionPolicy.${key}`, policy, RETENTION));
  }
  if (isNew)
    for (const [index, claim] of (spec.volumeClaimTemplates ?? []).entries())
      errors.push(...validateClaimSpec(claim.spec ?? {}, `spec.volumeClaimTemplates[${index}].spec`));
  errors.push(
    ...nonNegative(spec.replicas, 'spec.replicas'),
    ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...nonNegative(ordinals?.start, 'spec.ordinals.start'),
  );
  if (isNew && serviceName)
    errors.push(...invalidEach('spec.serviceName', serviceName, dnsLabelProblems(serviceName)));
  return [
    ...errors,
    ...validateWorkloadSelector(spec.selector, spec.template?.metadata?.labels, 'statefulset'),
    ...validatePodTemplate(withClaims(spec), 'spec.template'),
    ...forbidDeadline(spec.template, 'StatefulSet'),
  ];
}

function validateUpdateStrategy(strategy: NonNullable<StatefulSetSpec['updateStrategy']>): FieldError[] {
  const field = 'spec.updateStrategy';
  const { type, rollingUpdate } = strategy;
  if (!type) return [required(field)];
  if (type === 'OnDelete')
    return rollingUpdate
      ? [
          invalidValue(
            `${field}.rollingUpdate`,
            rollingUpdate,
            "only allowed for updateStrategy 'RollingUpdate'",
          ),
        ]
      : [];
  if (type !== 'RollingUpdate')
    return [invalidValue(field, strategy, "must be 'RollingUpdate' or 'OnDelete'")];
  const at = `${field}.rollingUpdate.maxUnavailable`;
  const most = rollingUpdate?.maxUnavailable;
  return [
    ...nonNegative(rollingUpdate?.partition, `${field}.rollingUpdate.partition`),
    ...intOrPercent(most, at),
    ...(most !== undefined && Number.parseInt(String(most), 10) === 0
      ? [invalidValue(at, most, 'cannot be 0')]
      : []),
    ...atMostAll(most, at),
  ];
}

/** apps/v1 StatefulSet. */
export const statefulSetStrategy: Strategy<StatefulSet> = {
  defaults: (set) => within(set, 'spec', defaultSpec),
  validate: ({ spec }) => validateSpec(spec ?? ({} as StatefulSetSpec), true),
  validatesUpdateAlone: true,
  validateUpdate({ spec }, old) {
    const fixed = (value: StatefulSetSpec | undefined) => {
      const rest: Partial<StatefulSetSpec> = { ...value };
      for (const key of MUTABLE) delete rest[key];
      return rest;
    };
    if (spec === old.spec) return [];
    const errors = validateSpec(spec ?? ({} as StatefulSetSpec), false);
    return jsonEqual(fixed(spec), fixed(old.spec))
      ? errors
      : [
          ...errors,
          forbiddenField(
            'spec',
            "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
          ),
        ];
  },
  validateStatus: validateStatefulSetStatus,
};
