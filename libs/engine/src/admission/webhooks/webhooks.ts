import type { Clock } from '../../clock.js';
import type { Random } from '../../random.js';
import type { Store } from '../../store/store.js';
import type { ResourceKey } from '../../store/stored-object.js';
import { AdmissionAttempt } from './admission-attempt.js';
import { AdmissionPending } from './admission-pending.js';
import type { Leniency } from './unanswered-webhooks.js';
import type { WebhookAnswer, WebhookCall, WebhookCaller } from './webhook-caller.js';

/** Writes of the engine's own parts that wait at most; one that nobody tries again is forgotten when others come. */
const MOST_PARKED = 1000;
/** An answer nobody came back for is worth nothing after this long: the webhook may think otherwise by now. */
const ANSWER_LIFE_MS = 30_000;

/** Where the configurations of both kinds of webhooks are. */
export const WEBHOOK_CONFIGURATIONS = {
  mutating: 'admissionregistration.k8s.io/mutatingwebhookconfigurations',
  validating: 'admissionregistration.k8s.io/validatingwebhookconfigurations',
} as const satisfies Record<string, ResourceKey>;

/** A question with the digest that tells it from others. */
export interface WebhookQuestion {
  readonly digest: string;
  readonly call: WebhookCall;
}

const failedAnswers = (questions: readonly WebhookQuestion[], problem: string): WebhookAnswer[] =>
  questions.map(() => ({ kind: 'failed', problem }));

/** The uid under which a question is sent: the same question has the same one. */
export function asUuid(digest: string): string {
  const part = (from: number, to: number): string => digest.slice(from, to);
  return `${part(0, 8)}-${part(8, 12)}-4${part(13, 16)}-a${part(17, 20)}-${part(20, 32)}`;
}

/**
 * How a synchronous core waits for webhooks: it does not. A write that needs an answer which is not there is given up
 * (AdmissionPending), the question is asked through the port, and when the answer has come the same write is tried again
 * from its first step. What has changed meanwhile is seen by that try; if it changes what a webhook would be asked, the
 * webhook is asked again. So there is no write on stale ground, and nobody waits for somebody else's webhook.
 */
export class Webhooks {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #parked = new Map<string, AdmissionAttempt>();
  #caller: WebhookCaller | undefined;
  #converters = 0;
  #current: AdmissionAttempt | undefined;

  constructor(store: Store, clock: Clock, random: Random) {
    this.#store = store;
    this.#clock = clock;
    this.#random = random;
  }

  /** Calls webhooks through `caller` from now on; without one they are not called. Returns the way to stop. */
  callThrough(caller: WebhookCaller): () => void {
    this.#caller = caller;
    return () => {
      if (this.#caller === caller) this.#caller = undefined;
    };
  }

  /** True when somebody could call webhooks. */
  get isConnected(): boolean {
    return this.#caller !== undefined;
  }

  /** True when there are webhooks to call. Everything else is free of cost while there are none. */
  get isActive(): boolean {
    if (!this.#caller) return false;
    const { mutating, validating } = WEBHOOK_CONFIGURATIONS;
    return this.#store.table(mutating).objects.size > 0 || this.#store.table(validating).objects.size > 0;
  }

  /** True when a request may have to wait: for webhooks of admission, or for those that convert custom resources. */
  get mayWait(): boolean {
    return this.isActive || (this.#converters > 0 && this.#caller !== undefined);
  }

  /** Says that a definition converts its objects by a webhook. Returns the way to take that back. */
  addConverter(): () => void {
    this.#converters++;
    let isCounted = true;
    return () => {
      if (isCounted) this.#converters--;
      isCounted = false;
    };
  }

  /** True inside a write that can be tried again. */
  get isWriting(): boolean {
    return this.#current !== undefined;
  }

  begin(leniency?: Leniency): AdmissionAttempt {
    return new AdmissionAttempt(this.#random.uuid(), leniency);
  }

  /** Whether a webhook that failed is left out of the present write whatever its failure policy says; it is noted then. */
  forgives(failure: string): boolean {
    this.#current?.leniency?.forgive(failure);
    return this.#current?.leniency !== undefined;
  }

  /** Runs one try of a write. Throws AdmissionPending when it has to be tried again. */
  within<T>(attempt: AdmissionAttempt, action: () => T): T {
    const outer = this.#current;
    attempt.restart();
    this.#current = attempt;
    try {
      return action();
    } finally {
      this.#current = outer;
    }
  }

  /**
   * Runs a request of one of the engine's own parts, which is known again by `key` when it is tried again. `isConverted` says that
   * it is about objects a webhook converts.
   */
  local<T>(key: () => string, action: () => T, isConverted = false): T {
    if (this.#current || !(this.isActive || (isConverted && this.mayWait))) return action();
    const name = key();
    let attempt = this.#parked.get(name);
    const isStale =
      attempt?.asked.size === 0 && this.#clock.now() - (attempt?.answeredMs ?? 0) > ANSWER_LIFE_MS;
    if (!attempt || isStale) attempt = this.begin();
    this.#parked.delete(name);
    try {
      return this.within(attempt, action);
    } catch (error) {
      if (error instanceof AdmissionPending) this.#park(name, attempt);
      throw error;
    }
  }

  /** The answers to all questions, in their order. Throws AdmissionPending after asking what has not been asked. */
  ask(questions: readonly WebhookQuestion[]): WebhookAnswer[] {
    const attempt = this.#current;
    if (!attempt) return failedAnswers(questions, 'nobody can wait for it here');
    const answers = questions.flatMap(({ digest }) => attempt.answers.get(digest) ?? []);
    if (answers.length === questions.length) return answers;
    const caller = this.#caller;
    if (!caller) return failedAnswers(questions, 'this cluster has no way to call webhooks');
    for (const { digest, call } of questions) {
      if (attempt.answers.has(digest) || attempt.asked.has(digest)) continue;
      const problem = attempt.leniency?.unanswered.problemOf(call, this.#clock.now());
      if (problem === undefined) this.#put(caller, attempt, { digest, call });
      else attempt.answers.set(digest, { kind: 'failed', problem });
    }
    if (questions.every(({ digest }) => attempt.answers.has(digest))) return this.ask(questions);
    const awaited = questions
      .filter(({ digest }) => !attempt.answers.has(digest))
      .map(({ call }) => call.name);
    throw new AdmissionPending([...new Set(awaited)], (callback) => {
      attempt.waiting.push(callback);
      if (attempt.asked.size === 0) this.#wake(attempt);
    });
  }

  /** Chance that is the same in every try of a write, and `base` outside of such writes. */
  steady(base: Random): Random {
    const source = (): Random => this.#current?.random ?? base;
    return {
      next: () => source().next(),
      uuid: () => source().uuid(),
      suffix: (length) => source().suffix(length),
    };
  }

  #put(caller: WebhookCaller, attempt: AdmissionAttempt, { digest, call }: WebhookQuestion): void {
    const { leniency } = attempt;
    const askedMs = this.#clock.now();
    attempt.asked.add(digest);
    caller.call(leniency?.shortened(call) ?? call, (answer) => {
      if (leniency && answer.kind === 'failed')
        leniency.unanswered.note(call, answer.problem, askedMs, this.#clock.now());
      this.#answered(attempt, digest, answer);
    });
  }

  #answered(attempt: AdmissionAttempt, digest: string, answer: WebhookAnswer): void {
    if (!attempt.asked.delete(digest)) return;
    attempt.answers.set(digest, answer);
    attempt.answeredMs = this.#clock.now();
    if (attempt.asked.size === 0) this.#wake(attempt);
  }

  #wake(attempt: AdmissionAttempt): void {
    for (const callback of attempt.waiting.splice(0)) callback();
  }

  #park(key: string, attempt: AdmissionAttempt): void {
    this.#parked.set(key, attempt);
    if (this.#parked.size <= MOST_PARKED) return;
    const [oldest] = this.#parked.keys();
    if (oldest !== undefined) this.#parked.delete(oldest);
  }
}
