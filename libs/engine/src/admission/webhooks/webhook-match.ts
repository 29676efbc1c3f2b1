import type { AdmissionRequest } from '../admission-request.js';
import { forbidden } from '../../api/api-error.js';
import { resourceKey, type ResourceInfo } from '../../registry/resource.js';
import type { MutatingWebhook, ValidatingWebhook } from '../../types/index.js';
import { policyExpressions } from '../../cel/policy-environment.js';
import { admissionVariables } from '../cel-variables.js';
import { isPolicyOfAdmission, selectorsMatch } from '../match-rules.js';
import type { AdmissionContext } from '../plugin.js';
import { conditionsMatch } from '../policy-run.js';
import { versionByRules } from '../policy-version.js';

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
  const version = versionByRules(webhook.rules ?? [], webhook.matchPolicy, request, context);
  if (!version) return undefined;
  const { matchConditions = [] } = webhook;
  if (matchConditions.length === 0) return version;
  const variables = admissionVariables(request, context, null, version);
  const matched = conditionsMatch(matchConditions, policyExpressions(), variables);
  if (typeof matched === 'boolean') return matched ? version : undefined;
  if (webhook.failurePolicy === 'Ignore') return undefined;
  throw forbidden(resource, request.object.metadata.name ?? '', matched.problem);
}
