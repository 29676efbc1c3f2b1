import { MemoryFileTree } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { buildKustomization } from './build-kustomization.js';

const POD =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: c, envFrom: [{configMapRef: {name: old}}]}]}\n';

function build(annotations: readonly string[]): string {
  const notes = annotations.map((note) => `    internal.config.kubernetes.io/${note}\n`).join('');
  const map = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: new\n  annotations:\n${notes}`;
  const tree = new MemoryFileTree({
    'kustomization.yaml': 'resources: [a.yaml]\nnamePrefix: p-\n',
    'a.yaml': `${map}---\n${POD}`,
  });
  return buildKustomization({ tree, path: '' }).text;
}

describe('notes of another build in annotations', () => {
  it('are followed: a reference by a former name is found', () => {
    const text = build(['previousNames: old', 'previousNamespaces: default', 'previousKinds: ConfigMap']);
    expect(text).toContain('- configMapRef:\n        name: p-new\n');
    expect(text).not.toContain('annotations');
  });

  it('ask for a hash', () => {
    expect(build(['needsHashSuffix: enabled'])).toContain('  name: p-new-6ct58987ht\n');
  });

  it.each(['prefixes: q-', 'generatorBehavior: merge', 'refBy: x', 'allowNameChange: allowed'])(
    'are not printed: %s',
    (note) =>
      expect(build([note])).toMatch(/^apiVersion: v1\nkind: ConfigMap\nmetadata:\n {2}name: p-new\n---/),
  );

  it('are refused when they contradict each other, which ends the original', () => {
    expect(() =>
      build(['previousNames: "a,b"', 'previousNamespaces: default', 'previousKinds: ConfigMap']),
    ).toThrow(/a\.yaml: the annotations .* of ConfigMap new have 2, 1 and 1 entries/);
  });
});
