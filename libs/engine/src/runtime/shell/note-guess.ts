import type { NetworkReply } from '../container-runtime.js';
import type { ShellState } from './shell-state.js';

/**
 * What scripts make of answers nobody can foresee is not known: those of programs nothing is known about, and those of the
 * world outside.
 */
export function noteGuess(state: ShellState, host: string, found: NetworkReply | string): void {
  const outside = found === 'unknown' && host.includes('.') && !/\.(?:svc|local)\.?$/.test(host);
  if (outside || (typeof found !== 'string' && found.isGuess)) state.noteUnknown();
}
