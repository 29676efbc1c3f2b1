import type { Job, JobSpec, LabelSelector } from '../../types/index.js';
import { defaultPodTemplate } from '../defaults/pod-spec.js';
import type { FieldError } from '../../api/api-error.js';
import { IMMUTABLE, invalidValue, required } from '../field-errors.js';
import { each, fill, fillUnset, within } from '../fill.js';
import { jsonEqual } from '../json-equal.js';
import type { Strategy } from '../resource.js';
import { dnsLabelProblems } from '../names.js';
import { validateJobSpec } from '../validation/job-spec.js';
import { validateJobTemplateUpdate } from '../validation/job-template-update.js';
import { validateSelector } from '../validation/selectors.js';
import { matchesSelector } from '../../selectors/label-selector.js';
import { validateJobStatus } from '../validation/status/job-status.js';

const CONTROLLER_UID = 'batch.kubernetes.io/controller-uid';
const JOB_NAME = 'batch.kubernetes.io/job-name';
/** What a job whose indexes have limits of their own gets as its common limit. */
const NO_LIMIT = 2_147_483_647;

function defaultSpec(spec: JobSpec): JobSpec {
  const neither = spec.completions === undefined && spec.parallelism === undefined;
  const filled = fillUnset(spec, {
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
  // Labels somebody gave it are left alone: if they are wrong, they are refused.
  const labels = {
    [CONTROLLER_UID]: uid,
    'controller-uid': uid,
    [JOB_NAME]: name,
    'job-name': name,
    ...spec.template?.metadata?.labels,
  };
  // Labels the job took from its template grow with those.
  const isShared = metadata.labels !== undefined && metadata.labels === spec.template?.metadata?.labels;
  return {
    ...job,
    ...(isShared && { metadata: { ...metadata, labels } }),
    spec: {
      ...spec,
      selector: { ...spec.selector, matchLabels: { [CONTROLLER_UID]: uid, ...spec.selector?.matchLabels } },
      template: { ...spec.template, metadata: { ...spec.template?.metadata, labels } },
    },
  };
}

/** A job without labels has those of its pods. */
function withLabels(job: Job): Job {
  const labels = job.spec?.template?.metadata?.labels;
  return labels && !job.metadata.labels ? { ...job, metadata: { ...job.metadata, labels } } : job;
}

/** One that can't be read matches nothing, which need not be said as well. */
const isSound = (selector: LabelSelector): boolean =>
  validateSelector(selector, 'spec.selector').length === 0;

function validateWhole(given: JobSpec | undefined): FieldError[] {
  const spec = given ?? ({} as JobSpec);
  const labels = spec.template?.metadata?.labels;
  return [
    ...validateJobSpec(spec, 'spec'),
    ...(spec.selector ? validateSelector(spec.selector, 'spec.selector') : [required('spec.selector')]),
    ...(spec.selector && (!isSound(spec.selector) || matchesSelector(spec.selector, labels))
      ? []
      : [
          invalidValue(
            'spec.template.metadata.labels',
            labels,
            '`selector` does not match template `labels`',
          ),
        ]),
  ];
}

/** Labels that were made for a job must be its own (validateGeneratedSelector). Jobs of older clusters lack the newer ones. */
function validateGenerated({ metadata, spec }: Job, old?: Job): FieldError[] {
  if (!spec?.selector || spec.manualSelector) return [];
  const { uid = '', name = '' } = metadata;
  const labels = spec.template?.metadata?.labels ?? {};
  const had = old?.spec?.template?.metadata?.labels;
  const made = [
    ['controller-uid', uid],
    ['job-name', name],
    ...(old && !(had && JOB_NAME in had && CONTROLLER_UID in had)
      ? []
      : [
          [CONTROLLER_UID, uid],
          [JOB_NAME, name],
        ]),
  ];
  const missing = made.flatMap(([key = '', value = '']) => {
    const at = `spec.template.metadata.labels[${key}]`;
    if (labels[key] === value) return [];
    return labels[key] === undefined
      ? [required(at, `must be '${value}'`)]
      : [invalidValue(at, labels, `must be '${value}'`)];
  });
  return !isSound(spec.selector) || matchesSelector(spec.selector, Object.fromEntries(made))
    ? missing
    : [...missing, invalidValue('spec.selector', spec.selector, '`selector` not auto-generated')];
}

/** The last pod's host name has the job's name in it. */
function validateHostname({ metadata: { name = '' }, spec }: Job): FieldError[] {
  if (spec?.completionMode !== 'Indexed' || (spec.completions ?? 0) <= 0) return [];
  const last = `${name}-${(spec.completions ?? 0) - 1}`;
  return dnsLabelProblems(last).length === 0
    ? []
    : [invalidValue('metadata.name', name, `will not able to create pod with invalid DNS label: ${last}`)];
}

function validateChanges(spec: JobSpec | undefined, job: Job): FieldError[] {
  const { spec: old } = job;
  const errors: FieldError[] = [];
  const fixed = (key: keyof JobSpec) => {
    if (!jsonEqual(spec?.[key], old?.[key])) errors.push(invalidValue(`spec.${key}`, spec?.[key], IMMUTABLE));
  };
  if (spec?.completionMode !== 'Indexed') fixed('completions');
  else if (
    spec.completions !== undefined &&
    spec.completions !== old?.completions &&
    spec.completions !== spec.parallelism
  )
    errors.push(
      invalidValue(
        'spec.completions',
        spec.completions,
        'can only be modified in tandem with spec.parallelism',
      ),
    );
  fixed('selector');
  errors.push(...validateJobTemplateUpdate(spec?.template, job));
  for (const key of [
    'completionMode',
    'podFailurePolicy',
    'backoffLimitPerIndex',
    'managedBy',
    'successPolicy',
  ] as const)
    fixed(key);
  return errors;
}

const validateJob = (job: Job, old?: Job): FieldError[] => [
  ...validateGenerated(job, old),
  ...validateWhole(job.spec),
  ...validateHostname(job),
];

/** batch/v1 Job. */
export const jobStrategy: Strategy<Job> = {
  defaults: (job) => withLabels(within(job, 'spec', defaultSpec)),
  prepareForCreate: (job) => withLabels(withSelector(job)),
  prepareForUpdate: (job) => job,
  validate: (job) => validateJob(job),
  validatesUpdateAlone: true,
  // Kubernetes tells what is wrong with the whole once for the job and once for the change.
  validateUpdate: (job, old) =>
    job.spec === old.spec
      ? []
      : [...validateJob(job, old), ...validateWhole(job.spec), ...validateChanges(job.spec, old)],
  selectableFields: ({ status }) => ({ 'status.successful': String(status?.succeeded ?? 0) }),
  defaultPropagation: 'Orphan',
  validateStatus: validateJobStatus,
};
