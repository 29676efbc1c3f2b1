import type { JsonObject } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import type { RemoteApiCaller, RemoteApis, RemoteVersion } from '../../aggregation/remote-api.js';
import { Namespaces } from '../../clients/resource-type.js';
import { createCluster } from '../../cluster.js';
import type { APIService } from '../../types/index.js';
import { RemoteNamespaceContents } from './remote-namespace-contents.js';

const GROUP = 'wardle.example.com';
const SERVICE: APIService = { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata: {} };

/** A cluster with a server that keeps flunders, and what it was asked. */
function withServer(options: { verbs?: string[]; isSimulated?: boolean } = {}) {
  const cluster = createCluster();
  const flunders = new Map<string, { finalizers?: string[] }>();
  const asked: string[] = [];
  const server = { isStale: false, fails: false };
  const { verbs = ['delete', 'deletecollection', 'list'], isSimulated = false } = options;
  const entry = { name: 'flunders', namespaced: true, kind: 'Flunder', verbs };
  const talk = { name: 'flunders/talk', namespaced: true, kind: 'Flunder', verbs };
  const fischers = { name: 'fischers', namespaced: false, kind: 'Fischer', verbs };
  const apis: RemoteApis = {
    generation: 0,
    *versions(): Generator<RemoteVersion> {
      const resources: JsonObject[] = server.isStale ? [] : [entry, talk, fischers];
      const priority = { group: 1, version: 1 };
      const unknown = { openApiHash: undefined, openApiV2: undefined };
      yield { group: GROUP, version: 'v1', priority, isStale: server.isStale, resources, ...unknown };
    },
    serving: () => SERVICE,
    isAvailable: () => !server.isStale,
  };
  const caller: RemoteApiCaller = {
    isSimulated: () => isSimulated,
    get: () => undefined,
    send(_service, { method, path }, answered) {
      asked.push(`${method} ${path}`);
      const [place = ''] = path.split('?');
      const name = place.split('/flunders/')[1];
      if (method === 'DELETE' && !server.fails)
        for (const [key, { finalizers = [] }] of flunders)
          if (finalizers.length === 0 && (name === undefined || name === key)) flunders.delete(key);
      const items = [...flunders].map(([key, metadata]) => ({ metadata: { name: key, ...metadata } }));
      const status = server.fails ? 500 : 200;
      setImmediate(() => answered({ kind: 'answer', status, body: JSON.stringify({ items }) }));
    },
  };
  cluster.elsewhere.contents = new RemoteNamespaceContents(apis, caller);
  cluster.client.create(Namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  cluster.client.delete(Namespaces, undefined, 'shop');
  const pass = async (duration: string): Promise<void> => {
    cluster.advance(duration);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    cluster.advance(1);
  };
  const conditions = (): Record<string, string> => {
    const { status } = cluster.client.get(Namespaces, undefined, 'shop');
    return Object.fromEntries(
      (status?.conditions ?? []).map(({ type, status: is, message }) => [type, `${is} ${message}`]),
    );
  };
  const isThere = (): boolean => cluster.client.lister(Namespaces).get(undefined, 'shop') !== undefined;
  return { flunders, asked, server, pass, conditions, isThere };
}

describe('a namespace that goes', () => {
  it('takes what other servers keep for it along, and nothing of other namespaces', async () => {
    const { flunders, asked, pass, isThere } = withServer();
    flunders.set('a', {});
    await pass('1s');
    expect([flunders.size, isThere()]).toEqual([0, false]);
    const path = `/apis/${GROUP}/v1/namespaces/shop/flunders`;
    expect(asked).toEqual([`DELETE ${path}?propagationPolicy=Background`, `GET ${path}`]);
  });

  it('waits for what finalizers hold there, and says so', async () => {
    const { flunders, pass, conditions, isThere } = withServer();
    flunders.set('a', { finalizers: ['example.com/guard'] });
    await pass('1s');
    expect(conditions()).toMatchObject({
      NamespaceContentRemaining: `True Some resources are remaining: flunders.${GROUP} has 1 resource instances`,
      NamespaceFinalizersRemaining: expect.stringContaining(
        'example.com/guard in 1 resource instances',
      ) as string,
    });
    flunders.set('a', {});
    for (let round = 0; round < 3; round++) await pass('6s');
    expect([flunders.size, isThere()]).toEqual([0, false]);
  });

  it('waits for servers that do not answer, or fail', async () => {
    const { server, pass, conditions, isThere } = withServer();
    server.isStale = true;
    await pass('1s');
    expect(conditions()['NamespaceDeletionDiscoveryFailure']).toContain(
      `stale GroupVersion discovery: ${GROUP}/v1`,
    );
    Object.assign(server, { isStale: false, fails: true });
    for (let round = 0; round < 3; round++) await pass('6s');
    expect(conditions()['NamespaceDeletionContentFailure']).toContain('status 500');
    server.fails = false;
    for (let round = 0; round < 3; round++) await pass('6s');
    expect(isThere()).toBe(false);
  });

  it('does not wait for a simulated program that never served an API', async () => {
    const { server, pass, isThere } = withServer({ isSimulated: true });
    server.isStale = true;
    await pass('1s');
    expect(isThere()).toBe(false);
  });

  it('deletes one by one where a server can not delete all at once', async () => {
    const { flunders, asked, pass, isThere } = withServer({ verbs: ['delete', 'list'] });
    flunders.set('a', {}).set('b', {});
    await pass('1s');
    expect(isThere()).toBe(false);
    expect(asked.filter((one) => one.startsWith('DELETE'))).toHaveLength(2);
  });
});
