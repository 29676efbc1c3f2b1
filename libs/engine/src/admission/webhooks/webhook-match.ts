import type { AdmissionRequest } from '../../api/operations.js';
import { conversionOf, storageOf } from '../../api/conversion/conversion.js';
import { forbidden } from '../../api/api-error.js';
import { resourceKey, type ResourceInfo } from '../../registry/resource.js';
import type { MutatingWebhook, ValidatingWebhook } from '../../types/index.js';
import { admissionVariables, conditionsMatch } from '../cel-variables.js';
import { isPolicyOfAdmission, ruleMatches, selectorsMatch } from '../match-rules.js';
import type { AdmissionContext } from '../plugin.js';

/** Writes of the engine's own parts that webhooks are not asked about: heartbeats, events, and what only reports. */
const OWN_RECORDS = new Set(['/events', 'events.k8s.io/events', 'coordination.k8s.io/leases']);

/**
 * The version of the resource a webhook wants to see a request in; undefined when the request is none of its business.
 * Throws when its conditions can't be evaluated and it must not be passed by.
 */
export function versionForWebhook(
  webhook: MutatingWebhook | ValidatingWebhook,
  request: AdmissionRequest,
  context: AdmissionContext,
): ResourceInfo | undefined {
  const { requester, resource, subresource } = request;
  if (isPolicyOfAdmission(resource)) return undefined;
  if (requester.component && (subresource !== undefined || OWN_RECORDS.has(resourceKey(resource))))
    return undefined;
  if (!selectorsMatch(webhook, request, context.store)) return undefined;
  const rules = webhook.rules ?? [];
  let version = rules.some((rule) => ruleMatches(rule, request)) ? resource : undefined;
  if (!version && webhook.matchPolicy !== 'Exact') {
    const others = equivalents(resource, context);
    for (const rule of rules)
      version ??= others.find((other) => ruleMatches(rule, { ...request, resource: other }));
  }
  if (!version) return undefined;
  const { matchConditions = [] } = webhook;
  if (matchConditions.length === 0) return version;
  const variables = admissionVariables(request, context, null, []);
  const matched = conditionsMatch(matchConditions, variables);
  if (typeof matched === 'boolean') return matched ? version : undefined;
  if (webhook.failurePolicy === 'Ignore') return undefined;
  throw forbidden(resource, request.object.metadata.name ?? '', matched.problem);
}

/** The other versions the same objects are served in. */
function equivalents(resource: ResourceInfo, { registry }: AdmissionContext): ResourceInfo[] {
  const key = resourceKey(resource);
  return [...registry.all()].filter(
    (other) =>
      other !== resource &&
      (resourceKey(other) === key || conversionOf(other) !== undefined) &&
      resourceKey(storageOf(registry, other)) === key,
  );
}
