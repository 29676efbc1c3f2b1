import { describe, expect, it } from 'vitest';
import { parseArguments } from './arguments.js';

describe('the command line', () => {
  it('may be empty, or ask for help', () => {
    expect(parseArguments([])).toBeUndefined();
    expect(parseArguments(['--help'])).toBe('help');
  });

  it.each([
    [
      ['--repo', 'https://x/y.git', '--path', 'guestbook'],
      { path: 'guestbook', revision: 'HEAD', name: 'guestbook', namespace: 'guestbook' },
    ],
    [['--repo', 'https://x/Some_Repo.git'], { path: '.', name: 'some-repo' }],
    [
      ['--repo', '/x', '--path', 'a/b/', '--revision', 'v1', '--name', 'n', '--namespace', 's'],
      { revision: 'v1', name: 'n', namespace: 's' },
    ],
  ])('%j names an application', (args, application) => {
    expect(parseArguments(args)).toMatchObject(application);
  });

  it('names a backup to restore', () => {
    expect(parseArguments(['--restore', 'a.backup'])).toEqual({ path: 'a.backup', replace: false });
    expect(parseArguments(['--restore', 'a.backup', '--replace'])).toEqual({
      path: 'a.backup',
      replace: true,
    });
  });

  it.each([
    [['--replace']],
    [['--restore']],
    [['--restore', 'a', '--repo', 'https://x/y.git']],
    [['--path', 'x']],
    [['--rpeo', 'x']],
    [['stray']],
    [['--repo']],
  ])('%j is refused with the usage', (args) => {
    expect(() => parseArguments(args)).toThrowError(/Usage: npm start/);
  });
});
