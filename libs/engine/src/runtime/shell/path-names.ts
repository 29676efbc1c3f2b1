import { ContainerFiles, FileError } from '../files/container-files.js';
import { isPattern, Pattern } from './patterns.js';
import type { ShellState } from './shell-state.js';

/** Price of a name that is looked at, in commands. */
const NAME_WORK = 0.1;
/** Names that one pattern comes to; more are left out. */
const MOST_NAMES = 20_000;

/** The files a pattern matches, in order; none when it matches none. */
export function pathNames(pattern: string, state: ShellState): string[] {
  const isAbsolute = pattern.startsWith('/');
  let found: string[] = [isAbsolute ? '/' : ''];
  for (const part of pattern.split('/').filter((each) => each !== '')) {
    const next: string[] = [];
    for (const base of found) {
      const prefix = base === '' || base.endsWith('/') ? base : `${base}/`;
      if (!isPattern(part)) {
        const name = part.replace(/\\(.)/gs, '$1');
        const path = prefix + name;
        if (state.files.exists(ContainerFiles.resolve(state.directory, path))) next.push(path);
        continue;
      }
      const wanted = new Pattern(part);
      for (const name of namesIn(ContainerFiles.resolve(state.directory, base || '.'), state))
        if ((part.startsWith('.') || !name.startsWith('.')) && wanted.matches(name)) next.push(prefix + name);
      if (next.length > MOST_NAMES) break;
    }
    found = next;
  }
  return found.slice(0, MOST_NAMES).sort();
}

function namesIn(path: string, state: ShellState): readonly string[] {
  try {
    if (!state.files.isDirectory(path)) return [];
    const names = state.files.list(path);
    state.work += names.length * NAME_WORK;
    return names;
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}
