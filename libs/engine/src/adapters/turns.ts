import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers';

/** For how long commands may keep everybody else waiting. */
const LONGEST_TURN_MS = 20;

/** Where nothing gives others their turn, commands are ended after so long, when they were looked at so often meanwhile. */
const LONGEST_HOLD_MS = 1000;
const MOST_IN_A_TURN = 60_000;

let beganMs = performance.now();

/**
 * Lets others have their turn when this one has lasted long enough: a shell without pauses would otherwise never give the
 * event loop back. Undefined when there is nothing to wait for.
 */
export function turn(): Promise<void> | undefined {
  if (performance.now() - beganMs < LONGEST_TURN_MS) return undefined;
  return new Promise((resolve) =>
    setImmediate(() => {
      beganMs = performance.now();
      resolve();
    }),
  );
}

/**
 * A signal that also ends what holds everybody else up: the shell asks it before each command. A loop in a text that is run by
 * `eval` never comes to a turn.
 */
export function impatient(signal?: AbortSignal): AbortSignal {
  const own = new AbortController();
  const startedMs = performance.now();
  let isGone = signal?.aborted ?? false;
  const end = (): void => {
    isGone = true;
    own.abort();
  };
  signal?.addEventListener('abort', end, { once: true });
  let turn = beganMs;
  let asked = 0;
  const isHolding = (): boolean => {
    if (turn !== beganMs) asked = 0;
    turn = beganMs;
    return ++asked > MOST_IN_A_TURN && performance.now() - Math.max(startedMs, beganMs) > LONGEST_HOLD_MS;
  };
  return Object.defineProperty(own.signal, 'aborted', { get: () => isGone || isHolding() });
}
