import { describe, expect, it } from 'vitest';
import { MemoryFileTree, type FileTree } from '@lotse/manifests';
import { gitGenerator } from './git-generator.js';

/** So many files, all with the same content; counts how many are read. */
function files(count: number, content: string): { tree: FileTree; read: () => number } {
  const tree = new MemoryFileTree(
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`env/${index}.yaml`, content])),
  );
  const read = tree.read.bind(tree);
  let times = 0;
  tree.read = (path) => {
    times++;
    return read(path);
  };
  return { tree, read: () => times };
}

const generate = (tree: FileTree): Promise<unknown[]> =>
  gitGenerator(
    { repoURL: 'repo', files: [{ path: 'env/*.yaml' }] },
    {
      goTemplate: false,
      fill: (value) => value,
      sources: { tree: async () => tree, clusters: async () => [], goTemplate: (text) => text },
      project: 'p',
      parents: {},
    },
    'git',
  );

describe('files of a git generator', () => {
  it('are not even read when there are too many', async () => {
    const { tree, read } = files(5_001, 'a: b');
    await expect(generate(tree)).rejects.toThrow('more than the limit of 5000');
    expect(read()).toBe(0);
  });

  it('are read up to some size altogether', async () => {
    const { tree, read } = files(100, `# ${'x'.repeat(1_000_000)}\na: b`);
    await expect(generate(tree)).rejects.toThrow('git.files: have more than 16777216 bytes together');
    expect(read()).toBe(17);
  });

  it('are read up to a number of parameters, however short their text is', async () => {
    const aliases = (name: string): string => Array.from({ length: 50 }, () => `*${name}`).join(', ');
    const { tree } = files(50, `a: &a [${'x, '.repeat(50)}x]\nb: &b [${aliases('a')}]\nc: [${aliases('b')}]`);
    await expect(generate(tree)).rejects.toThrow('git.files: have more than 500000 parameters together');
  });

  it('may be as many as applications of a set', async () => {
    expect(await generate(files(5_000, 'a: b').tree)).toHaveLength(5_000);
  });
});
