import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeDemoRepository } from './demo-repository.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lotse-demo-'));
  for (const name of [
    'GIT_AUTHOR_NAME',
    'GIT_AUTHOR_EMAIL',
    'GIT_COMMITTER_NAME',
    'GIT_COMMITTER_EMAIL',
    'EMAIL',
  ])
    vi.stubEnv(name, undefined);
  vi.stubEnv('GIT_CONFIG_NOSYSTEM', '1');
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Commits in the demonstration as its user would; answers the author. */
async function authorOfNextCommit(globalConfig: string): Promise<string> {
  const config = join(folder, 'gitconfig');
  writeFileSync(config, globalConfig);
  vi.stubEnv('GIT_CONFIG_GLOBAL', config);
  const dir = (await makeDemoRepository(folder)) ?? '';
  writeFileSync(join(dir, 'directory', 'note.yaml'), 'apiVersion: v1\n');
  const run = (...args: string[]): string => execFileSync('git', args, { cwd: dir, encoding: 'utf8' });
  run('add', '.');
  run('commit', '-q', '-m', 'Note');
  return run('log', '-1', '--format=%an').trim();
}

it('lets people commit to the demonstration on a machine where nobody told git a name', async () => {
  expect(await authorOfNextCommit('[user]\n  useConfigOnly = true\n')).toBe('Lotse');
});

it('leaves their own name to those who have one', async () => {
  expect(await authorOfNextCommit('[user]\n  name = Ada\n  email = ada@example.com\n')).toBe('Ada');
});
