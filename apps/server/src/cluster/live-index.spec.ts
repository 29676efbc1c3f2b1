import { createCluster } from '@lotse/engine';
import type { KubeObject, ObjectMeta } from '@lotse/manifests';
import { withTracking } from '@lotse/gitops';
import { describe, expect, it } from 'vitest';
import { LiveIndex, type TrackedChange } from './live-index.js';

const config = (name: string, metadata: ObjectMeta = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'n', uid: `uid-${name}`, ...metadata },
});

function setup() {
  const { store } = createCluster({ controllers: [] });
  const index = new LiveIndex(store);
  return { store, index, put: (object: KubeObject) => void store.commit('/configmaps', object) };
}

describe('the index of live objects', () => {
  it('knows which objects belong to an application, as they come, change hands and go', () => {
    const { store, index, put } = setup();
    const told: string[] = [];
    index.onTrackedChange(({ application, key, deleted }: TrackedChange) =>
      told.push(`${application} ${key} ${deleted ? 'gone' : 'is'}`),
    );
    put(withTracking(config('a'), 'one', 'n'));
    put(config('foreign'));
    put(withTracking(config('a'), 'two', 'n'));
    expect([...index.tracked('one').keys()]).toEqual([]);
    expect([...index.tracked('two').keys()]).toEqual(['/ConfigMap/n/a']);
    store.remove('/configmaps', 'n/a');
    expect(index.tracked('two').size).toBe(0);
    expect(told).toEqual([
      'one /ConfigMap/n/a is',
      'one /ConfigMap/n/a gone',
      'two /ConfigMap/n/a is',
      'two /ConfigMap/n/a gone',
    ]);
  });

  it('does not count a copy that carries the mark of another object', () => {
    const { index, put } = setup();
    const marked = withTracking(config('a'), 'one', 'n');
    put({ ...marked, metadata: { ...marked.metadata, name: 'copy', uid: 'uid-copy' } });
    expect(index.tracked('one').size).toBe(0);
  });

  it('finds the application of whatever its objects own', () => {
    const { index, put } = setup();
    const owner = (name: string) => ({
      ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name, uid: `uid-${name}` }],
    });
    put(withTracking(config('root'), 'one', 'n'));
    put(config('child', owner('root')));
    put(config('grandchild', owner('child')));
    expect([...index.applicationsOf(config('grandchild', owner('child')))]).toEqual(['one']);
    expect([...index.owned('uid-root')].map(({ metadata }) => metadata.name)).toEqual(['child']);
  });

  it('survives a circle of owners', () => {
    const { index, put } = setup();
    const owner = (name: string) => ({
      ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name, uid: `uid-${name}` }],
    });
    put(config('a', owner('b')));
    put(config('b', owner('a')));
    expect(index.applicationsOf(config('a', owner('b'))).size).toBe(0);
  });

  it('tells who waits for one object of any change of it, and nobody else', () => {
    const { index, put } = setup();
    let changes = 0;
    const stop = index.onObjectChange('/ConfigMap/n/a', () => changes++);
    put(config('b'));
    put(config('a'));
    stop();
    put(config('a', { labels: { x: 'y' } }));
    expect(changes).toBe(1);
  });
});
