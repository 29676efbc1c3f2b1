import type { FieldError } from '../../api/api-error.js';
import type {
  MutatingWebhookConfiguration,
  RuleWithOperations,
  ValidatingWebhookConfiguration,
  WebhookClientConfig,
} from '../../types/index.js';
import { duplicate, invalidEach, invalidValue, notSupported, required } from '../field-errors.js';
import { each, fill, fillUnset, within } from '../fill.js';
import { dns1035Problems, dnsSubdomainProblems, portNumberProblems } from '../names.js';
import type { Strategy } from '../resource.js';
import { policyExpressions } from '../../cel/policy-environment.js';
import { validateConditions, validateRules } from '../validation/admission-rules.js';
import { validateSelector } from '../validation/selectors.js';

type Webhook = NonNullable<MutatingWebhookConfiguration['webhooks']>[number];

const defaultRule = (rule: RuleWithOperations): RuleWithOperations => fillUnset(rule, { scope: '*' });

function defaultWebhook<T extends Webhook | NonNullable<ValidatingWebhookConfiguration['webhooks']>[number]>(
  webhook: T,
): T {
  const filled = fillUnset(webhook as Webhook, {
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
  allowUnconditionalUpdate: false,
  defaults: (configuration) =>
    within(configuration, 'webhooks', (webhooks) =>
      each(webhooks, (webhook) => fillUnset(defaultWebhook(webhook), { reinvocationPolicy: 'Never' })),
    ),
  validate: ({ webhooks }) => validateWebhooks(webhooks ?? []),
};

/** admissionregistration.k8s.io/v1 */
export const validatingWebhookStrategy: Strategy<ValidatingWebhookConfiguration> = {
  allowUnconditionalUpdate: false,
  defaults: (configuration) =>
    within(configuration, 'webhooks', (webhooks) => each(webhooks, defaultWebhook)),
  validate: ({ webhooks }) => validateWebhooks(webhooks ?? []),
};

function validateWebhooks(
  webhooks: readonly Webhook[] | NonNullable<ValidatingWebhookConfiguration['webhooks']>,
): FieldError[] {
  const names = new Set<string>();
  return webhooks.flatMap((webhook, index) => {
    const at = `webhooks[${index}]`;
    const errors = validateWebhook(webhook, at);
    if (webhook.name && names.has(webhook.name)) errors.push(duplicate(`${at}.name`, webhook.name));
    names.add(webhook.name);
    return errors;
  });
}

function validateWebhook(
  webhook: Webhook | NonNullable<ValidatingWebhookConfiguration['webhooks']>[number],
  at: string,
): FieldError[] {
  const { name, sideEffects, timeoutSeconds = 10, clientConfig } = webhook;
  const reviewVersions = webhook.admissionReviewVersions ?? [];
  const errors: FieldError[] = [];
  const choice = (field: string, value: string | undefined, allowed: readonly string[]): void => {
    if (value !== undefined && !allowed.includes(value))
      errors.push(notSupported(`${at}.${field}`, value, allowed));
  };
  if (!name) errors.push(required(`${at}.name`));
  else if (dnsSubdomainProblems(name).length > 0)
    errors.push(invalidValue(`${at}.name`, name, dnsSubdomainProblems(name).join(',')));
  else if (name.split('.').length < 3)
    errors.push(
      invalidValue(`${at}.name`, name, 'should be a domain with at least three segments separated by dots'),
    );
  errors.push(...validateRules(webhook.rules, `${at}.rules`));
  choice('failurePolicy', webhook.failurePolicy, ['Fail', 'Ignore']);
  choice('matchPolicy', webhook.matchPolicy, ['Equivalent', 'Exact']);
  if (sideEffects === undefined)
    errors.push(required(`${at}.sideEffects`, 'must specify one of None, NoneOnDryRun'));
  else choice('sideEffects', sideEffects, ['None', 'NoneOnDryRun']);
  if (timeoutSeconds < 1 || timeoutSeconds > 30)
    errors.push(
      invalidValue(
        `${at}.timeoutSeconds`,
        timeoutSeconds,
        'the timeout value must be between 1 and 30 seconds',
      ),
    );
  errors.push(...validateSelector(webhook.namespaceSelector, `${at}.namespaceSelector`));
  errors.push(...validateSelector(webhook.objectSelector, `${at}.objectSelector`));
  if ('reinvocationPolicy' in webhook)
    choice('reinvocationPolicy', webhook.reinvocationPolicy, ['IfNeeded', 'Never']);
  errors.push(...validateClientConfig(clientConfig, `${at}.clientConfig`));
  errors.push(...validateConditions(webhook.matchConditions, `${at}.matchConditions`, policyExpressions()));
  errors.push(...validateReviewVersions(reviewVersions, `${at}.admissionReviewVersions`));
  return errors;
}

function validateReviewVersions(versions: readonly string[], field: string): FieldError[] {
  if (versions.length === 0) return [required(field, 'must specify one of v1, v1beta1')];
  const errors: FieldError[] = [];
  for (const [index, version] of versions.entries()) {
    const at = `${field}[${index}]`;
    if (versions.indexOf(version) !== index) errors.push(invalidValue(at, version, 'duplicate version'));
    else for (const problem of dns1035Problems(version)) errors.push(invalidValue(at, version, problem));
  }
  if (!versions.includes('v1') && !versions.includes('v1beta1'))
    errors.push(invalidValue(field, versions, 'must include at least one of v1, v1beta1'));
  return errors;
}

/** How a webhook of any kind is reached. */
export function validateClientConfig(
  config: Partial<WebhookClientConfig> | undefined,
  field: string,
): FieldError[] {
  const { url, service } = config ?? {};
  if ((url === undefined) === (service === undefined))
    return [required(field, 'exactly one of url or service is required')];
  if (url !== undefined) return validateUrl(url, `${field}.url`);
  const errors: FieldError[] = [];
  const { name, namespace, port = 443, path } = service ?? {};
  // Kubernetes takes the one for the other when it says which is missing.
  if (!namespace) errors.push(required(`${field}.service.name`));
  if (!name) errors.push(required(`${field}.service.namespace`));
  for (const problem of portNumberProblems(port))
    errors.push(invalidValue(`${field}.service.port`, port, `port is not valid: ${problem}`));
  return [...errors, ...validateServicePath(path ?? '', `${field}.service.path`)];
}

/** A path of names (apiserver util/webhook/validation.go). */
function validateServicePath(path: string, field: string): FieldError[] {
  if (path === '' || path === '/') return [];
  if (path === '//') return [invalidValue(field, path, 'segment[0] may not be empty')];
  const errors = path.startsWith('/') ? [] : [invalidValue(field, path, "must start with a '/'")];
  const steps = path.slice(1).replace(/\/$/, '').split('/');
  return steps.reduce(
    (found, step, index) =>
      step === ''
        ? [...found, invalidValue(field, path, `segment[${index}] may not be empty`)]
        : [
            ...found,
            ...invalidEach(
              field,
              path,
              dnsSubdomainProblems(step).map((problem) => `segment[${index}]: ${problem}`),
            ),
          ],
    errors,
  );
}

/** Kubernetes parses with Go's url.Parse, which takes relative addresses too; those have neither scheme nor host here. */
function validateUrl(url: string, field: string): FieldError[] {
  const form = '; desired format: https://host[/path]';
  const [, scheme = '', authority = '', query, fragment] =
    /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?[^?#]*(?:\?([^#]*))?(?:#(.*))?$/s.exec(url) ?? [];
  const at = authority.lastIndexOf('@');
  const user = at < 0 ? undefined : authority.slice(0, at).replace(/:.*/s, ':xxxxx');
  const host = authority.slice(at + 1);
  const errors: FieldError[] = [];
  if (scheme.toLowerCase() !== 'https')
    errors.push(invalidValue(field, scheme, `'https' is the only allowed URL scheme${form}`));
  if (host === '') errors.push(invalidValue(field, host, `host must be specified${form}`));
  if (user !== undefined)
    errors.push(invalidValue(field, user, 'user information is not permitted in the URL'));
  if (fragment) errors.push(invalidValue(field, fragment, 'fragments are not permitted in the URL'));
  if (query) errors.push(invalidValue(field, query, 'query parameters are not permitted in the URL'));
  return errors;
}
