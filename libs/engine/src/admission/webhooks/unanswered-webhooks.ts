import type { WebhookCall } from './webhook-caller.js';

/** How long a webhook that kept somebody waiting for nothing is not asked again by those who can do without it. */
export const UNANSWERED_MS = 30_000;
/** A failure that comes sooner costs nobody anything: the next one may ask again. */
const SLOW_MS = 1_000;
/** Who can do without a webhook waits no longer for it than for one that says nothing about its patience. */
const MOST_SECONDS = 10;
/** Webhooks remembered; a cluster has a few dozen. */
const MOST_REMEMBERED = 1_000;

/**
 * Webhooks that were asked and did not answer, remembered for a moment: what looks at many objects waits for each of them once and
 * not once per object.
 */
export class UnansweredWebhooks {
  readonly #known = new Map<string, { readonly untilMs: number; readonly problem: string }>();

  note(call: WebhookCall, problem: string, askedMs: number, nowMs: number): void {
    if (nowMs - askedMs < SLOW_MS) return;
    const key = keyOf(call);
    this.#known.delete(key);
    const [oldest] = this.#known.keys();
    if (this.#known.size >= MOST_REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(key, { untilMs: nowMs + UNANSWERED_MS, problem });
  }

  /** Why a webhook is not worth asking now; undefined when it is. */
  problemOf(call: WebhookCall, nowMs: number): string | undefined {
    const known = this.#known.get(keyOf(call));
    return known && known.untilMs > nowMs ? known.problem : undefined;
  }
}

/** Asked by somebody who wants to know what would happen: webhooks that can't be reached are left out, and named. */
export class Leniency {
  readonly unanswered: UnansweredWebhooks;
  readonly #failures = new Set<string>();

  constructor(unanswered: UnansweredWebhooks) {
    this.unanswered = unanswered;
  }

  /** What webhooks that were left out failed with, each with its name. */
  get failures(): readonly string[] {
    return [...this.#failures];
  }

  forgive(failure: string): void {
    this.#failures.add(failure);
  }

  /** The question as it is asked on these terms. */
  shortened(call: WebhookCall): WebhookCall {
    return { ...call, timeoutSeconds: Math.min(call.timeoutSeconds, MOST_SECONDS) };
  }
}

function keyOf({ name, clientConfig }: WebhookCall): string {
  return JSON.stringify([name, clientConfig]);
}
