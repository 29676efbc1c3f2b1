import request from 'supertest';
import { io, type Socket } from 'socket.io-client';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KubeObject } from '@lotse/manifests';
import { ClusterHost } from '../src/cluster/cluster-host.js';
import { startServer, type TestServer } from './support/start-server.js';

interface Message {
  readonly topic: string;
  readonly type?: string;
  readonly object?: KubeObject;
  readonly code?: string;
}

const MIA = 'p, mia, applications, *, a/*, allow';
const MIA_CLUSTER = 'p, mia, clusters, get, *, allow';
let server: TestServer;
let token: string;
let socket: Socket;
let heard: Message[];

beforeAll(async () => {
  server = await startServer();
  for (const name of ['a', 'b'])
    await server
      .call('post', '/api/v1/projects')
      .send({
        project: {
          metadata: { name },
          spec: { sourceRepos: ['*'], destinations: [{ server: '*', namespace: '*' }] },
        },
      })
      .expect(200);
  await server.call('post', '/api/v1/account').send({ name: 'mia', password: 'mia-password' }).expect(200);
  const { body } = await request(server.localUrl)
    .post('/api/v1/session')
    .send({ username: 'mia', password: 'mia-password' })
    .expect(200);
  ({ token } = body as { token: string });
});

afterAll(() => server?.stop());

beforeEach(async () => {
  await rights(`${MIA}\n${MIA_CLUSTER}`);
  heard = [];
  socket = io(server.localUrl, { auth: { token }, transports: ['websocket'], forceNew: true });
  socket.on('event', (message: Message) => heard.push(message));
  socket.on('ended', (message: Message) => heard.push({ ...message, type: 'ended' }));
  await new Promise((resolve) => socket.once('connect', () => resolve(undefined)));
});

afterEach(() => {
  socket.disconnect();
});

const rights = (csv: string): request.Test =>
  server.call('put', '/api/v1/settings/rbac').send({ csv, default: '' }).expect(200);
const types = (name: string): (string | undefined)[] =>
  heard.filter(({ object }) => object?.metadata.name === name).map(({ type }) => type);

async function create(name: string, project: string): Promise<void> {
  await server
    .call('post', '/api/v1/applications?validate=false')
    .send({
      metadata: { name },
      spec: {
        project,
        source: { repoURL: 'https://git.invalid/x', path: '.', targetRevision: 'secret-branch' },
        destination: { server: 'https://kubernetes.default.svc', namespace: name },
      },
    })
    .expect(200);
}

const move = (name: string, project: string): request.Test =>
  server
    .call('patch', `/api/v1/applications/${name}`)
    .send({ patch: JSON.stringify({ spec: { project } }), patchType: 'merge' })
    .expect(200);

describe('a socket', () => {
  it('is told that an application is gone when it comes to a project that may not be seen, and not what it is now', async () => {
    await create('mover', 'a');
    await socket.emitWithAck('subscribe', { topic: 'applications' });
    await socket.emitWithAck('subscribe', { topic: 'application', name: 'mover' });
    await move('mover', 'b');
    await expect.poll(() => types('mover')).toContain('DELETED');
    await expect.poll(() => heard.map(({ type }) => type)).toContain('ended');
    const after = heard.slice(heard.findIndex(({ type }) => type === 'DELETED'));
    expect(JSON.stringify(after)).not.toContain('secret-branch');
    expect(JSON.stringify(heard)).not.toContain('"project":"b"');
    heard = [];
    await move('mover', 'a');
    await expect.poll(() => types('mover')).toContain('ADDED');
  });

  it('is told what comes and goes when rights change', async () => {
    await create('stays', 'b');
    const subscribed = (await socket.emitWithAck('subscribe', { topic: 'applications' })) as { ok: boolean };
    expect(subscribed.ok).toBe(true);
    await rights(`${MIA}\np, mia, applications, get, b/*, allow`);
    await expect.poll(() => types('stays')).toEqual(['ADDED']);
    await rights(MIA);
    await expect.poll(() => types('stays')).toEqual(['ADDED', 'DELETED']);
  });

  it('hears nothing more of the cluster once it may not look at it', async () => {
    const watched = { topic: 'cluster', resource: 'configmaps', namespace: 'default' };
    await socket.emitWithAck('subscribe', watched);
    await rights(MIA);
    await expect.poll(() => heard).toMatchObject([{ type: 'ended', code: 'access_denied' }]);
    await server.app.get(ClusterHost).client.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'unseen', namespace: 'default' },
    });
    expect(await socket.emitWithAck('subscribe', watched)).toMatchObject({ code: 'access_denied' });
    expect(types('unseen')).toEqual([]);
  });

  it('hears of a write only after it is durable', async () => {
    await socket.emitWithAck('subscribe', {
      topic: 'cluster',
      resource: 'configmaps',
      namespace: 'default',
    });
    const disk = server.app.get(DataSource).createQueryRunner();
    await disk.startTransaction();
    await disk.query('LOCK TABLE engine_log IN EXCLUSIVE MODE');
    const written = server.app.get(ClusterHost).client.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'in-flight', namespace: 'default' },
    });
    const read = server.call('get', '/api/v1/cluster/objects?resource=configmaps&namespace=default');
    let answered = false;
    const answer = read.then(() => (answered = true));
    // a message there and back: what could have been told before it was told
    await socket.emitWithAck('unsubscribe', { topic: 'applications' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([types('in-flight'), answered]).toEqual([[], false]);
    await disk.commitTransaction();
    await disk.release();
    await written;
    await answer;
    await expect.poll(() => types('in-flight')).toEqual(['ADDED']);
  });
});
