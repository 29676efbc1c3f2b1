import type { Deployment, DeploymentSpec } from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import { defaultPodTemplate } from '../defaults/pod-spec.js';
import { forbiddenField, IMMUTABLE, invalidValue, notSupported, required } from '../field-errors.js';
import { fill, within } from '../fill.js';
import { jsonEqual } from '../json-equal.js';
import type { Strategy } from '../resource.js';
import { intOrPercent, nonNegative } from '../validation/numbers.js';
import { forbidDeadline, validatePodTemplate } from '../validation/pod-spec.js';
import { validateWorkloadSelector } from '../validation/selectors.js';
import { validateDeploymentStatus } from '../validation/status/workload-status.js';

function defaultSpec(spec: DeploymentSpec): DeploymentSpec {
  let filled = fill(spec, {
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    strategy: { type: 'RollingUpdate' },
  });
  filled = within(filled, 'strategy', (strategy) => {
    const typed = fill(strategy, { type: 'RollingUpdate' });
    return typed.type === 'RollingUpdate'
      ? within(fill(typed, { rollingUpdate: {} }), 'rollingUpdate', (rolling) =>
          fill(rolling, { maxUnavailable: '25%', maxSurge: '25%' }),
        )
      : typed;
  });
  return within(filled, 'template', defaultPodTemplate);
}

function validateStrategy(spec: DeploymentSpec): FieldError[] {
  const { strategy } = spec;
  const field = 'spec.strategy';
  const rolling = strategy?.rollingUpdate;
  if (strategy?.type === 'Recreate') {
    return rolling
      ? [forbiddenField(`${field}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")]
      : [];
  }
  if (strategy?.type !== 'RollingUpdate')
    return [notSupported(`${field}.type`, strategy?.type ?? '', ['Recreate', 'RollingUpdate'])];
  if (!rolling) return [required(`${field}.rollingUpdate`, 'this should be defaulted and never be nil')];
  const errors = [
    ...intOrPercent(rolling.maxUnavailable, `${field}.rollingUpdate.maxUnavailable`),
    ...intOrPercent(rolling.maxSurge, `${field}.rollingUpdate.maxSurge`),
  ];
  const isZero = (value: unknown): boolean => value === 0 || /^0+%$/.test(String(value));
  if (isZero(rolling.maxUnavailable) && isZero(rolling.maxSurge))
    errors.push(
      invalidValue(
        `${field}.rollingUpdate.maxUnavailable`,
        rolling.maxUnavailable,
        'may not be 0 when `maxSurge` is 0',
      ),
    );
  return errors;
}

/** apps/v1 Deployment (apis/apps/v1/defaults.go, apis/apps/validation). */
export const deploymentStrategy: Strategy<Deployment> = {
  annotationsCount: true,
  defaults: (deployment) => within(deployment, 'spec', defaultSpec),
  validate({ spec }) {
    if (!spec) return [required('spec')];
    const errors = [
      ...nonNegative(spec.replicas, 'spec.replicas'),
      ...validateWorkloadSelector(spec.selector, spec.template?.metadata?.labels, 'deployment'),
      ...validatePodTemplate(spec.template, 'spec.template'),
      ...forbidDeadline(spec.template, 'Deployment'),
      ...validateStrategy(spec),
      ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
      ...nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
      ...nonNegative(spec.progressDeadlineSeconds, 'spec.progressDeadlineSeconds'),
    ];
    if ((spec.progressDeadlineSeconds ?? 600) <= (spec.minReadySeconds ?? 0))
      errors.push(
        invalidValue(
          'spec.progressDeadlineSeconds',
          spec.progressDeadlineSeconds,
          'must be greater than minReadySeconds',
        ),
      );
    return errors;
  },
  validateUpdate: ({ spec }, old) =>
    jsonEqual(spec?.selector, old.spec?.selector)
      ? []
      : [invalidValue('spec.selector', spec?.selector, IMMUTABLE)],
  statusKeeps: 'labels',
  validateStatus: validateDeploymentStatus,
};
