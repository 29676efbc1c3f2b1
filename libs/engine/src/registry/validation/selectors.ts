import type { LabelSelector } from '../../types/index.js';
import { matchesSelector } from '../../selectors/label-selector.js';
import type { FieldError } from '../../api/api-error.js';
import { forbiddenField, invalidValue, required } from '../field-errors.js';
import { labelValueProblems, qualifiedNameProblems } from '../names.js';
import { validateLabels } from './metadata.js';

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

/** True when a selector has no requirement at all. */
export function isEmptySelector(selector: LabelSelector): boolean {
  return (
    Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0
  );
}

/** The requirements of a label selector (apimachinery meta/v1/validation). */
export function validateSelector(selector: LabelSelector | undefined, field: string): FieldError[] {
  if (!selector) return [];
  const errors = validateLabels(selector.matchLabels, `${field}.matchLabels`);
  for (const [index, requirement] of (selector.matchExpressions ?? []).entries()) {
    const at = `${field}.matchExpressions[${index}]`;
    const { key, operator, values = [] } = requirement;
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0)
        errors.push(required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    } else if (OPERATORS.includes(operator)) {
      if (values.length > 0)
        errors.push(
          forbiddenField(
            `${at}.values`,
            "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
          ),
        );
    } else {
      errors.push(invalidValue(`${at}.operator`, operator ?? '', 'not a valid selector operator'));
    }
    for (const problem of qualifiedNameProblems(key ?? ''))
      errors.push(invalidValue(`${at}.key`, key ?? '', problem));
    for (const [place, value] of values.entries()) {
      for (const problem of labelValueProblems(value))
        errors.push(invalidValue(`${at}.values[${place}]`, value, problem));
    }
  }
  return errors;
}

/** The selector of a workload: there, not empty, sound, and met by its own template. */
export function validateWorkloadSelector(
  selector: LabelSelector | undefined,
  templateLabels: Record<string, string> | undefined,
  kind: 'daemonset' | 'deployment' | 'replicaset' | 'statefulset',
): FieldError[] {
  const mismatch = invalidValue(
    'spec.template.metadata.labels',
    templateLabels ?? null,
    '`selector` does not match template `labels`',
  );
  const isLoose = kind === 'daemonset';
  // No selector at all matches nothing, not even what a template has no labels for.
  if (!selector) return isLoose ? [mismatch] : [required('spec.selector'), mismatch];
  const errors = validateSelector(selector, 'spec.selector');
  const isSound = errors.length === 0;
  if (isEmptySelector(selector)) {
    // Kubernetes has the words for replica sets from deployments.
    const named = kind === 'replicaset' ? 'deployment' : kind;
    errors.push(invalidValue('spec.selector', selector, `empty selector is invalid for ${named}`));
  } else if (isSound && !matchesSelector(selector, templateLabels)) errors.push(mismatch);
  if (!isSound && !isLoose)
    errors.push(
      invalidValue('spec.selector', selector, kind === 'statefulset' ? '' : 'invalid label selector'),
    );
  return errors;
}
