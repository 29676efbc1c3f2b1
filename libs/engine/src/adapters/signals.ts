import type { ContainerInstance } from '../runtime/running-pods.js';

/**
 * Sends a signal to the first program of a container from within. What it does not handle passes it by, `KILL` too; servers
 * end on those that ask for an end and go on at the others, which have them read their settings or logs anew; scripts do what they
 * have a trap for.
 */
export function signalProgram(life: ContainerInstance, signal: string, nowMs: number): void {
  const { onTerminate, isScript } = life.process;
  const isAsked = signal === 'TERM' || (!isScript && (signal === 'INT' || signal === 'QUIT'));
  if (onTerminate && isAsked) return life.exit(onTerminate.exitCode);
  if (isScript) life.process.signal(signal, nowMs - life.startedMs);
  life.poke();
}
