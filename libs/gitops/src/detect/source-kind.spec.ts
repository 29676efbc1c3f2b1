import { MemoryFileTree } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { detectSourceType } from './source-kind.js';

const repoURL = 'https://git.invalid/x';
const treeOf = (files: Record<string, string>): MemoryFileTree => new MemoryFileTree(files);

describe('the kind of a source', () => {
  it('is told by the files of its folder when the source names none', () => {
    const tree = treeOf({ 'chart/Chart.yaml': '', 'overlay/kustomization.yml': '', 'plain/a.yaml': '' });
    const kinds = ['chart', 'overlay/', './plain'].map((path) => detectSourceType({ repoURL, path }, tree));
    expect(kinds).toEqual(['Helm', 'Kustomize', 'Directory']);
  });

  it('is refused when a plugin would have to make the manifests', () => {
    const source = { repoURL, path: 'plain', plugin: { name: 'nix' } };
    expect(() => detectSourceType(source, treeOf({ 'plain/a.yaml': '' }))).toThrow(
      /plugin "nix".*not supported/,
    );
  });
});
