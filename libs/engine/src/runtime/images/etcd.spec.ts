import { describe, expect, it } from 'vitest';
import type { ServerContext } from '../image-behaviour.js';
import { etcd } from './etcd.js';

const encoded = (text: string): string => Buffer.from(text).toString('base64');

function started() {
  const context = { memory: new Map<string, string>(), words: ['etcd'] } as unknown as ServerContext;
  return (path: string, question: object): Record<string, unknown> => {
    const body = Buffer.from(JSON.stringify(question));
    const answer = etcd.serve?.({ method: 'POST', url: path, headers: {}, body }, context);
    return JSON.parse(String(answer?.body)) as Record<string, unknown>;
  };
}

describe('etcd in a container', () => {
  it('counts a revision with every write, and tells when a key was made and changed', () => {
    const ask = started();
    ask('/v3/kv/put', { key: encoded('a'), value: encoded('1') });
    ask('/v3/kv/put', { key: encoded('a'), value: encoded('2') });
    expect(ask('/v3/kv/range', { key: encoded('a') })).toMatchObject({
      header: { revision: '3' },
      count: '1',
      kvs: [{ value: encoded('2'), create_revision: '2', mod_revision: '3', version: '2' }],
    });
  });

  it('finds and deletes keys from one up to another, byte by byte', () => {
    const ask = started();
    for (const key of ['a/1', 'a/2', 'b/1', 'ä']) ask('/v3/kv/put', { key: encoded(key), value: '' });
    const under = { key: encoded('a/'), range_end: encoded('a0') };
    expect(ask('/v3/kv/range', { ...under, limit: '1' })).toMatchObject({ count: '2', more: true });
    expect(ask('/v3/kv/deleterange', under)).toMatchObject({ deleted: '2' });
    expect(ask('/v3/kv/range', { key: encoded('\0'), range_end: encoded('\0') })).toMatchObject({
      kvs: [{ key: encoded('b/1') }, { key: encoded('ä') }],
    });
  });

  it('refuses what is no JSON, and a key that is none', () => {
    const ask = started();
    expect(ask('/v3/kv/put', { value: encoded('1') })).toMatchObject({
      message: 'etcdserver: key is not provided',
    });
    const answer = etcd.serve?.({ method: 'POST', url: '/v3/kv/put', headers: {}, body: Buffer.from('{') }, {
      memory: new Map<string, string>(),
    } as unknown as ServerContext);
    expect(answer?.status).toBe(400);
  });

  it('listens where its flags say', () => {
    const words = ['etcd', '--listen-client-urls', 'http://127.0.0.1:9379,http://10.0.0.1:9380'];
    expect(etcd.portsOf?.(words, new Map())).toEqual([9379, 9380, 2380]);
  });
});
