import { MemoryFileTree } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { buildKustomization } from './build-kustomization.js';

/** Numbers below a bound, the same ones for the same seed (mulberry32). */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function shuffled<T>(items: readonly T[], next: (below: number) => number): T[] {
  const rest = [...items];
  const result: T[] = [];
  while (rest.length > 0) result.push(...rest.splice(next(rest.length), 1));
  return result;
}

const build = (files: Record<string, string>, limits = {}): string =>
  buildKustomization({ tree: new MemoryFileTree(files), path: '', limits }).text;

const SEEDS = Array.from({ length: 25 }, (_, index) => index + 1);

/** An overlay of a few config maps with patches, prefixes and generators, as the seed has it. */
function overlay(seed: number): Record<string, string> {
  const next = numbersFrom(seed);
  const names = Array.from({ length: 2 + next(4) }, (_, index) => `map-${index}`);
  const maps = names.map(
    (name) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {a: "${next(9)}", b: "${next(9)}"}\n`,
  );
  const pod = `apiVersion: v1\nkind: Pod\nmetadata: {name: pod}\nspec: {volumes: [{name: v, configMap: {name: ${names[next(names.length)] ?? ''}}}, {name: w, configMap: {name: made}}]}\n`;
  const patches = names.map(
    (name) =>
      `- patch: "{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}, data: {a: p${next(9)}}}"\n`,
  );
  return {
    'all.yaml': [...maps, pod].join('---\n'),
    'kustomization.yaml': [
      'resources: [all.yaml]\n',
      `configMapGenerator: [{name: made, literals: [k=${next(99)}]}]\n`,
      next(2) === 0 ? 'namePrefix: p-\n' : 'nameSuffix: -s\n',
      next(2) === 0 ? 'commonAnnotations: {note: x}\n' : 'namespace: live\n',
      `patches:\n${patches.join('')}`,
    ].join(''),
  };
}

describe.each(SEEDS)('an overlay of seed %i', (seed) => {
  it('is built the same twice, from a tree that stays as it was', () => {
    const files = overlay(seed);
    const tree = new MemoryFileTree(files);
    const first = buildKustomization({ tree, path: '' });
    const second = buildKustomization({ tree, path: '' });
    expect(second.text).toBe(first.text);
    expect(second.objects).toEqual(first.objects);
    for (const [path, text] of Object.entries(files))
      expect(new TextDecoder().decode(tree.read(path))).toBe(text);
  });

  it('comes to the same from its own result', () => {
    const text = build(overlay(seed));
    expect(build({ 'all.yaml': text, 'kustomization.yaml': 'resources: [all.yaml]\n' })).toBe(text);
  });

  it('does not depend on the order of files and of patches for different resources', () => {
    const next = numbersFrom(seed * 1000);
    const files = overlay(seed);
    const [before = '', patches = ''] = (files['kustomization.yaml'] ?? '').split('patches:\n');
    const reordered = shuffled(patches.split(/^(?=- )/m), next).join('');
    const documents = shuffled((files['all.yaml'] ?? '').split('---\n'), next).join('---\n');
    expect(build({ 'all.yaml': documents, 'kustomization.yaml': `${before}patches:\n${reordered}` })).toBe(
      build(files),
    );
  });

  it('lets the last of several patches for one field win', () => {
    const next = numbersFrom(seed * 2000);
    const values = Array.from({ length: 2 + next(5) }, () => `v${next(1000)}`);
    const patches = values.map(
      (value) => `- patch: "{apiVersion: v1, kind: ConfigMap, metadata: {name: m}, data: {k: ${value}}}"\n`,
    );
    const text = build({
      'm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n',
      'kustomization.yaml': `resources: [m.yaml]\npatches:\n${patches.join('')}`,
    });
    expect(text).toBe(
      `apiVersion: v1\ndata:\n  k: ${values.at(-1) ?? ''}\nkind: ConfigMap\nmetadata:\n  name: m\n`,
    );
  });

  it('names a config map by its content, whatever the order and the source of it', () => {
    const next = numbersFrom(seed * 3000);
    const pairs = Array.from({ length: 1 + next(6) }, (_, index): readonly [string, string] => [
      `k${index}`,
      `v${next(1000)}`,
    ]);
    const literals = (list: typeof pairs): string =>
      `configMapGenerator: [{name: m, literals: [${list.map(([key, value]) => `${key}=${value}`).join(', ')}]}]\n`;
    const text = build({ 'kustomization.yaml': literals(pairs) });
    expect(build({ 'kustomization.yaml': literals(shuffled(pairs, next)) })).toBe(text);
    const env = pairs.map(([key, value]) => `${key}=${value}\n`).join('');
    expect(build({ 'kustomization.yaml': 'configMapGenerator: [{name: m, envs: [e]}]\n', e: env })).toBe(
      text,
    );
    const other = [...pairs.slice(1), ['k0', 'another'] as const];
    const nameOf = (result: string): string | undefined => /name: (m-[a-z0-9]{10})\n/.exec(result)?.[1];
    expect(nameOf(text)).toBeDefined();
    expect(nameOf(build({ 'kustomization.yaml': literals(other) }))).not.toBe(nameOf(text));
  });
});

describe('a replacement that explodes', () => {
  // Each copies all data of a map to two keys of the same map: twice as much every time.
  const doubling = (steps: number): string =>
    `resources: [m.yaml]\nreplacements:\n${Array.from(
      { length: steps },
      (_, step) =>
        `- {source: {kind: ConfigMap, fieldPath: data}, targets: [{select: {kind: ConfigMap}, fieldPaths: [data.x${step}, data.y${step}], options: {create: true}}]}\n`,
    ).join('')}`;
  const files = (steps: number): Record<string, string> => ({
    'm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {k: v}\n',
    'kustomization.yaml': doubling(steps),
  });

  it('is refused by the limit, which names the field', () => {
    expect(() => build(files(60))).toThrow(/replacements write more than \d+ characters/);
  });

  it('is built as by the original while it is small', () => {
    expect(build(files(3)).split('k: v\n').length).toBe(65);
  });
});
