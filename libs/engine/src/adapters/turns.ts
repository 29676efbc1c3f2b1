import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers';

/** For how long commands may keep everybody else waiting. */
const LONGEST_TURN_MS = 20;

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
