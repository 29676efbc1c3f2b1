import type { Job, JobSpec } from '../../types/index.js';
import { defaultPodTemplate } from '../defaults/pod-spec.js';
import { IMMUTABLE, invalidValue, notSupported, required } from '../field-errors.js';
import { each, fill, within } from '../fill.js';
import { jsonEqual } from '../json-equal.js';
import type { Strategy } from '../resource.js';
import { nonNegative } from '../validation/numbers.js';
import { validatePodTemplate } from '../validation/pod-spec.js';
import { matchesSelector } from '../../selectors/label-selector.js';

const CONTROLLER_UID = 'batch.kubernetes.io/controller-uid';
const JOB_NAME = 'batch.kubernetes.io/job-name';
/** What a job whose indexes have limits of their own gets as its common limit. */
const NO_LIMIT = 2_147_483_647;

function defaultSpec(spec: JobSpec): JobSpec {
  const neither = spec.completions === undefined && spec.parallelism === undefined;
  const filled = fill(spec, {
    completions: neither ? 1 : undefined,
    parallelism: 1,
    backoffLimit: spec.backoffLimitPerIndex === undefined ? 6 : NO_LIMIT,
    completionMode: 'NonIndexed',
    suspend: false,
    manualSelector: false,
    podReplacementPolicy: spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed',
  });
  return within(within(filled, 'template', defaultPodTemplate), 'podFailurePolicy', (policy) =>
    within(policy, 'rules', (rules) =>
      each(rules, (rule) =>
        within(rule, 'onPodConditions', (conditions) =>
          each(conditions, (condition) => fill(condition, { status: 'True' })),
        ),
      ),
    ),
  );
}

/** A job selects its own pods by its uid, so that no two jobs ever share one (registry/batch/job/strategy.go). */
function withSelector(job: Job): Job {
  const { spec, metadata } = job;
  if (!spec || spec.manualSelector) return job;
  const { uid = '', name = '' } = metadata;
  const labels = {
    ...spec.template?.metadata?.labels,
    [CONTROLLER_UID]: uid,
    'controller-uid': uid,
    [JOB_NAME]: name,
    'job-name': name,
  };
  return {
    ...job,
    spec: {
      ...spec,
      selector: { ...spec.selector, matchLabels: { ...spec.selector?.matchLabels, [CONTROLLER_UID]: uid } },
      template: { ...spec.template, metadata: { ...spec.template?.metadata, labels } },
    },
  };
}

/** A job without labels has those of its pods. */
function withLabels(job: Job): Job {
  const labels = job.spec?.template?.metadata?.labels;
  return labels && !job.metadata.labels ? { ...job, metadata: { ...job.metadata, labels } } : job;
}

/** batch/v1 Job. */
export const jobStrategy: Strategy<Job> = {
  defaults: (job) => withLabels(within(job, 'spec', defaultSpec)),
  prepareForCreate: (job) => withLabels(withSelector(job)),
  prepareForUpdate: (job) => job,
  validate({ spec }) {
    if (!spec) return [required('spec')];
    const errors = [
      ...nonNegative(spec.parallelism, 'spec.parallelism'),
      ...nonNegative(spec.completions, 'spec.completions'),
      ...nonNegative(spec.activeDeadlineSeconds, 'spec.activeDeadlineSeconds'),
      ...nonNegative(spec.backoffLimit, 'spec.backoffLimit'),
      ...nonNegative(spec.ttlSecondsAfterFinished, 'spec.ttlSecondsAfterFinished'),
      ...validatePodTemplate(spec.template, 'spec.template', ['OnFailure', 'Never']),
    ];
    if (!spec.selector) errors.push(required('spec.selector'));
    const labels = spec.template?.metadata?.labels;
    if (spec.selector && !matchesSelector(spec.selector, labels))
      errors.push(
        invalidValue(
          'spec.template.metadata.labels',
          labels ?? null,
          '`selector` does not match template `labels`',
        ),
      );
    const mode = spec.completionMode ?? '';
    if (!['NonIndexed', 'Indexed'].includes(mode))
      errors.push(notSupported('spec.completionMode', mode, ['NonIndexed', 'Indexed']));
    if (mode === 'Indexed' && spec.completions === undefined)
      errors.push(required('spec.completions', 'when completion mode is Indexed'));
    return errors;
  },
  validateUpdate({ spec }, old) {
    const errors = [];
    const indexed = spec?.completionMode === 'Indexed';
    if (!indexed && spec?.completions !== old.spec?.completions)
      errors.push(invalidValue('spec.completions', spec?.completions ?? null, IMMUTABLE));
    if (!jsonEqual(spec?.selector, old.spec?.selector))
      errors.push(invalidValue('spec.selector', spec?.selector, IMMUTABLE));
    // A job that has not started (or was suspended before it did) may still be told where to run.
    const startable = old.spec?.suspend === true && old.status?.startTime === undefined;
    if (!startable && !jsonEqual(spec?.template, old.spec?.template))
      errors.push(invalidValue('spec.template', spec?.template, IMMUTABLE));
    if (spec?.completionMode !== old.spec?.completionMode)
      errors.push(invalidValue('spec.completionMode', spec?.completionMode, IMMUTABLE));
    return errors;
  },
  selectableFields: ({ status }) => ({ 'status.successful': String(status?.succeeded ?? 0) }),
  defaultPropagation: 'Orphan',
};
