import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** The kubectl on the path; undefined when there is none. */
export function findKubectl(): string | undefined {
  if (process.env['KUBECTL']) return process.env['KUBECTL'];
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const file = join(folder, 'kubectl');
    if (folder !== '' && existsSync(file)) return file;
  }
  return undefined;
}

/** Every kubectl on the machine, oldest first: `kubectl.1.27` and the like beside the one on the path, or only that one. */
export function findKubectls(): { readonly version: string; readonly file: string }[] {
  const found = findKubectl();
  if (found === undefined) return [];
  const folder = dirname(realpathSync(found));
  const versions = readdirSync(folder)
    .flatMap((name) => /^kubectl\.(\d+)\.(\d+)$/.exec(name) ?? [])
    .filter((name) => name.startsWith('kubectl.'))
    .map((name) => ({ version: name.slice('kubectl.'.length), file: join(folder, name) }));
  if (versions.length === 0) return [{ version: 'found', file: found }];
  return versions.sort((a, b) => Number(a.version.slice(2)) - Number(b.version.slice(2)));
}

/** True where tests that need kubectl run. Without one they are skipped with a line saying so; in CI that is an error. */
export function hasKubectl(): boolean {
  if (findKubectl() !== undefined) return true;
  if (process.env['CI'] === 'true')
    throw new Error('kubectl is not on the path; the tests in test/kubectl need it');
  console.warn('skipped: the tests in test/kubectl need kubectl on the path');
  return false;
}
