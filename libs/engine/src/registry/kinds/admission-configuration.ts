import type {
  MatchResources,
  MutatingWebhookConfiguration,
  NamedRuleWithOperations,
  RuleWithOperations,
  ValidatingAdmissionPolicy,
  ValidatingWebhookConfiguration,
} from '../../types/index.js';
import { notSupported, required } from '../field-errors.js';
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

/** admissionregistration.k8s.io/v1 */
export const validatingAdmissionPolicyStrategy: Strategy<ValidatingAdmissionPolicy> = {
  defaults: (policy) =>
    within(policy, 'spec', (spec) =>
      within(fill(spec, { failurePolicy: 'Fail' }), 'matchConstraints', defaultMatch),
    ),
};
