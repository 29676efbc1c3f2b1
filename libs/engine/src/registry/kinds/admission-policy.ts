import type { FieldError } from '../../api/api-error.js';
import type {
  MatchResources,
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicyBinding,
  MutatingAdmissionPolicySpec,
  Mutation,
  NamedRuleWithOperations,
  ParamRef,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingAdmissionPolicySpec,
} from '../../types/index.js';
import { duplicate, forbiddenField, invalidValue, notSupported, required } from '../field-errors.js';
import { each, fill, within } from '../fill.js';
import type { Strategy } from '../resource.js';
import {
  CONDITION_VARIABLES,
  validateConditions,
  validateExpression,
  validateRules,
} from '../validation/admission-rules.js';
import { validateSelector } from '../validation/selectors.js';

const FAILURE_POLICIES = ['Fail', 'Ignore'];
const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge', 'Unauthorized'];
const PATCH_TYPES = ['ApplyConfiguration', 'JSONPatch'];
const REINVOCATION_POLICIES = ['IfNeeded', 'Never'];
const ACTIONS = ['Audit', 'Deny', 'Warn'];

const defaultRules = (rules: NamedRuleWithOperations[]): NamedRuleWithOperations[] =>
  each(rules, (rule) => fill(rule, { scope: '*' }));

const defaultMatch = (match: MatchResources): MatchResources =>
  within(
    within(
      fill(match, { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} }),
      'resourceRules',
      defaultRules,
    ),
    'excludeResourceRules',
    defaultRules,
  );

type PolicySpec = Pick<
  ValidatingAdmissionPolicySpec & MutatingAdmissionPolicySpec,
  'failurePolicy' | 'matchConditions' | 'matchConstraints' | 'paramKind' | 'variables'
>;

/** What both kinds of policies have in common, and what their other expressions may name. */
function validatePolicy({
  failurePolicy = 'Fail',
  matchConditions,
  matchConstraints,
  paramKind,
  variables = [],
}: PolicySpec): { errors: FieldError[]; names: ReadonlySet<string> } {
  const errors: FieldError[] = [];
  if (!FAILURE_POLICIES.includes(failurePolicy))
    errors.push(notSupported('spec.failurePolicy', failurePolicy, FAILURE_POLICIES));
  if (paramKind && !paramKind.apiVersion) errors.push(required('spec.paramKind.apiVersion'));
  if (paramKind && !paramKind.kind) errors.push(required('spec.paramKind.kind'));
  const names = new Set([...CONDITION_VARIABLES, 'namespaceObject', 'variables']);
  if (paramKind) names.add('params');
  if (!matchConstraints) errors.push(required('spec.matchConstraints'));
  else errors.push(...validateMatch(matchConstraints, 'spec.matchConstraints', true));
  errors.push(...validateConditions(matchConditions, 'spec.matchConditions', names));
  for (const [index, { name, expression }] of variables.entries()) {
    const at = `spec.variables[${index}]`;
    if (!name) errors.push(required(`${at}.name`, 'name is not specified'));
    else if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      errors.push(invalidValue(`${at}.name`, name, 'must be a valid CEL identifier'));
    errors.push(...validateExpression(expression, `${at}.expression`, names, 'expression is not specified'));
  }
  return { errors, names };
}

function validateMatch(match: MatchResources, field: string, needsRules: boolean): FieldError[] {
  const { resourceRules = [], excludeResourceRules = [] } = match;
  return [
    ...(needsRules && resourceRules.length === 0 ? [required(`${field}.resourceRules`)] : []),
    ...validateRules(resourceRules, `${field}.resourceRules`),
    ...validateRules(excludeResourceRules, `${field}.excludeResourceRules`),
    ...validateSelector(match.namespaceSelector, `${field}.namespaceSelector`),
    ...validateSelector(match.objectSelector, `${field}.objectSelector`),
  ];
}

function validateParam(reference: ParamRef | undefined): FieldError[] {
  if (!reference) return [];
  const errors: FieldError[] = [];
  const { name, selector, parameterNotFoundAction: action } = reference;
  if (name && selector)
    for (const field of ['name', 'selector'])
      errors.push(forbiddenField(`spec.paramRef.${field}`, 'name and selector are mutually exclusive'));
  if (!name && !selector) errors.push(required('spec.paramRef', 'one of name or selector must be specified'));
  errors.push(...validateSelector(selector, 'spec.paramRef.selector'));
  if (!action) errors.push(required('spec.paramRef.parameterNotFoundAction'));
  else if (action !== 'Allow' && action !== 'Deny')
    errors.push(notSupported('spec.paramRef.parameterNotFoundAction', action, ['Allow', 'Deny']));
  return errors;
}

function validateValidations(
  { validations = [], auditAnnotations = [] }: ValidatingAdmissionPolicySpec,
  names: ReadonlySet<string>,
): FieldError[] {
  const errors: FieldError[] = [];
  if (validations.length === 0 && auditAnnotations.length === 0)
    for (const field of ['validations', 'auditAnnotations'])
      errors.push(
        required(`spec.${field}`, 'validations or auditAnnotations must contain at least one item'),
      );
  for (const [index, { expression, message, messageExpression, reason }] of validations.entries()) {
    const at = `spec.validations[${index}]`;
    errors.push(...validateExpression(expression, `${at}.expression`, names, 'expression is not specified'));
    if (messageExpression !== undefined && messageExpression !== '') {
      if (messageExpression.trim() === '')
        errors.push(
          invalidValue(`${at}.messageExpression`, messageExpression, 'must be non-empty if specified'),
        );
      else errors.push(...validateExpression(messageExpression, `${at}.messageExpression`, names));
    }
    if (message !== undefined && message !== '' && message.trim() === '')
      errors.push(invalidValue(`${at}.message`, message, 'must be non-empty if specified'));
    else if (message?.trim().includes('\n'))
      errors.push(invalidValue(`${at}.message`, message, 'must not contain line breaks'));
    else if (!message && !messageExpression && expression?.trim().includes('\n'))
      errors.push(required(`${at}.message`, 'message must be specified if expression contains line breaks'));
    if (reason !== undefined && !REASONS.includes(reason))
      errors.push(notSupported(`${at}.reason`, reason, REASONS));
  }
  const seen = new Set<string>();
  for (const [index, { key, valueExpression }] of auditAnnotations.entries()) {
    const at = `spec.auditAnnotations[${index}]`;
    if (!key) errors.push(required(`${at}.key`));
    else if (seen.has(key)) errors.push(duplicate(`${at}.key`, key));
    seen.add(key);
    errors.push(
      ...validateExpression(
        valueExpression,
        `${at}.valueExpression`,
        names,
        'valueExpression is not specified',
      ),
    );
  }
  return errors;
}

function validateMutation(
  { patchType, applyConfiguration, jsonPatch }: Mutation,
  field: string,
  names: ReadonlySet<string>,
): FieldError[] {
  if (!patchType) return [required(`${field}.patchType`)];
  if (!PATCH_TYPES.includes(patchType)) return [notSupported(`${field}.patchType`, patchType, PATCH_TYPES)];
  const isPatch = patchType === 'JSONPatch';
  const [name, wanted] = isPatch
    ? (['jsonPatch', jsonPatch] as const)
    : (['applyConfiguration', applyConfiguration] as const);
  const [otherName, other] = isPatch
    ? (['applyConfiguration', applyConfiguration] as const)
    : (['jsonPatch', jsonPatch] as const);
  const errors = wanted
    ? validateExpression(wanted.expression, `${field}.${name}.expression`, names)
    : [required(`${field}.${name}`, `must be specified when patchType is ${patchType}`)];
  if (other)
    errors.push(
      invalidValue(
        `${field}.${otherName}`,
        `{${otherName}}`,
        `must not be specified when patchType is ${patchType}`,
      ),
    );
  return errors;
}

/** admissionregistration.k8s.io/v1 */
export const validatingAdmissionPolicyStrategy: Strategy<ValidatingAdmissionPolicy> = {
  defaults: (policy) =>
    within(policy, 'spec', (spec) =>
      within(fill(spec, { failurePolicy: 'Fail' }), 'matchConstraints', defaultMatch),
    ),
  validate({ spec }) {
    if (!spec) return [required('spec')];
    const { errors, names } = validatePolicy(spec);
    return [...errors, ...validateValidations(spec, names)];
  },
};

/** admissionregistration.k8s.io/v1 */
export const mutatingAdmissionPolicyStrategy: Strategy<MutatingAdmissionPolicy> = {
  defaults: (policy) =>
    within(policy, 'spec', (spec) =>
      within(fill(spec, { failurePolicy: 'Fail' }), 'matchConstraints', defaultMatch),
    ),
  validate({ spec }) {
    if (!spec) return [required('spec')];
    const { errors, names } = validatePolicy(spec);
    const { mutations = [], reinvocationPolicy } = spec;
    if (mutations.length === 0)
      errors.push(required('spec.mutations', 'mutations must contain at least one item'));
    for (const [index, mutation] of mutations.entries())
      errors.push(...validateMutation(mutation, `spec.mutations[${index}]`, names));
    if (!reinvocationPolicy) errors.push(required('spec.reinvocationPolicy'));
    else if (!REINVOCATION_POLICIES.includes(reinvocationPolicy))
      errors.push(notSupported('spec.reinvocationPolicy', reinvocationPolicy, REINVOCATION_POLICIES));
    return errors;
  },
};

/** admissionregistration.k8s.io/v1 */
export const validatingAdmissionPolicyBindingStrategy: Strategy<ValidatingAdmissionPolicyBinding> = {
  defaults: (binding) => within(binding, 'spec', (spec) => within(spec, 'matchResources', defaultMatch)),
  validate({ spec }) {
    const { policyName, paramRef, matchResources } = spec ?? {};
    const validationActions = spec?.validationActions ?? [];
    const errors = policyName ? [] : [required('spec.policyName')];
    errors.push(...validateParam(paramRef));
    if (matchResources) errors.push(...validateMatch(matchResources, 'spec.matchResources', false));
    const field = 'spec.validationActions';
    for (const [index, action] of validationActions.entries()) {
      if (!ACTIONS.includes(action)) errors.push(notSupported(`${field}[${index}]`, action, ACTIONS));
      if (validationActions.indexOf(action) !== index) errors.push(duplicate(`${field}[${index}]`, action));
    }
    if (validationActions.includes('Deny') && validationActions.includes('Warn'))
      errors.push(
        invalidValue(
          field,
          validationActions,
          'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
        ),
      );
    if (validationActions.length === 0)
      errors.push(required(field, 'at least one validation action is required'));
    return errors;
  },
};

/** admissionregistration.k8s.io/v1 */
export const mutatingAdmissionPolicyBindingStrategy: Strategy<MutatingAdmissionPolicyBinding> = {
  defaults: (binding) => within(binding, 'spec', (spec) => within(spec, 'matchResources', defaultMatch)),
  validate({ spec }) {
    const { policyName, paramRef, matchResources } = spec ?? {};
    return [
      ...(policyName ? [] : [required('spec.policyName')]),
      ...validateParam(paramRef),
      ...(matchResources ? validateMatch(matchResources, 'spec.matchResources', false) : []),
    ];
  },
};
