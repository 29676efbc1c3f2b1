import type { JsonObject } from '@lotse/manifests';
import type { WebhookClientConfig } from '../../types/index.js';

/** One question for a webhook. */
export interface WebhookCall {
  /** The webhook's own name: `policy.example.com`. */
  readonly name: string;
  readonly clientConfig: WebhookClientConfig;
  readonly timeoutSeconds: number;
  /** The AdmissionReview to send. */
  readonly review: JsonObject;
}

/** What came of a question. `body` is whatever the webhook sent: nothing about it is known yet. */
export type WebhookAnswer =
  | { readonly kind: 'answer'; readonly body: unknown }
  /** `problem` ends the sentence "failed calling webhook "x": …". */
  | { readonly kind: 'failed'; readonly problem: string };

/**
 * Asks webhooks: the port through which the engine reaches them. `answered` is called exactly once, never inside `call`, and
 * no later than the timeout the call names. In virtual time answers are inputs like all others: an adapter that answers by
 * the cluster's clock keeps the history reproducible.
 */
export interface WebhookCaller {
  call(call: WebhookCall, answered: (answer: WebhookAnswer) => void): void;
}
