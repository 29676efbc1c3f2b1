import { FileError } from '../files/container-files.js';
import type { Builtin, BuiltinContext } from './builtin.js';
import type { Running } from './processes.js';
import type { ShellState } from './shell-state.js';

/** Thrown where a command wants all of its input before all of it has come. */
class WantsAll extends Error {}

/** Runs a command of the small shell; one that asks for all of its input waits for that. */
export function* runBuiltin(
  name: string,
  builtin: Builtin,
  [program = name, ...args]: readonly string[],
  state: ShellState,
): Running {
  const { input } = state;
  let all: string | undefined;
  const context: BuiltinContext = {
    state,
    program,
    args,
    get input() {
      if (!input.isEnded) throw new WantsAll();
      return (all ??= input.take());
    },
  };
  for (;;) {
    try {
      const outcome = builtin(context);
      if (typeof outcome === 'number') return outcome;
      if (outcome !== 'forever') return yield* outcome;
      yield { ms: Infinity };
      return 0;
    } catch (error) {
      if (error instanceof WantsAll) {
        yield { ms: Infinity, until: () => input.isEnded };
        continue;
      }
      if (!(error instanceof FileError)) throw error;
      state.write('stderr', `${name}: ${error.reason}\n`);
      return 1;
    }
  }
}
