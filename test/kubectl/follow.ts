import { expect } from 'vitest';
import type { ServedCluster } from './served-cluster.js';
import { spawnKubectl, type TranscriptOptions } from './transcript.js';

/** A kubectl that goes on until it is stopped: a watch, a proxy, a followed log. */
export interface Followed {
  /** Waits until a line of what it has printed matches, and answers the match. */
  until(line: RegExp): Promise<RegExpExecArray>;
  /** Everything printed so far, runs of spaces as one. */
  readonly lines: readonly string[];
  write(text: string): void;
  stop(): Promise<void>;
}

/** Starts a kubectl that goes on. */
export function follow(
  served: ServedCluster,
  args: readonly string[],
  options: TranscriptOptions = {},
): Followed {
  const child = spawnKubectl(served, args, options);
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stdin.on('error', () => undefined);
  const lines = (): string[] => output.split('\n').map((line) => line.trim().replaceAll(/\s+/g, ' '));
  return {
    async until(line) {
      const find = (): RegExpExecArray | null => {
        for (const text of lines()) {
          const found = line.exec(text);
          if (found) return found;
        }
        return null;
      };
      await expect.poll(() => (find() ? 'found' : `${args.join(' ')}: ${output}`)).toBe('found');
      return find() ?? expect.fail('what was printed is gone');
    },
    get lines() {
      return lines().filter((line) => line !== '');
    },
    write: (text) => void child.stdin.write(text),
    async stop() {
      child.kill();
      await ended;
    },
  };
}
