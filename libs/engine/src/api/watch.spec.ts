import { expect, it } from 'vitest';
import { ConfigMaps } from '../clients/resource-type.js';
import { createCluster } from '../cluster.js';
import { openWatch, WatchHub, type WatchEncoder } from './watch.js';

function watching() {
  const cluster = createCluster({ controllers: [] });
  const resource = cluster.registry.find('', 'v1', 'configmaps');
  if (!resource) throw new Error('no configmaps');
  const hub = new WatchHub(cluster.store);
  const text: WatchEncoder = { encode: (type, object) => Buffer.from(`${type} ${JSON.stringify(object)}`) };
  const open = (query: string, write: (line: string) => boolean, encoder = text) => {
    const lines: string[] = [];
    let ended = false;
    const parameters = new URLSearchParams(query);
    openWatch(
      { ...cluster, hub, random: { next: () => 0 } },
      { resource, namespace: 'default', name: '', parameters },
      encoder,
    )({
      write: (chunk) => {
        const line = Buffer.from(chunk).toString();
        lines.push(
          /^(\w+).*?(?:"name":"(\w+)"|"code":(\d+))/.exec(line)?.slice(1).filter(Boolean).join(' ') ?? line,
        );
        return write(line);
      },
      end: () => (ended = true),
    });
    return { lines, isEnded: () => ended };
  };
  const create = (name: string) =>
    cluster.client.create(ConfigMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'default' },
    });
  return { ...cluster, hub, open, create, text };
}

it('ends only the watch that could not be told of a change', () => {
  const { open, create, hub, text } = watching();
  const before = open('', () => true);
  const broken = open('', () => true, {
    encode(type, object, shared) {
      if (type === 'ADDED') throw new Error('no words for it');
      return text.encode(type, object, shared);
    },
  });
  const gone = open('', () => {
    throw new Error('socket closed');
  });
  const after = open('', () => true);
  create('a');
  create('b');
  expect(before.lines).toEqual(['ADDED a', 'ADDED b']);
  expect(after.lines).toEqual(['ADDED a', 'ADDED b']);
  expect(broken.lines).toEqual(['ERROR 500']);
  expect(broken.isEnded()).toBe(true);
  expect(gone.lines).toHaveLength(2);
  expect(hub.size).toBe(2);
});

it('waits for the revision a watch starts from when that is still to come', () => {
  const { open, create, store } = watching();
  const seen = open(`resourceVersion=${store.revision + 2}`, () => true);
  create('a');
  create('b');
  expect(seen.lines).toEqual([]);
  create('c');
  expect(seen.lines).toEqual(['ADDED c']);
});

it('refuses initial events of a revision that is still to come, and says when to try again', () => {
  const { open, store } = watching();
  const version = store.revision + 5;
  const query = `sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&resourceVersion=${version}`;
  expect(() => open(query, () => true)).toThrow(
    expect.objectContaining({
      code: 504,
      message: `Timeout: Too large resource version: ${version}, current: ${store.revision}`,
      status: expect.objectContaining({ details: expect.objectContaining({ retryAfterSeconds: 1 }) }),
    }),
  );
});
