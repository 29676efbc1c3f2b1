/** A part that has to work before requests are served: resolves when it does, throws a text for people when not. */
export type ReadinessCheck = () => Promise<void> | void;

/** A part that takes longer than this to answer can't serve. */
const PATIENCE_MS = 2_000;

/** Where parts announce what being ready means for them: `readiness.register('engine', check)` in `onModuleInit`. */
export class Readiness {
  readonly #checks = new Map<string, ReadinessCheck>();
  readonly #stopped: (() => void)[] = [];
  #stopping = false;

  register(name: string, check: ReadinessCheck): void {
    this.#checks.set(name, check);
  }

  /** From now on not ready: balancers stop sending. */
  stop(): void {
    this.#stopping = true;
    for (const listener of this.#stopped.splice(0)) listener();
  }

  /** Called at the very beginning of a stop, before anybody waits for work that is under way. */
  onStop(listener: () => void): void {
    this.#stopped.push(listener);
  }

  /** Parts that aren't ready, with the reason; empty means ready. */
  async failures(): Promise<ReadonlyMap<string, string>> {
    const failures = new Map<string, string>();
    if (this.#stopping) failures.set('server', 'is stopping');
    await Promise.all(
      [...this.#checks].map(async ([name, check]) => {
        try {
          await within(PATIENCE_MS, check);
        } catch (error) {
          failures.set(name, error instanceof Error ? error.message : String(error));
        }
      }),
    );
    return failures;
  }
}

/** @throws Error when the check takes longer. */
async function within(ms: number, check: ReadinessCheck): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>(
    (_, reject) => (timer = setTimeout(() => reject(new Error('no answer')), ms)),
  );
  try {
    await Promise.race([check(), late]);
  } finally {
    clearTimeout(timer);
  }
}
