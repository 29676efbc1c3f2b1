import { ApiError, isApiError } from '../api/api-error.js';
import type { Admission, AdmissionRequest } from './admission-request.js';
import { SeededRandom } from '../random.js';
import type { StoredObject } from '../store/stored-object.js';
import { claimResize } from './claim-resize.js';
import { defaultIngressClass } from './default-ingress-class.js';
import { defaultStorageClass } from './default-storage-class.js';
import { defaultTolerationSeconds } from './default-toleration-seconds.js';
import { limitRanger } from './limit-ranger.js';
import { mutatingAdmissionPolicy } from './mutating-admission-policy.js';
import { namespaceLifecycle } from './namespace-lifecycle.js';
import type { AdmissionContext, AdmissionPlugin, Invocation } from './plugin.js';
import { nodeRestriction } from './node-restriction/node-restriction.js';
import { podResize } from './pod-resize.js';
import { podSecurity } from './pod-security.js';
import { podTopologyLabels } from './pod-topology-labels.js';
import { priority } from './priority.js';
import { resourceQuota } from './resource-quota.js';
import { runtimeClass } from './runtime-class.js';
import { serviceAccount } from './service-account.js';
import { storageObjectInUseProtection } from './storage-object-protection.js';
import { terminatingDefinition } from './terminating-definition.js';
import { validatingAdmissionPolicy } from './validating-admission-policy.js';
import { webhookNotice } from './webhook-notice.js';
import { mutatingWebhooks } from './webhooks/mutating-webhooks.js';
import { validatingWebhooks } from './webhooks/validating-webhooks.js';

/** The plugins Kubernetes runs by default, in its order; a new one is a file here and a line below. */
export const DEFAULT_PLUGINS: readonly AdmissionPlugin[] = [
  terminatingDefinition,
  namespaceLifecycle,
  limitRanger,
  serviceAccount,
  nodeRestriction,
  podSecurity,
  priority,
  defaultTolerationSeconds,
  defaultStorageClass,
  storageObjectInUseProtection,
  claimResize,
  podResize,
  runtimeClass,
  defaultIngressClass,
  podTopologyLabels,
  webhookNotice,
  mutatingAdmissionPolicy,
  mutatingWebhooks,
  validatingAdmissionPolicy,
  validatingWebhooks,
  resourceQuota,
];

/** Runs every write past the plugins. The chain is synchronous: webhooks/webhooks.ts says how it waits for the network. */
export class AdmissionChain implements Admission {
  readonly #context: AdmissionContext;
  readonly #rehearsal: AdmissionContext;
  readonly #admitting: readonly AdmissionPlugin[];
  readonly #validating: readonly AdmissionPlugin[];

  constructor(context: AdmissionContext, plugins: readonly AdmissionPlugin[] = DEFAULT_PLUGINS) {
    this.#context = context;
    const rehearsal = new SeededRandom('dry run');
    this.#rehearsal = { ...context, random: context.webhooks?.steady(rehearsal) ?? rehearsal };
    this.#admitting = plugins.filter((plugin) => 'admit' in plugin);
    this.#validating = plugins.filter((plugin) => 'validate' in plugin);
  }

  admit(request: AdmissionRequest): StoredObject {
    const context = request.dryRun ? this.#rehearsal : this.#context;
    const invocation: Invocation = {
      isAgain: false,
      isChanged: false,
      earlier: new Set(),
      repeated: new Set(),
      lastOutput: undefined,
      policies: { earlier: new Set(), repeated: new Set(), lastOutput: undefined },
    };
    try {
      const object = this.#pass(request, { ...context, invocation });
      if (!invocation.isChanged) return object;
      // Once more, and only once: what the last one changes is not seen by the others (admission/reinvocation.go).
      return this.#pass({ ...request, object }, { ...context, invocation: { ...invocation, isAgain: true } });
    } catch (error) {
      throw aboutGivenName(error, request);
    }
  }

  #pass(request: AdmissionRequest, context: AdmissionContext): StoredObject {
    let { object } = request;
    for (const plugin of this.#admitting) object = plugin.admit?.({ ...request, object }, context) ?? object;
    return object;
  }

  validate(request: AdmissionRequest): void {
    try {
      for (const plugin of this.#validating) plugin.validate?.(request, this.#context);
    } catch (error) {
      throw aboutGivenName(error, request);
    }
  }
}

/**
 * A refused object has no name yet when the server was to make one: the refusal names what the client gave
 * (admission.NewForbidden). So a controller that tries again gets the same words again, and has nothing new to write down.
 */
function aboutGivenName(error: unknown, { operation, object: { metadata } }: AdmissionRequest): unknown {
  const { name, generateName } = metadata;
  if (operation !== 'CREATE' || !generateName || !name || !isApiError(error)) return error;
  const { message = '', details } = error.status;
  return new ApiError(error.code, error.reason, message.replace(`"${name}"`, `"${generateName}"`), {
    ...details,
    name: generateName,
  });
}
