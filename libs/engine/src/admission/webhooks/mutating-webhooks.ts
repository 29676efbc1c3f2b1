import { applyJsonPatch, asJsonPatch, isJsonObject, type JsonValue } from '@lotse/manifests';
import { badRequest } from '../../api/api-error.js';
import { conversionOf } from '../../api/conversion/conversions.js';
import { decodeGiven } from '../../api/decode-given.js';
import { present } from '../../api/present.js';
import type { AdmissionRequest } from '../admission-request.js';
import { jsonEqual } from '../../registry/json-equal.js';
import type { ResourceInfo } from '../../registry/resource.js';
import type { StoredObject } from '../../store/stored-object.js';
import type { MutatingWebhook, MutatingWebhookConfiguration } from '../../types/index.js';
import type { AdmissionContext, AdmissionPlugin, Invocation } from '../plugin.js';
import { AdmissionPending } from './admission-pending.js';
import { partOf } from '../request-part.js';
import { byName, refuseSideEffects } from './validating-webhooks.js';
import { failedClosed, readVerdict, WebhookFailure } from './webhook-answer.js';
import { versionForWebhook } from './webhook-match.js';
import { isGenerated, questionFor, withIdentityOf } from './webhook-review.js';
import { WEBHOOK_CONFIGURATIONS } from './webhooks.js';

/**
 * Asks the webhooks that may change a request, one after the other. When one changed something, the chain runs once more,
 * and those that came before the change and want to see it (`reinvocationPolicy: IfNeeded`) are asked again.
 */
export const mutatingWebhooks: AdmissionPlugin = {
  name: 'MutatingAdmissionWebhook',
  admit(request, context) {
    const { webhooks, store, invocation } = context;
    if (!webhooks?.isActive || !invocation) return request.object;
    if (invocation.isAgain && !jsonEqual(invocation.lastOutput, request.object)) repeatEarlier(invocation);
    let { object } = request;
    const configurations = [...store.table(WEBHOOK_CONFIGURATIONS.mutating).objects.values()];
    for (const configuration of configurations.toSorted(byName)) {
      for (const webhook of (configuration as MutatingWebhookConfiguration).webhooks ?? []) {
        const id = `${configuration.metadata.name}/${webhook.name}`;
        object = invoke(webhook, id, { ...request, object }, context, invocation);
      }
    }
    invocation.lastOutput = object;
    return object;
  },
};

function invoke(
  webhook: MutatingWebhook,
  id: string,
  request: AdmissionRequest,
  context: AdmissionContext,
  invocation: Invocation,
): StoredObject {
  const version = versionForWebhook(webhook, request, context);
  if (!version || (invocation.isAgain && !invocation.repeated.has(id))) return request.object;
  refuseSideEffects(webhook, request);
  const question = questionFor(webhook, version, request, 'mutating', invocation.isAgain ? 1 : 0);
  const [answer] = context.webhooks?.ask([question]) ?? [];
  if (!answer) return request.object;
  let { object } = request;
  try {
    const { patch, warnings } = readVerdict(question.call, answer, 'mutating');
    for (const text of warnings) request.warn?.(text);
    if (patch !== undefined) object = patched(webhook.name, patch, version, request);
  } catch (error) {
    if (!(error instanceof WebhookFailure)) throw error;
    const isLeftOut = webhook.failurePolicy === 'Ignore' || context.webhooks?.forgives(error.message);
    if (isLeftOut !== true) throw failedClosed(error.message);
  }
  if (!jsonEqual(object, request.object)) {
    repeatEarlier(invocation);
    invocation.isChanged = true;
  }
  if (webhook.reinvocationPolicy === 'IfNeeded') invocation.earlier.add(id);
  return object;
}

function repeatEarlier({ earlier, repeated }: Invocation): void {
  for (const id of earlier) repeated.add(id);
  earlier.clear();
}

function patched(
  name: string,
  patch: JsonValue,
  version: ResourceInfo,
  request: AdmissionRequest,
): StoredObject {
  if (Array.isArray(patch) && patch.length === 0) return request.object;
  const part = partOf(request);
  if (request.operation === 'DELETE' || (part && !part.changed))
    throw failedClosed(
      `admission webhook ${JSON.stringify(name)} attempted to modify the object, which is not supported for this operation`,
    );
  try {
    if (part?.changed) {
      const changed: unknown = applyJsonPatch(part.shown(request.object, version), asJsonPatch(patch));
      if (!isJsonObject(changed)) throw badRequest('the patch leaves no object');
      return part.changed(request.object, changed, version);
    }
    const seen = withoutIdentity(request, present(request.object, version));
    const changed = applyJsonPatch(seen as unknown as JsonValue, asJsonPatch(patch)) as unknown;
    const decoded = decodeGiven(version, changed as StoredObject);
    return withIdentityOf(conversionOf(version)?.toStorage(decoded) ?? ofStorage(decoded, request), request);
  } catch (error) {
    if (error instanceof AdmissionPending) throw error;
    throw failedClosed(error instanceof Error ? error.message : String(error));
  }
}

/** The name the server made is not there yet when webhooks patch: `add /metadata/name` must not meet it. */
function withoutIdentity(request: AdmissionRequest, object: StoredObject): StoredObject {
  if (!isGenerated(request)) return object;
  const { name: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function ofStorage(
  object: StoredObject,
  { object: { apiVersion, kind }, resource }: AdmissionRequest,
): StoredObject {
  if (object.apiVersion === apiVersion) return object;
  const [converted] = resource.converter?.convert([object], apiVersion) ?? [];
  return converted ?? { ...object, apiVersion, kind };
}
