import type { JobSpec } from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import { invalidValue, notSupported, required, tooLong } from '../field-errors.js';
import { LONGEST_LABEL } from '../names.js';
import { validateFailurePolicy, validateSuccessPolicy } from './job-policies.js';
import { nonNegative } from './numbers.js';
import { validatePrefixedPath } from './paths.js';
import { validateTemplate } from './pod-spec.js';

const MODES = ['NonIndexed', 'Indexed'];
const MOST_INDEXES_AT_ONCE = 100_000;
const MANY_COMPLETIONS = 100_000;
const LIMIT_FOR_MANY = 10_000;
const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const;

/** What a job is checked for, and the job a CronJob makes (validateJobSpec). */
export function validateJobSpec(spec: JobSpec, field: string): FieldError[] {
  const errors: FieldError[] = COUNTS.flatMap((key) => nonNegative(spec[key], `${field}.${key}`));
  const { completionMode, podFailurePolicy, managedBy, successPolicy } = spec;
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined)
    errors.push(required(`${field}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'));
  if (managedBy !== undefined)
    errors.push(
      ...validatePrefixedPath(managedBy, `${field}.managedBy`),
      ...(managedBy.length > LONGEST_LABEL ? [tooLong(`${field}.managedBy`, LONGEST_LABEL)] : []),
    );
  if (completionMode !== undefined && !MODES.includes(completionMode))
    errors.push(notSupported(`${field}.completionMode`, completionMode, MODES));
  const isIndexed = completionMode === 'Indexed';
  errors.push(...(isIndexed ? validateIndexed(spec, field) : []));
  if (completionMode === undefined || completionMode === 'NonIndexed')
    for (const key of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const)
      if (spec[key] !== undefined)
        errors.push(invalidValue(`${field}.${key}`, spec[key], 'requires indexed completion mode'));
  errors.push(...validateFailurePolicy(spec, `${field}.podFailurePolicy`));
  if (successPolicy && !isIndexed)
    errors.push(invalidValue(`${field}.successPolicy`, successPolicy, 'requires indexed completion mode'));
  // Without completions there is nothing to count against; that they are missing is said above.
  else if (successPolicy && spec.completions !== undefined)
    errors.push(...validateSuccessPolicy(spec, `${field}.successPolicy`));
  const replacements = podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  const replacement = spec.podReplacementPolicy;
  if (replacement !== undefined && !replacements.includes(replacement))
    errors.push(notSupported(`${field}.podReplacementPolicy`, replacement, replacements));
  return [
    ...errors,
    ...validateTemplate(spec.template, `${field}.template`),
    ...validateRestart(spec, field),
  ];
}

function validateRestart({ template, podFailurePolicy }: JobSpec, field: string): FieldError[] {
  const at = `${field}.template.spec.restartPolicy`;
  const policy = template?.spec?.restartPolicy ?? '';
  if (policy === 'Always' || policy === '') return [required(at, 'valid values: "OnFailure", "Never"')];
  if (!['OnFailure', 'Never'].includes(policy)) return [notSupported(at, policy, ['OnFailure', 'Never'])];
  return podFailurePolicy && policy !== 'Never'
    ? [invalidValue(at, policy, 'only "Never" is supported when podFailurePolicy is specified')]
    : [];
}

function validateIndexed(spec: JobSpec, field: string): FieldError[] {
  const { completions, parallelism = 0, maxFailedIndexes } = spec;
  const errors: FieldError[] = [];
  if (completions === undefined)
    errors.push(required(`${field}.completions`, 'when completion mode is Indexed'));
  const atMost = (key: string, value: number, most: number, when = '') => {
    if (value > most)
      errors.push(invalidValue(`${field}.${key}`, value, `must be less than or equal to ${most}${when}`));
  };
  atMost('parallelism', parallelism, MOST_INDEXES_AT_ONCE, ' when completion mode is Indexed');
  if (completions !== undefined && maxFailedIndexes !== undefined && maxFailedIndexes > completions)
    errors.push(
      invalidValue(
        `${field}.maxFailedIndexes`,
        maxFailedIndexes,
        'must be less than or equal to completions',
      ),
    );
  atMost('maxFailedIndexes', maxFailedIndexes ?? 0, MOST_INDEXES_AT_ONCE);
  if ((completions ?? 0) <= MANY_COMPLETIONS || spec.backoffLimitPerIndex === undefined) return errors;
  if (maxFailedIndexes === undefined)
    errors.push(
      required(
        `${field}.maxFailedIndexes`,
        `must be specified when completions is above ${MANY_COMPLETIONS}`,
      ),
    );
  const when = ` when completions are above ${MANY_COMPLETIONS} and used with backoff limit per index`;
  atMost('parallelism', parallelism, LIMIT_FOR_MANY, when);
  atMost('maxFailedIndexes', maxFailedIndexes ?? 0, LIMIT_FOR_MANY, when);
  return errors;
}
