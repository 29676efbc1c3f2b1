import { describe, expect, it } from 'vitest';
import type { Application, TreeNode } from '../../../api/types.js';
import { objectId, parseObjectId } from '../object-id.js';
import { buildTree } from './build-tree.js';
import { chooseVisible } from './choose-visible.js';
import { filterTree } from './filter-tree.js';
import { groupSiblings, plural } from './group-siblings.js';
import { edgePath, neighbour, placeTree } from './place-tree.js';
import type { TreeItem } from './tree-item.js';

const app = (
  resources: { kind: string; name: string; group?: string; status?: string; health?: string }[] = [],
): Application =>
  ({
    metadata: { name: 'shop' },
    spec: { project: 'default', destination: {} },
    status: {
      health: { status: 'Healthy' },
      sync: { status: 'Synced' },
      resources: resources.map(({ health, ...rest }) => ({
        namespace: 'ns',
        ...rest,
        ...(health ? { health: { status: health } } : {}),
      })),
    },
  }) as Application;

const node = (kind: string, name: string, parent?: string, health?: string): TreeNode =>
  ({
    kind,
    name,
    version: 'v1',
    namespace: 'ns',
    uid: `${kind}/${name}`,
    ...(parent
      ? { parentRefs: [{ uid: parent, kind: parent.split('/')[0], name: parent.split('/')[1] }] }
      : {}),
    ...(health ? { health: { status: health } } : {}),
  }) as TreeNode;

/** The tree as an outline, one line per box. */
const outline = (item: TreeItem, depth = 0): string[] => [
  `${'  '.repeat(depth)}${item.type === 'resource' ? `${item.kind} ` : ''}${item.name}${item.health && item.health !== 'Healthy' ? ` (${item.health})` : ''}`,
  ...item.children.flatMap((child) => outline(child, depth + 1)),
];

const pods = (count: number, degraded: number[] = []) =>
  Array.from({ length: count }, (_, i) =>
    node(
      'Pod',
      `p${String(i).padStart(2, '0')}`,
      'ReplicaSet/r',
      degraded.includes(i) ? 'Degraded' : 'Healthy',
    ),
  );

describe('building the ownership tree', () => {
  it('hangs objects below their owners and everything else below the application', () => {
    const tree = buildTree(app([{ kind: 'Deployment', name: 'd', status: 'Synced' }]), [
      node('Pod', 'p', 'ReplicaSet/r', 'Healthy'),
      node('ReplicaSet', 'r', 'Deployment/d', 'Healthy'),
      node('Deployment', 'd', undefined, 'Healthy'),
      node('ConfigMap', 'c'),
    ]);
    expect(outline(tree)).toEqual([
      'shop',
      '  Deployment d',
      '    ReplicaSet r',
      '      Pod p',
      '  ConfigMap c',
    ]);
    expect(tree.children[0]?.sync).toBe('Synced');
    expect(tree.children[0]?.children[0]?.sync).toBeUndefined();
  });

  it('shows what should exist and does not as Missing', () => {
    expect(outline(buildTree(app([{ kind: 'Deployment', name: 'gone', status: 'OutOfSync' }]), []))).toEqual([
      'shop',
      '  Deployment gone (Missing)',
    ]);
  });

  it('puts trouble first, wherever in a subtree it is, and leaves mere progress in its place', () => {
    const tree = buildTree(app(), [
      node('Deployment', 'a', undefined, 'Healthy'),
      node('Deployment', 'b', undefined, 'Progressing'),
      node('Deployment', 'z', undefined, 'Healthy'),
      node('ReplicaSet', 'r', 'Deployment/z', 'Degraded'),
    ]);
    expect(tree.children.map(({ name }) => name)).toEqual(['z', 'a', 'b']);
    expect(tree.worst).toBe('Degraded');
  });

  it('survives owners that own each other', () => {
    const tree = buildTree(app(), [node('A', 'a', 'B/b'), node('B', 'b', 'A/a')]);
    expect(outline(tree)).toEqual(['shop', '  A a', '    B b']);
  });
});

describe('grouping siblings', () => {
  const tree = (count: number) =>
    buildTree(app(), [node('ReplicaSet', 'r', undefined, 'Healthy'), ...pods(count, [3])]);

  it('begins above eight of a kind', () => {
    expect(groupSiblings(tree(8), new Set()).children[0]?.children).toHaveLength(8);
    expect(outline(groupSiblings(tree(9), new Set()))).toEqual([
      'shop',
      '  ReplicaSet r',
      '    Pod p03 (Degraded)',
      '    8 Pods',
    ]);
    const group = groupSiblings(tree(9), new Set()).children[0]?.children[1];
    expect(group).toMatchObject({ type: 'group', count: 8, worst: 'Healthy' });
    expect(group?.counts).toEqual([{ health: 'Healthy', count: 8 }]);
  });

  it('keeps much trouble in the box, worst first', () => {
    const full = buildTree(app(), [
      node('ReplicaSet', 'r', undefined, 'Healthy'),
      ...pods(20, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ]);
    const closed = groupSiblings(full, new Set()).children[0]?.children ?? [];
    expect(closed).toHaveLength(9);
    expect(closed[8]).toMatchObject({ name: '12 Pods', worst: 'Degraded' });
    const opened = groupSiblings(full, new Set([closed[8]?.id ?? ''])).children[0]?.children[8];
    expect(opened?.children).toHaveLength(12);
    expect(opened?.children[0]?.name).toBe('p08');
  });

  it('folds revisions that run nothing beside one that does', () => {
    const sets = ['r1', 'r2', 'r3'].map((name) => node('ReplicaSet', name, 'Deployment/d', 'Healthy'));
    const full = buildTree(app(), [
      node('Deployment', 'd', undefined, 'Healthy'),
      ...sets,
      node('Pod', 'p', 'ReplicaSet/r3', 'Healthy'),
    ]);
    expect(outline(groupSiblings(full, new Set()))).toEqual([
      'shop',
      '  Deployment d',
      '    ReplicaSet r3',
      '      Pod p',
      '    2 idle ReplicaSets',
    ]);
    const stopped = buildTree(app(), [node('Deployment', 'd', undefined, 'Healthy'), ...sets]);
    expect(groupSiblings(stopped, new Set()).children[0]?.children).toHaveLength(3);
  });

  it.each([
    ['Pod', 'Pods'],
    ['Ingress', 'Ingresses'],
    ['NetworkPolicy', 'NetworkPolicies'],
    ['Gateway', 'Gateways'],
    ['Endpoints', 'Endpoints'],
  ])('writes several of %s as %s', (kind, many) => expect(plural(kind)).toBe(many));
});

describe('choosing what is drawn', () => {
  it('keeps the worst and their owners, and counts the rest in a box', () => {
    const tree = buildTree(app(), [node('ReplicaSet', 'r', undefined, 'Healthy'), ...pods(30, [7, 21])]);
    const { root, drawn, total } = chooseVisible(tree, 4);
    expect({ drawn, total }).toEqual({ drawn: 4, total: 32 });
    expect(outline(root)).toEqual([
      'shop',
      '  ReplicaSet r',
      '    Pod p07 (Degraded)',
      '    Pod p21 (Degraded)',
      '    28 more',
    ]);
  });

  it('changes nothing when everything fits', () => {
    const tree = buildTree(app(), [node('ReplicaSet', 'r'), ...pods(3)]);
    expect(chooseVisible(tree, 5).root).toBe(tree);
  });

  it('never draws a box without its owner', () => {
    const tree = buildTree(app(), [
      node('Deployment', 'd'),
      node('ReplicaSet', 'r', 'Deployment/d'),
      ...pods(600, [1, 5, 599]),
    ]);
    const ids = new Set<string>();
    const walk = (item: TreeItem) => {
      ids.add(item.id);
      item.children.forEach(walk);
    };
    const visible = chooseVisible(tree);
    walk(visible.root);
    expect(visible.drawn).toBe(500);
    expect(ids).toContain(objectId({ kind: 'Pod', namespace: 'ns', name: 'p599' }));
  });
});

describe('filtering the tree', () => {
  const tree = buildTree(app(), [
    node('ReplicaSet', 'r', undefined, 'Healthy'),
    ...pods(3, [1]),
    node('Service', 's'),
  ]);

  it('keeps the owners of what matches', () => {
    expect(outline(filterTree(tree, { health: ['Degraded'] }))).toEqual([
      'shop',
      '  ReplicaSet r',
      '    Pod p01 (Degraded)',
    ]);
    expect(outline(filterTree(tree, { kind: 'Service' }))).toEqual(['shop', '  Service s']);
  });

  it('is the same tree without a filter', () => {
    expect(filterTree(tree, { q: ' ' })).toBe(tree);
  });
});

describe('placing the tree', () => {
  const tree = buildTree(app(), [node('ReplicaSet', 'r'), ...pods(2), node('Service', 's')]);
  const placed = placeTree(tree, new Set());

  it('puts a parent in the row of its first child', () => {
    expect(placed.items.map(({ item, depth, y }) => [item.name, depth, y])).toEqual([
      ['shop', 0, 0],
      ['r', 1, 0],
      ['p00', 2, 0],
      ['p01', 2, 56],
      ['s', 1, 120],
    ]);
    expect(placed.height).toBe(166);
  });

  it('shows nothing below a folded box', () => {
    expect(
      placeTree(tree, new Set([placed.items[1]?.item.id ?? ''])).items.map(({ item }) => item.name),
    ).toEqual(['shop', 'r', 's']);
  });

  it('walks by keys between owners, children and neighbours of a column', () => {
    const walk = (name: string, key: string) =>
      neighbour(placed.items, placed.items.find(({ item }) => item.name === name)?.item.id ?? '', key)?.item
        .name;
    expect(walk('shop', 'ArrowRight')).toBe('r');
    expect(walk('p00', 'ArrowDown')).toBe('p01');
    expect(walk('p01', 'ArrowLeft')).toBe('r');
    expect(walk('r', 'ArrowDown')).toBe('s');
    expect(walk('s', 'ArrowDown')).toBeUndefined();
  });

  it('places ten thousand boxes without work beyond their number', () => {
    const big = placeTree(buildTree(app(), [node('ReplicaSet', 'r'), ...pods(10_000)]), new Set());
    expect(big.items).toHaveLength(10_002);
  });

  it('draws a straight line in one row and a rounded corner between rows', () => {
    expect(edgePath({ x: 0, y: 0 }, { x: 292, y: 0 })).toBe('M236 23H292');
    expect(edgePath({ x: 0, y: 0 }, { x: 292, y: 56 })).toContain('Q');
  });
});

describe('addresses of objects', () => {
  it('come back as they went in', () => {
    const ref = { group: 'apps', kind: 'Deployment', namespace: 'ns', name: 'system:x' };
    expect(parseObjectId(objectId(ref))).toEqual(ref);
    expect(parseObjectId(objectId({ kind: 'Namespace', name: 'shop' }))).toEqual({
      kind: 'Namespace',
      name: 'shop',
    });
    expect(parseObjectId('nonsense')).toBeUndefined();
  });
});
