import type { FieldError } from '../../api/api-error.js';
import type { DaemonSet, DaemonSetSpec, RollingUpdateDaemonSet } from '../../types/index.js';
import { defaultPodTemplate } from '../defaults/pod-spec.js';
import { IMMUTABLE, invalidValue, notSupported, required } from '../field-errors.js';
import { fill, within } from '../fill.js';
import { jsonEqual } from '../json-equal.js';
import type { Strategy } from '../resource.js';
import { atMostAll, intOrPercent, nonNegative } from '../validation/numbers.js';
import { forbidDeadline, validatePodTemplate } from '../validation/pod-spec.js';
import { validateWorkloadSelector } from '../validation/selectors.js';
import { validateDaemonSetStatus } from '../validation/status/workload-status.js';

function defaultSpec(spec: DaemonSetSpec): DaemonSetSpec {
  let filled = fill(spec, { revisionHistoryLimit: 10, updateStrategy: { type: 'RollingUpdate' } });
  filled = within(filled, 'updateStrategy', (strategy) => {
    const typed = fill(strategy, { type: 'RollingUpdate' });
    return typed.type === 'RollingUpdate'
      ? within(fill(typed, { rollingUpdate: {} }), 'rollingUpdate', (rolling) =>
          fill(rolling, { maxUnavailable: 1, maxSurge: 0 }),
        )
      : typed;
  });
  return within(filled, 'template', defaultPodTemplate);
}

/** Either a pod is gone before the next one comes, or the other way round (ValidateRollingUpdateDaemonSet). */
function validateRolling({ maxUnavailable = 0, maxSurge = 0 }: RollingUpdateDaemonSet): FieldError[] {
  const field = 'spec.updateStrategy.rollingUpdate';
  const isSome = (value: number | string) => Number.parseInt(String(value), 10) !== 0;
  const errors = [
    ...intOrPercent(maxUnavailable, `${field}.maxUnavailable`),
    ...intOrPercent(maxSurge, `${field}.maxSurge`),
    ...atMostAll(maxUnavailable, `${field}.maxUnavailable`),
    ...atMostAll(maxSurge, `${field}.maxSurge`),
  ];
  if (isSome(maxUnavailable) && isSome(maxSurge))
    errors.push(
      invalidValue(`${field}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'),
    );
  if (!isSome(maxUnavailable) && !isSome(maxSurge))
    errors.push(required(`${field}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'));
  return errors;
}

/** The count of templates a set has had, which older versions of the API had as a field. */
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

/** The count a set carries; at least one. */
export function templateGeneration({ metadata }: DaemonSet): string {
  const text = metadata.annotations?.[TEMPLATE_GENERATION] ?? '';
  return /^[1-9]\d{0,17}$/.test(text) ? text : '1';
}

function withTemplateGeneration(set: DaemonSet, generation: string): DaemonSet {
  const annotations = { ...set.metadata.annotations, [TEMPLATE_GENERATION]: generation };
  return { ...set, metadata: { ...set.metadata, annotations } };
}

/** apps/v1 DaemonSet. */
export const daemonSetStrategy: Strategy<DaemonSet> = {
  defaults: (set) => within(set, 'spec', defaultSpec),
  prepareForCreate: (set) => withTemplateGeneration(set, templateGeneration(set)),
  prepareForUpdate(set, old) {
    const before = templateGeneration(old);
    if (jsonEqual(set.spec?.template, old.spec?.template)) return withTemplateGeneration(set, before);
    return withTemplateGeneration(set, String(BigInt(before) + 1n));
  },
  validate({ spec }) {
    if (!spec) return [required('spec')];
    const errors = [
      ...validateWorkloadSelector(spec.selector, spec.template?.metadata?.labels, 'daemonset'),
      ...validatePodTemplate(spec.template, 'spec.template'),
      ...forbidDeadline(spec.template, 'DaemonSet'),
      ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ];
    const { type = '', rollingUpdate } = spec.updateStrategy ?? {};
    if (!['RollingUpdate', 'OnDelete'].includes(type))
      errors.push(notSupported('spec.updateStrategy.type', type, ['RollingUpdate', 'OnDelete']));
    if (type === 'RollingUpdate') errors.push(...validateRolling(rollingUpdate ?? {}));
    return [...errors, ...nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit')];
  },
  validateUpdate: ({ spec }, old) =>
    jsonEqual(spec?.selector, old.spec?.selector)
      ? []
      : [invalidValue('spec.selector', spec?.selector, IMMUTABLE)],
  validateStatus: validateDaemonSetStatus,
};
