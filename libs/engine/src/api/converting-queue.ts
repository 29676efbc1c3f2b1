import type { AdmissionAttempt } from '../admission/webhooks/admission-attempt.js';
import { AdmissionPending } from '../admission/webhooks/admission-pending.js';
import type { Webhooks } from '../admission/webhooks/webhooks.js';
import type { Clock } from '../clock.js';
import type { ResourceInfo } from '../registry/resource.js';

/** Changes a watch may fall behind while a webhook converts; one that falls further behind ends, and its client lists again. */
const LONGEST_QUEUE = 10_000;

/** Answers kept for watches that are behind; the objects they are about remember theirs anyway. */
const MOST_ANSWERS = 1000;

const attempts = new WeakMap<ResourceInfo, AdmissionAttempt>();

/**
 * Does one thing after the other, each when the webhooks it needs have answered: what a watch tells keeps its order although
 * objects are converted on the way. A task must do nothing before it has all it needs.
 */
export class ConvertingQueue {
  readonly #tasks: (() => void)[] = [];
  readonly #webhooks: Webhooks;
  readonly #clock: Clock;
  readonly #resource: ResourceInfo;
  readonly #onError: (error: unknown) => void;
  #isBusy = false;

  constructor(
    { webhooks, clock }: { readonly webhooks: Webhooks; readonly clock: Clock },
    resource: ResourceInfo,
    onError: (error: unknown) => void,
  ) {
    this.#webhooks = webhooks;
    this.#clock = clock;
    this.#resource = resource;
    this.#onError = onError;
  }

  push(task: () => void): void {
    this.#tasks.push(task);
    if (this.#tasks.length > LONGEST_QUEUE) {
      this.stop();
      this.#onError(new Error(`more than ${LONGEST_QUEUE} changes wait to be converted`));
    } else if (!this.#isBusy) {
      this.#isBusy = true;
      // What has just been written is known in the writer's version once the write is done.
      this.#clock.defer(() => this.#next());
    }
  }

  /** Forgets what has not been done. */
  stop(): void {
    this.#tasks.length = 0;
  }

  /** The questions that are on their way, of all watches of the resource: nobody asks what another one is asking. */
  #attempt(): AdmissionAttempt {
    const shared = attempts.get(this.#resource);
    if (shared && shared.asked.size > 0 && shared.answers.size < MOST_ANSWERS) return shared;
    const fresh = this.#webhooks.begin();
    attempts.set(this.#resource, fresh);
    return fresh;
  }

  #next(attempt = this.#attempt()): void {
    for (let [task] = this.#tasks; task; [task] = this.#tasks) {
      try {
        this.#webhooks.within(attempt, task);
        this.#tasks.shift();
      } catch (error) {
        if (error instanceof AdmissionPending) return error.whenAnswered(() => this.#next(attempt));
        this.stop();
        this.#onError(error);
      }
      attempt = this.#attempt();
    }
    this.#isBusy = false;
  }
}
