import { MemoryFileTree } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { buildKustomization } from './build-kustomization.js';

function build(files: Record<string, string>): string {
  return buildKustomization({ tree: new MemoryFileTree(files), path: '' }).text;
}

describe('JSON in comments of fields', () => {
  const custom = 'apiVersion: example.com/v1\nkind: Foo\nmetadata: {name: a}\n';
  const pod = '{"$ref":"#/definitions/io.k8s.api.core.v1.PodSpec"}';
  const merged = (base: string, patch: string, head = custom): string =>
    build({
      'kustomization.yaml': 'resources: [a.yaml]\npatches: [{path: p.yaml}]\n',
      'a.yaml': head + base,
      'p.yaml': head + patch,
    });
  const change = 'spec:\n  containers:\n  - {name: c, command: [d]}\n';

  it.each([
    `spec: # ${pod}\n  containers:\n  - {name: c, image: x}\n`,
    `# ${pod}\nspec:\n  containers:\n  - {name: c, image: x}\n`,
    `spec: {containers: [{name: c, image: x}]} # ${pod} # and more\n`,
    'spec:\n  containers: # {"x-kubernetes-patch-strategy":"merge","x-kubernetes-patch-merge-key":"name"}\n  - {name: c, image: x}\n',
  ])('is the schema that patches merge by: %j', (base) => {
    expect(merged(base, change)).toContain('  - command:\n    - d\n    image: x\n    name: c\n');
  });

  it.each([
    `spec:\n  containers:\n  - {name: c, image: x} # ${pod}\n`,
    `# ${pod}\n\n# a word\nspec:\n  containers:\n  - {name: c, image: x}\n`,
    'spec: # {"type": 5}\n  containers:\n  - {name: c, image: x}\n',
  ])('is passed over elsewhere: %j', (base) => {
    expect(merged(base, change)).not.toContain('image');
  });

  it('takes the schema of Kubernetes away when it is the marker of another tool', () => {
    const head = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n';
    const base = (comment: string): string => `spec:\n  containers:${comment}\n  - {name: c, image: x}\n`;
    expect(merged(base(''), change, head)).toContain('image: x');
    expect(merged(base(' # {"$imagepolicy": "a:b"}'), change, head)).not.toContain('image: x');
  });

  it('may be in the patch', () => {
    const base = 'spec:\n  containers:\n  - {name: c, image: x}\n';
    expect(merged(base, change.replace('spec:', `spec: # ${pod}`))).toContain('image: x');
  });

  it('is read in time that grows with its length only', () => {
    const comment = `# {"a":"${'}'.repeat(1_000_000)}`;
    expect(merged(`spec: ${comment}\n  a: b\n`, 'spec: {c: d}\n')).toContain('c: d');
  });
});

describe('entries of the wrong kind in lists that merge', () => {
  const pod = (spec: string): string => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n${spec}`;
  const files = (base: string, patch: string): Record<string, string> => ({
    'kustomization.yaml': 'resources: [a.yaml]\npatches: [{path: p.yaml}]\n',
    'a.yaml': pod(base),
    'p.yaml': pod(patch),
  });

  it.each([
    [
      'spec:\n  x: y\n',
      'spec:\n  containers: [x]\n',
      /spec\.containers: expected MappingNode but got ScalarNode/,
    ],
    ['  finalizers: [z]\n', '  finalizers: [{a: b}]\n', /expected ScalarNode but got MappingNode/],
  ])('are refused: %j with %j', (base, patch, message) => {
    expect(() => build(files(base, patch))).toThrow(message);
  });

  it('empty the list when a patch of text meets a list of maps, as in the original', () => {
    const base = 'spec:\n  containers: [{name: c}]\n';
    expect(build(files(base, 'spec:\n  containers: [x]\n'))).toContain('containers: []');
  });
});
