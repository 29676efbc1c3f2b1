import type {
  Affinity,
  LabelSelector,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
} from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import { forbiddenField, invalidEach, invalidValue, required } from '../field-errors.js';
import { dnsLabelProblems, dnsSubdomainProblems, labelValueProblems } from '../names.js';
import { labelName } from './paths.js';
import { validateSelector } from './selectors.js';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
const HEAVIEST = 100;

/** Where a pod wants to be (validateAffinity). */
export function validateAffinity(affinity: Affinity | undefined, field: string): FieldError[] {
  if (!affinity) return [];
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity;
  const errors: FieldError[] = [];
  const at = `${field}.nodeAffinity`;
  if (nodeAffinity?.[REQUIRED])
    errors.push(...validateNodeSelector(nodeAffinity[REQUIRED], `${at}.${REQUIRED}`));
  for (const [index, { weight, preference }] of (nodeAffinity?.[PREFERRED] ?? []).entries())
    errors.push(
      ...validateWeight(weight, `${at}.${PREFERRED}[${index}]`),
      ...validateTerm(preference, `${at}.${PREFERRED}[${index}].preference`, false),
    );
  return [
    ...errors,
    ...validatePodTerms(podAffinity, `${field}.podAffinity`),
    ...validatePodTerms(podAntiAffinity, `${field}.podAntiAffinity`),
  ];
}

/** Which nodes are meant: at least one term (ValidateNodeSelector). */
export function validateNodeSelector(selector: NodeSelector, field: string): FieldError[] {
  const at = `${field}.nodeSelectorTerms`;
  const terms = selector.nodeSelectorTerms ?? [];
  if (terms.length === 0) return [required(at, 'must have at least one node selector term')];
  return terms.flatMap((term, index) => validateTerm(term, `${at}[${index}]`, true));
}

/** Keys that are added to a selector by a pod's own labels. */
export function validateLabelKeys(
  field: string,
  match: readonly string[] = [],
  mismatch: readonly string[] = [],
  selector?: LabelSelector,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const [name, keys] of [
    ['matchLabelKeys', match],
    ['mismatchLabelKeys', mismatch],
  ] as const) {
    if (keys.length > 0 && !selector)
      errors.push(forbiddenField(`${field}.${name}`, 'must not be specified when labelSelector is not set'));
    else
      for (const [index, key] of keys.entries()) errors.push(...labelName(key, `${field}.${name}[${index}]`));
  }
  const known = new Set(Object.keys(selector?.matchLabels ?? {}));
  for (const { key } of selector?.matchExpressions ?? []) {
    const index = match.lastIndexOf(key);
    if (index >= 0 && known.has(key))
      errors.push(invalidValue(`${field}[${index}]`, key, 'exists in both matchLabelKeys and labelSelector'));
    known.add(key);
  }
  for (const [index, key] of match.entries())
    if (mismatch.includes(key))
      errors.push(
        invalidValue(
          `${field}.matchLabelKeys[${index}]`,
          key,
          'exists in both matchLabelKeys and mismatchLabelKeys',
        ),
      );
  return errors;
}

function validatePodTerms(affinity: PodAffinity | undefined, field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, term] of (affinity?.[REQUIRED] ?? []).entries())
    errors.push(...validatePodTerm(term, `${field}.${REQUIRED}[${index}]`));
  for (const [index, { weight, podAffinityTerm }] of (affinity?.[PREFERRED] ?? []).entries())
    errors.push(
      ...validateWeight(weight, `${field}.${PREFERRED}[${index}]`),
      ...validatePodTerm(podAffinityTerm, `${field}.${PREFERRED}[${index}].podAffinityTerm`),
    );
  return errors;
}

function validatePodTerm(term: Partial<PodAffinityTerm> | undefined, field: string): FieldError[] {
  const { labelSelector, namespaceSelector, namespaces, matchLabelKeys, mismatchLabelKeys, topologyKey } =
    term ?? {};
  return [
    ...validateSelector(labelSelector, `${field}.labelSelector`),
    ...validateSelector(namespaceSelector, `${field}.namespaceSelector`),
    ...(namespaces ?? []).flatMap((name) => invalidEach(`${field}.namespace`, name, dnsLabelProblems(name))),
    ...validateLabelKeys(field, matchLabelKeys, mismatchLabelKeys, labelSelector),
    ...(topologyKey ? [] : [required(`${field}.topologyKey`, 'can not be empty')]),
    ...labelName(topologyKey, `${field}.topologyKey`),
  ];
}

function validateWeight(weight: number | undefined, field: string): FieldError[] {
  const given = weight ?? 0;
  return given <= 0 || given > HEAVIEST
    ? [invalidValue(`${field}.weight`, given, 'must be in the range 1-100')]
    : [];
}

function validateTerm(
  term: NodeSelectorTerm | undefined,
  field: string,
  areValuesChecked: boolean,
): FieldError[] {
  return [
    ...(term?.matchExpressions ?? []).flatMap((requirement, index) =>
      validateRequirement(requirement, `${field}.matchExpressions[${index}]`, areValuesChecked),
    ),
    ...(term?.matchFields ?? []).flatMap((requirement, index) =>
      validateFieldRequirement(requirement, `${field}.matchFields[${index}]`),
    ),
  ];
}

function validateRequirement(
  { key, operator, values = [] }: NodeSelectorRequirement,
  field: string,
  areValuesChecked: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0)
      errors.push(required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0)
      errors.push(
        forbiddenField(
          `${field}.values`,
          "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
        ),
      );
  } else if (operator === 'Gt' || operator === 'Lt') {
    if (values.length !== 1)
      errors.push(
        required(`${field}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"),
      );
  } else errors.push(invalidValue(`${field}.operator`, operator ?? '', 'not a valid selector operator'));
  errors.push(...labelName(key, `${field}.key`));
  if (areValuesChecked)
    for (const [index, value] of values.entries())
      errors.push(...invalidEach(`${field}.values[${index}]`, value, labelValueProblems(value)));
  return errors;
}

function validateFieldRequirement(
  { key, operator, values = [] }: NodeSelectorRequirement,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (operator !== 'In' && operator !== 'NotIn')
    errors.push(invalidValue(`${field}.operator`, operator ?? '', 'not a valid selector operator'));
  else if (values.length !== 1)
    errors.push(
      required(
        `${field}.values`,
        "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
      ),
    );
  if (key !== 'metadata.name')
    return [...errors, invalidValue(`${field}.key`, key ?? '', 'not a valid field selector key')];
  for (const [index, value] of values.entries())
    errors.push(...invalidEach(`${field}.values[${index}]`, value, dnsSubdomainProblems(value)));
  return errors;
}
