import { SeededRandom } from '../../random.js';
import type { Leniency } from './unanswered-webhooks.js';
import type { WebhookAnswer } from './webhook-caller.js';

/**
 * One write on its way past webhooks, over all its tries. Every try draws the same names and identities, so that what a
 * webhook has said about one try is true of the next.
 */
export class AdmissionAttempt {
  /** What was answered, by the digest of what was asked. */
  readonly answers = new Map<string, WebhookAnswer>();
  /** Questions on their way. */
  readonly asked = new Set<string>();
  readonly waiting: (() => void)[] = [];
  answeredMs = 0;
  random: SeededRandom;
  /** Set where webhooks that fail are to be left out. */
  readonly leniency: Leniency | undefined;
  readonly #seed: string;

  constructor(seed: string, leniency?: Leniency) {
    this.#seed = seed;
    this.leniency = leniency;
    this.random = new SeededRandom(seed);
  }

  /** Chance starts again: this try is the same as the last one. */
  restart(): void {
    this.random = new SeededRandom(this.#seed);
  }
}
