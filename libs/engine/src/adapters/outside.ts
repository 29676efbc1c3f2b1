import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Runs something as if nothing around it had started it. A shell's guard keeps timers and later turns from whatever its
 * scripts start, which it knows by where it was started: work of the engine that a script sets off is none of the script's.
 */
export const outside: <Result>(work: () => Result) => Result = AsyncLocalStorage.snapshot();
