import { badRequest } from '../../api/api-error.js';
import type { AdmissionRequest } from '../admission-request.js';
import type { ValidatingWebhook, ValidatingWebhookConfiguration } from '../../types/index.js';
import type { AdmissionPlugin } from '../plugin.js';
import { failedClosed, readVerdict, WebhookFailure } from './webhook-answer.js';
import { versionForWebhook } from './webhook-match.js';
import { questionFor } from './webhook-review.js';
import { WEBHOOK_CONFIGURATIONS } from './webhooks.js';

/** Asks everybody who may refuse a request, all at once. */
export const validatingWebhooks: AdmissionPlugin = {
  name: 'ValidatingAdmissionWebhook',
  validate(request, context) {
    const { webhooks, store } = context;
    if (!webhooks?.isActive) return;
    const configurations = [...store.table(WEBHOOK_CONFIGURATIONS.validating).objects.values()];
    const asked: { webhook: ValidatingWebhook; question: ReturnType<typeof questionFor> }[] = [];
    for (const configuration of configurations.toSorted(byName)) {
      for (const webhook of (configuration as ValidatingWebhookConfiguration).webhooks ?? []) {
        const version = versionForWebhook(webhook, request, context);
        if (!version) continue;
        refuseSideEffects(webhook, request);
        asked.push({ webhook, question: questionFor(webhook, version, request, 'validating', 0) });
      }
    }
    if (asked.length === 0) return;
    const answers = webhooks.ask(asked.map(({ question }) => question));
    for (const [index, { webhook, question }] of asked.entries()) {
      const answer = answers[index];
      if (!answer) continue;
      try {
        readVerdict(question.call, answer, 'validating').warnings.forEach((text) => request.warn?.(text));
      } catch (error) {
        if (!(error instanceof WebhookFailure)) throw error;
        if (webhook.failurePolicy !== 'Ignore' && !webhooks.forgives(error.message))
          throw failedClosed(error.message);
      }
    }
  },
};

/** Configurations are asked in the order of their names. */
export function byName(a: { metadata: { name?: string } }, b: { metadata: { name?: string } }): number {
  return (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1;
}

/** A dry run must leave no trace anywhere. */
export function refuseSideEffects(
  { name, sideEffects }: { name: string; sideEffects: string },
  { dryRun }: AdmissionRequest,
): void {
  if (dryRun && sideEffects !== 'None' && sideEffects !== 'NoneOnDryRun')
    throw badRequest(`admission webhook ${JSON.stringify(name)} does not support dry run`);
}
