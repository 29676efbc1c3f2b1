import { describe, expect, it } from 'vitest';
import type { Application, TreeNode } from '../../../api/types.js';
import { filterRows, toResourceRows } from './resource-rows.js';

const app = {
  metadata: { name: 'shop' },
  spec: { project: '', destination: {} },
  status: {
    resources: [
      {
        group: 'apps',
        kind: 'Deployment',
        namespace: 'ns',
        name: 'web',
        status: 'OutOfSync',
        health: { status: 'Healthy' },
      },
      { kind: 'ConfigMap', namespace: 'ns', name: 'conf', status: 'Synced' },
      { group: 'batch', kind: 'Job', namespace: 'ns', name: 'migrate', hook: true },
    ],
  },
} as Application;
const nodes = [
  {
    group: 'apps',
    kind: 'Deployment',
    namespace: 'ns',
    name: 'web',
    uid: '1',
    version: 'v1',
    health: { status: 'Progressing' },
  },
  {
    kind: 'Pod',
    namespace: 'ns',
    name: 'web-1',
    uid: '2',
    version: 'v1',
    health: { status: 'Degraded', message: 'no such image' },
  },
] as TreeNode[];

describe('an application as a list', () => {
  const rows = toResourceRows(app, nodes);

  it('has every object once, with the live health', () => {
    expect(rows.map(({ ref, health, sync }) => [ref.name, health, sync])).toEqual([
      ['web', 'Progressing', 'OutOfSync'],
      ['conf', undefined, 'Synced'],
      ['migrate', undefined, undefined],
      ['web-1', 'Degraded', undefined],
    ]);
  });

  it('shows the worst first and narrows by text, kind and health', () => {
    expect(filterRows(rows, {}).map(({ ref }) => ref.name)).toEqual(['web-1', 'web', 'conf', 'migrate']);
    expect(filterRows(rows, { q: 'pod web' }).map(({ ref }) => ref.name)).toEqual(['web-1']);
    expect(filterRows(rows, { kind: 'ConfigMap' })).toHaveLength(1);
    expect(filterRows(rows, { health: ['Progressing'] }).map(({ ref }) => ref.name)).toEqual(['web']);
  });
});
