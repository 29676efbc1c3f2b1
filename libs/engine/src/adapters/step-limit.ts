import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers';
import type { BashOptions } from 'just-bash';

/** For how long programs within commands may compute at a stretch. */
const LONGEST_STRETCH_MS = 1000;

/** Taken before any shell runs: while one does, it is kept from everybody. */
const now = performance.now.bind(performance);

/** Thrown where a command has kept everybody waiting for too long. */
export class HeldTooLong extends Error {
  constructor() {
    super('ended: it computed for too long at a stretch');
    this.name = 'HeldTooLong';
  }
}

/**
 * Told of each step of the shell and of the programs within its commands (awk, sed, jq), of which those come to no turn: throws
 * HeldTooLong when the event loop has not been given back for too long. The shell tells of them to measure which of its
 * features are used.
 */
export function stepLimit(): NonNullable<BashOptions['coverage']> {
  let heldFromMs: number | undefined;
  return {
    hit: () => {
      const nowMs = now();
      if (heldFromMs === undefined) {
        heldFromMs = nowMs;
        setImmediate(() => (heldFromMs = undefined));
      } else if (nowMs - heldFromMs > LONGEST_STRETCH_MS) throw new HeldTooLong();
    },
  };
}

let loaded: Promise<unknown> | undefined;

/** Loads what tells of steps: once a shell guards its scripts, they can't. */
export async function loadSteps(): Promise<void> {
  const { Bash } = await import('just-bash');
  loaded ??= new Bash({ coverage: stepLimit(), defenseInDepth: false }).exec('cat /dev/null');
  await loaded;
}
