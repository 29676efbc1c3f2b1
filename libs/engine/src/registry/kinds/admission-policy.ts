import type { FieldError } from '../../api/api-error.js';
import type {
  AuditAnnotation,
  MatchResources,
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicyBinding,
  MutatingAdmissionPolicySpec,
  Mutation,
  NamedRuleWithOperations,
  ParamKind,
  ParamRef,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingAdmissionPolicySpec,
} from '../../types/index.js';
import {
  duplicate,
  forbiddenField,
  invalidEach,
  invalidValue,
  notSupported,
  required,
} from '../field-errors.js';
import { each, fillUnset, within } from '../fill.js';
import type { Strategy } from '../resource.js';
import {
  policyExpressions,
  PolicyExpressionError,
  type PolicyExpressions,
} from '../../cel/policy-environment.js';
import { validateConditions, validateExpression, validateRules } from '../validation/admission-rules.js';
import { dns1035Problems, dnsSubdomainProblems, qualifiedNameProblems } from '../names.js';
import { noneOrOneOf } from '../validation/paths.js';
import { validateSelector } from '../validation/selectors.js';
import { validatePolicyStatus } from '../validation/status/policy-status.js';
import type { Sent } from '../validation/sent.js';

const FAILURE_POLICIES = ['Fail', 'Ignore'];
const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const MATCH_POLICIES = ['Equivalent', 'Exact'];
const PATCH_TYPES = ['ApplyConfiguration', 'JSONPatch'];
const REINVOCATION_POLICIES = ['IfNeeded', 'Never'];
const ACTIONS = ['Audit', 'Deny', 'Warn'];
/** Annotations one policy may make, and the longest expression of one (apis/admissionregistration/validation). */
const MOST_ANNOTATIONS = 20;
const LONGEST_ANNOTATION_EXPRESSION = 5 * 1024;

const defaultRules = (rules: NamedRuleWithOperations[]): NamedRuleWithOperations[] =>
  each(rules, (rule) => fillUnset(rule, { scope: '*' }));

const defaultMatch = (match: MatchResources): MatchResources =>
  within(
    within(
      fillUnset(match, { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} }),
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

/** What both kinds of policies have in common. */
function validatePolicy(spec: PolicySpec): FieldError[] {
  const { failurePolicy = 'Fail', matchConditions, matchConstraints, paramKind, variables = [] } = spec;
  const expressions = policyExpressions(spec);
  const errors: FieldError[] = [];
  if (!FAILURE_POLICIES.includes(failurePolicy))
    errors.push(notSupported('spec.failurePolicy', failurePolicy, FAILURE_POLICIES));
  if (paramKind) errors.push(...validateParamKind(paramKind));
  if (!matchConstraints) errors.push(required('spec.matchConstraints'));
  else errors.push(...validateMatch(matchConstraints, 'spec.matchConstraints', true));
  errors.push(...validateConditions(matchConditions, 'spec.matchConditions', expressions));
  for (const [index, { name, expression = '' }] of variables.entries()) {
    const at = `spec.variables[${index}]`;
    if (!name) errors.push(required(`${at}.name`, 'name is not specified'));
    else if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      errors.push(invalidValue(`${at}.name`, name, 'must be a valid CEL identifier'));
    if (expression.trim() === '') errors.push(required(`${at}.expression`, 'expression is not specified'));
    else errors.push(...variableErrors(expressions, name, expression, `${at}.expression`));
  }
  return errors;
}

function variableErrors(
  expressions: PolicyExpressions,
  name: string,
  expression: string,
  field: string,
): FieldError[] {
  try {
    expressions.compileVariable(name);
    return [];
  } catch (error) {
    if (!(error instanceof PolicyExpressionError)) throw error;
    return [invalidValue(field, expression, error.message)];
  }
}

/** The kind of what a policy is set by, named as kinds of APIs are. */
function validateParamKind({ apiVersion = '', kind = '' }: Sent<ParamKind>): FieldError[] {
  const at = 'spec.paramKind.apiVersion';
  const parts = apiVersion.split('/');
  const [group, version] = parts.length === 1 ? ['', parts[0] ?? ''] : [parts[0] ?? '', parts[1] ?? ''];
  const joined = (field: string, value: string, problems: readonly string[], before = '') =>
    problems.length > 0 ? [invalidValue(field, value, `${before}${problems.join(',')}`)] : [];
  const errors: FieldError[] = [];
  if (apiVersion === '') errors.push(required(at));
  else if (parts.length > 2)
    errors.push(invalidValue(at, apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
  else
    errors.push(
      ...(group === '' ? [] : joined(at, group, dnsSubdomainProblems(group))),
      ...(version === ''
        ? [invalidValue(at, apiVersion, 'version must be specified')]
        : joined(at, version, dns1035Problems(version))),
    );
  if (kind === '') return [...errors, required('spec.paramKind.kind')];
  const told = 'may have mixed case, but should otherwise match: ';
  return [...errors, ...joined('spec.paramKind.kind', kind, dns1035Problems(kind.toLowerCase()), told)];
}

function validateMatch(match: MatchResources, field: string, needsRules: boolean): FieldError[] {
  const { resourceRules = [], excludeResourceRules = [] } = match;
  return [
    ...(needsRules && resourceRules.length === 0 ? [required(`${field}.resourceRules`)] : []),
    ...noneOrOneOf(match.matchPolicy, `${field}.matchPolicy`, MATCH_POLICIES),
    ...validateSelector(match.namespaceSelector, `${field}.namespaceSelector`),
    ...validateSelector(match.objectSelector, `${field}.objectSelector`),
    ...validateRules(resourceRules, `${field}.resourceRules`),
    ...validateRules(excludeResourceRules, `${field}.excludeResourceRules`),
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
    errors.push(notSupported('spec.paramRef.parameterNotFoundAction', action, ['Deny', 'Allow']));
  return errors;
}

function validateValidations(policy: string, spec: ValidatingAdmissionPolicySpec): FieldError[] {
  const { validations = [], auditAnnotations = [] } = spec;
  const expressions = policyExpressions(spec);
  const errors: FieldError[] = [];
  if (validations.length === 0 && auditAnnotations.length === 0)
    for (const field of ['validations', 'auditAnnotations'])
      errors.push(
        required(`spec.${field}`, 'validations or auditAnnotations must contain at least one item'),
      );
  for (const [index, { expression, message, messageExpression, reason }] of validations.entries()) {
    const at = `spec.validations[${index}]`;
    errors.push(
      ...validateExpression(
        expression,
        `${at}.expression`,
        expressions,
        'validation',
        'expression is not specified',
      ),
    );
    if (messageExpression !== undefined && messageExpression !== '') {
      if (messageExpression.trim() === '')
        errors.push(
          invalidValue(`${at}.messageExpression`, messageExpression, 'must be non-empty if specified'),
        );
      else
        errors.push(
          ...validateExpression(messageExpression, `${at}.messageExpression`, expressions, 'message'),
        );
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
  return [...errors, ...validateAnnotations(policy, auditAnnotations, expressions)];
}

function validateAnnotations(
  policy: string,
  annotations: readonly AuditAnnotation[],
  expressions: PolicyExpressions,
): FieldError[] {
  const errors: FieldError[] = [];
  if (annotations.length > MOST_ANNOTATIONS)
    errors.push(
      invalidValue(
        'spec.auditAnnotations',
        annotations,
        `must not have more than ${MOST_ANNOTATIONS} auditAnnotations`,
      ),
    );
  const seen = new Set<string>();
  for (const [index, annotation] of annotations.entries()) {
    const { key = '', valueExpression = '' } = annotation as Sent<AuditAnnotation>;
    const at = `spec.auditAnnotations[${index}]`;
    for (const problem of qualifiedNameProblems(`${policy}/${key}`))
      errors.push(invalidValue(`${at}.key`, `${policy}/${key}`, problem));
    const field = `${at}.valueExpression`;
    if (Buffer.byteLength(valueExpression.trim()) > LONGEST_ANNOTATION_EXPRESSION)
      errors.push(required(field, `must not exceed ${LONGEST_ANNOTATION_EXPRESSION} bytes in length`));
    else
      errors.push(
        ...validateExpression(
          valueExpression.trim(),
          field,
          expressions,
          'audit',
          'valueExpression is not specified',
        ),
      );
    if (seen.has(key)) errors.push(duplicate(`${at}.key`, key));
    seen.add(key);
  }
  return errors;
}

function validateMutation(
  { patchType, applyConfiguration, jsonPatch }: Mutation,
  field: string,
  expressions: PolicyExpressions,
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
    ? validateExpression(
        wanted.expression?.trim(),
        `${field}.${name}.expression`,
        expressions,
        isPatch ? 'patch' : 'apply',
      )
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
  allowUnconditionalUpdate: false,
  defaults: (policy) =>
    within(policy, 'spec', (spec) =>
      within(fillUnset(spec, { failurePolicy: 'Fail' }), 'matchConstraints', defaultMatch),
    ),
  validate({ spec, metadata }) {
    if (!spec) return [required('spec')];
    return [...validatePolicy(spec), ...validateValidations(metadata.name ?? '', spec)];
  },
  statusKeeps: 'metadata',
  validateStatus: validatePolicyStatus,
};

/** admissionregistration.k8s.io/v1 */
export const mutatingAdmissionPolicyStrategy: Strategy<MutatingAdmissionPolicy> = {
  allowUnconditionalUpdate: false,
  defaults: (policy) =>
    within(policy, 'spec', (spec) =>
      within(fillUnset(spec, { failurePolicy: 'Fail' }), 'matchConstraints', defaultMatch),
    ),
  validate({ spec }) {
    if (!spec) return [required('spec')];
    const errors = validatePolicy(spec);
    const { mutations = [], reinvocationPolicy } = spec;
    if (mutations.length === 0)
      errors.push(required('spec.mutations', 'mutations must contain at least one item'));
    for (const [index, mutation] of mutations.entries())
      errors.push(...validateMutation(mutation, `spec.mutations[${index}]`, policyExpressions(spec)));
    if (!reinvocationPolicy) errors.push(required('spec.reinvocationPolicy'));
    else if (!REINVOCATION_POLICIES.includes(reinvocationPolicy))
      errors.push(notSupported('spec.reinvocationPolicy', reinvocationPolicy, REINVOCATION_POLICIES));
    return errors;
  },
};

const validatePolicyName = (name: string | undefined): FieldError[] =>
  name ? invalidEach('spec.policyName', name, dnsSubdomainProblems(name)) : [required('spec.policyName')];

/** admissionregistration.k8s.io/v1 */
export const validatingAdmissionPolicyBindingStrategy: Strategy<ValidatingAdmissionPolicyBinding> = {
  allowUnconditionalUpdate: false,
  defaults: (binding) => within(binding, 'spec', (spec) => within(spec, 'matchResources', defaultMatch)),
  validate({ spec }) {
    const { policyName, paramRef, matchResources } = spec ?? {};
    const validationActions = spec?.validationActions ?? [];
    const errors = validatePolicyName(policyName);
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
  allowUnconditionalUpdate: false,
  defaults: (binding) => within(binding, 'spec', (spec) => within(spec, 'matchResources', defaultMatch)),
  validate({ spec }) {
    const { policyName, paramRef, matchResources } = spec ?? {};
    return [
      ...validatePolicyName(policyName),
      ...validateParam(paramRef),
      ...(matchResources ? validateMatch(matchResources, 'spec.matchResources', false) : []),
    ];
  },
};
