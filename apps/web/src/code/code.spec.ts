import { describe, expect, it } from 'vitest';
import { countLineChanges } from './line-changes.js';
import { pairManifests } from './pair-manifests.js';
import { stateToYaml, toYaml } from './to-yaml.js';

describe('objects as YAML', () => {
  it('begin with what they are and end with their status', () => {
    const text = toYaml({
      status: { ok: true },
      spec: { a: 1 },
      kind: 'X',
      metadata: { name: 'n', managedFields: [{}] },
      apiVersion: 'v1',
    });
    expect(text).toBe('apiVersion: v1\nkind: X\nmetadata:\n  name: n\nspec:\n  a: 1\nstatus:\n  ok: true\n');
  });

  it('are empty when there is no object', () => {
    expect(stateToYaml('null')).toBe('');
    expect(stateToYaml(undefined)).toBe('');
    expect(stateToYaml('')).toBe('');
  });
});

describe('counting changed lines', () => {
  it('counts what came and went', () => {
    expect(countLineChanges('a\nb\nc\n', 'a\nB\nc\nd\n')).toEqual({ added: 2, removed: 1 });
    expect(countLineChanges('', 'a\n')).toEqual({ added: 1, removed: 0 });
    expect(countLineChanges('a\n', 'a\n')).toEqual({ added: 0, removed: 0 });
  });
});

describe('pairing two sets of manifests', () => {
  const manifest = (name: string, replicas: number) =>
    JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: 'ns' },
      spec: { replicas },
    });

  it('finds what was added, removed and changed, and leaves equals out', () => {
    const pairs = pairManifests(
      [manifest('same', 1), manifest('gone', 1), manifest('more', 1)],
      [manifest('same', 1), manifest('more', 3), manifest('new', 1)],
    );
    expect(pairs.map(({ ref, change }) => `${ref.name} ${change}`)).toEqual([
      'gone removed',
      'more changed',
      'new added',
    ]);
    expect(pairs[0]?.ref).toEqual({ group: 'apps', kind: 'Deployment', namespace: 'ns', name: 'gone' });
  });

  it('reads manifests that came as YAML', () => {
    expect(pairManifests([], ['apiVersion: v1\nkind: Service\nmetadata:\n  name: s\n'])[0]?.ref).toEqual({
      kind: 'Service',
      name: 's',
    });
  });
});
