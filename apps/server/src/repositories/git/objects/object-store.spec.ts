import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findMissingObject } from './find-missing-object.js';
import { GitFileTree } from './git-file-tree.js';
import { ObjectStore, findGitDir } from './object-store.js';

let folder: string;
const identity = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'a@b',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'a@b',
  GIT_CONFIG_GLOBAL: '/dev/null',
};
const git = (...args: string[]): string =>
  execFileSync('git', args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...identity },
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
const write = (path: string, content: string): void => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), content);
};

let first: string;
let second: string;
const large = Array.from({ length: 20_000 }, (_, i) => `line ${i} ${(i * 7_919).toString(36)}`).join('\n');

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lotse-objects-'));
  git('init', '--quiet', '--initial-branch=main');
  write('large.txt', large);
  write('a/b/c.yaml', 'one');
  write('empty', '');
  symlinkSync('../../etc/passwd', join(folder, 'a/link'));
  git('add', '--all');
  git('commit', '--quiet', '-m', 'First\n\nwith a body');
  first = git('rev-parse', 'HEAD');
  write('large.txt', large.replace('line 10000', 'LINE 10000'));
  git('add', '--all');
  git('commit', '--quiet', '-m', 'Second');
  second = git('rev-parse', 'HEAD');
  git('tag', '-a', 'v1', '-m', 'tag');
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const check = (store: ObjectStore): void => {
  const tree = new GitFileTree(store, first);
  expect(tree.list('')?.map(({ name }) => name)).toEqual(['a', 'empty', 'large.txt']);
  expect(Buffer.from(tree.read('large.txt') ?? '').toString()).toBe(large);
  expect(Buffer.from(new GitFileTree(store, second).read('large.txt') ?? '').toString()).toContain(
    'LINE 10000',
  );
  expect(tree.read('empty')).toHaveLength(0);
  expect(tree.stat('a/b')).toBe('folder');
  expect(tree.oid('a')).toBe(git('rev-parse', `${first}:a`));
  expect(tree.oid('')).toBe(git('rev-parse', `${first}^{tree}`));
  expect(store.peel(git('rev-parse', 'v1'))).toBe(second);
  expect(store.commit(first)).toMatchObject({
    author: 'Ada',
    message: 'First\n\nwith a body\n',
    parents: [],
  });
  expect(findMissingObject(store, second)).toBeUndefined();
};

describe('the objects of a repository', () => {
  it('are read loose', () => {
    const store = new ObjectStore(join(folder, '.git'));
    check(store);
    store.close();
  });

  it('are read from packs with deltas, also when the packs appear under an open store', () => {
    const store = new ObjectStore(join(folder, '.git'));
    store.has(first);
    git('repack', '-adfq', '--window=50', '--depth=50');
    git('prune-packed');
    store.close();
    check(store);
    store.close();
  });

  it('are found through alternates', () => {
    const clone = mkdtempSync(join(tmpdir(), 'lotse-alternate-'));
    git('clone', '--quiet', '--shared', '--bare', folder, join(clone, 'bare'));
    const store = new ObjectStore(findGitDir(join(clone, 'bare')) ?? '');
    check(store);
    store.close();
    rmSync(clone, { recursive: true, force: true });
  });

  it('show links as links, which lead nowhere', () => {
    const tree = GitFileTree.open({ gitDir: join(folder, '.git'), commit: first });
    expect(tree.stat('a/link')).toBe('link');
    expect(tree.link('a/link')).toBe('../../etc/passwd');
    expect(tree.read('a/link')).toBeUndefined();
    expect(tree.list('a/link')).toBeUndefined();
    for (const path of ['../x', '/etc/passwd', 'a/../empty', './empty', 'a//b', '.git/config'])
      expect(tree.read(path)).toBeUndefined();
    tree.close();
  });

  it('are refused when a byte was flipped, wherever it was', () => {
    const copy = mkdtempSync(join(tmpdir(), 'lotse-flipped-'));
    git('clone', '--quiet', '--bare', '--no-hardlinks', folder, join(copy, 'bare'));
    const packs = join(copy, 'bare/objects/pack');
    const [name = ''] = readdirSync(packs).filter((file) => file.endsWith('.pack'));
    const path = join(packs, name);
    chmodSync(path, 0o600);
    const good = readFileSync(path);
    let refused = 0;
    for (let at = 12; at < good.length - 20; at += Math.ceil(good.length / 200)) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ 0x55;
      writeFileSync(path, bad);
      const store = new ObjectStore(join(copy, 'bare'));
      try {
        const tree = new GitFileTree(store, second);
        const text = Buffer.from(tree.read('large.txt') ?? '').toString();
        const small = Buffer.from(tree.read('a/b/c.yaml') ?? '').toString();
        // Whatever is answered is right: damage elsewhere in the pack does not matter.
        expect([text.length, small]).toEqual([large.length, 'one']);
      } catch (error) {
        expect(error).toMatchObject({
          code: expect.stringMatching(/^(git_object_corrupt|git_object_missing|repository_too_large)$/),
        });
        refused++;
      }
      store.close();
    }
    expect(refused).toBeGreaterThan(50);
    rmSync(copy, { recursive: true, force: true });
  });

  it('are missed by name', () => {
    const store = new ObjectStore(join(folder, '.git'));
    expect(() => store.read('0'.repeat(40))).toThrowError(/is missing/);
    store.close();
  });
});
