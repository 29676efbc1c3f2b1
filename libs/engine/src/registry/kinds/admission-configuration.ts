import type {
  MatchResources,
  MutatingWebhookConfiguration,
  NamedRuleWithOperations,
  RuleWithOperations,
  ValidatingAdmissionPolicy,
  ValidatingWebhookConfiguration,
} from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import { celProblem, compileCel } from '../../crds/cel.js';
import { invalidValue, notSupported, required } from '../field-errors.js';
import { each, fill, within } from '../fill.js';
import type { Strategy } from '../resource.js';

type Webhook = NonNullable<MutatingWebhookConfiguration['webhooks']>[number];

const defaultRule = <T extends RuleWithOperations | NamedRuleWithOperations>(rule: T): T =>
  fill(rule as RuleWithOperations, { scope: '*' }) as T;

function defaultWebhook<T extends Webhook | NonNullable<ValidatingWebhookConfiguration['webhooks']>[number]>(
  webhook: T,
): T {
  const filled = fill(webhook as Webhook, {
    failurePolicy: 'Fail',
    matchPolicy: 'Equivalent',
    namespaceSelector: {},
    objectSelector: {},
    timeoutSeconds: 10,
  });
  const ruled = within(filled, 'rules', (rules) => each(rules, defaultRule));
  return within(ruled, 'clientConfig', (config) =>
    within(config, 'service', (service) => fill(service, { port: 443 })),
  ) as T;
}

/** admissionregistration.k8s.io/v1 */
export const mutatingWebhookStrategy: Strategy<MutatingWebhookConfiguration> = {
  defaults: (configuration) =>
    within(configuration, 'webhooks', (webhooks) =>
      each(webhooks, (webhook) => fill(defaultWebhook(webhook), { reinvocationPolicy: 'Never' })),
    ),
  validate: ({ webhooks }) => validateWebhooks(webhooks ?? []),
};

/** admissionregistration.k8s.io/v1 */
export const validatingWebhookStrategy: Strategy<ValidatingWebhookConfiguration> = {
  defaults: (configuration) =>
    within(configuration, 'webhooks', (webhooks) => each(webhooks, defaultWebhook)),
  validate: ({ webhooks }) => validateWebhooks(webhooks ?? []),
};

function validateWebhooks(
  webhooks: readonly { admissionReviewVersions?: string[]; sideEffects?: string; name?: string }[],
) {
  const errors = [];
  for (const [index, webhook] of webhooks.entries()) {
    const at = `webhooks[${index}]`;
    if (!webhook.name) errors.push(required(`${at}.name`));
    if ((webhook.admissionReviewVersions ?? []).length === 0)
      errors.push(required(`${at}.admissionReviewVersions`, 'must specify one of v1, v1beta1'));
    if (!webhook.sideEffects)
      errors.push(required(`${at}.sideEffects`, 'must specify one of None, NoneOnDryRun'));
    else if (!['None', 'NoneOnDryRun'].includes(webhook.sideEffects))
      errors.push(notSupported(`${at}.sideEffects`, webhook.sideEffects, ['None', 'NoneOnDryRun']));
  }
  return errors;
}

const defaultMatch = (match: MatchResources): MatchResources =>
  within(
    fill(match, { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} }),
    'resourceRules',
    (rules) => each(rules, defaultRule),
  );

/** Every expression of a policy must be CEL: a policy that can't be evaluated refuses everything. */
function validateExpressions(expressions: readonly { expression?: string }[], field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, { expression = '' }] of expressions.entries()) {
    const at = `${field}[${index}].expression`;
    if (!expression.trim()) errors.push(required(at, 'expression is not specified'));
    else {
      try {
        compileCel(expression);
      } catch (error) {
        errors.push(invalidValue(at, expression, `compilation failed: ${celProblem(error)}`));
      }
    }
  }
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
    const {
      validations = [],
      auditAnnotations = [],
      matchConditions = [],
      variables = [],
      matchConstraints,
    } = spec;
    const errors = [
      ...validateExpressions(validations, 'spec.validations'),
      ...validateExpressions(matchConditions, 'spec.matchConditions'),
      ...validateExpressions(variables, 'spec.variables'),
    ];
    if (validations.length === 0 && auditAnnotations.length === 0)
      errors.push(
        required('spec.validations', 'validations or auditAnnotations must contain at least one item'),
      );
    if (!matchConstraints) errors.push(required('spec.matchConstraints'));
    return errors;
  },
};
