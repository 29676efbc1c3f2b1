import { setImmediate } from 'node:timers';
import { MoreToDo } from '../api/more-to-do.js';

/** Runs a request to its end, and lets others have their turn whenever it has done a part of its work. */
export async function inTurns<T>(action: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof MoreToDo)) throw error;
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }
}
