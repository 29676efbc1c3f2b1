import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import request from 'supertest';
import type { KubeObject } from '@lotse/manifests';
import { Delivery } from './support/delivery.js';
import type { GitHost } from './support/git-host.js';
import type { TestServer } from './support/start-server.js';

let host: GitHost;
let server: TestServer;
let delivery: Delivery;
const CANARY = 'canary-4711';

const files = {
  'app/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1.29"}]}
`,
  'app/secret.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: keys}\nstringData: {password: ${CANARY}}\n`,
};

beforeAll(async () => {
  delivery = await Delivery.start();
  ({ host, server } = delivery);
  host.create('web', files);
  await delivery.create('web', { automated: { selfHeal: true } });
  await delivery.untilOperation('web');
  await delivery.until(
    'web',
    ({ status }) => status?.health?.status === 'Healthy' && status.sync?.status === 'Synced',
  );
});

afterAll(() => delivery?.stop());

const base = '/api/v1/applications';

describe('reading', () => {
  it('lists by page, project, label and search', async () => {
    const all = await server.call('get', base).expect(200);
    expect(all.body.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toContain('web');
    expect(Number(all.body.metadata.resourceVersion)).toBeGreaterThan(0);
    expect((await server.call('get', `${base}?projects=other`)).body.items).toEqual([]);
    expect((await server.call('get', `${base}?search=WE`)).body.items).toHaveLength(1);
    expect((await server.call('get', `${base}?selector=a%3Db`)).body.items).toEqual([]);
    await server.call('get', `${base}?selector=%3D%3D`).expect(400);
    await server.call('get', `${base}?limit=0`).expect(400);
  });

  it('shows the tree with pods below their owners', async () => {
    const { body } = await server.call('get', `${base}/web/resource-tree`).expect(200);
    const pod = body.nodes.find((node: { kind: string }) => node.kind === 'Pod');
    const set = body.nodes.find((node: { kind: string }) => node.kind === 'ReplicaSet');
    expect(pod).toMatchObject({
      images: ['nginx:1.29'],
      parentRefs: [{ uid: set.uid, kind: 'ReplicaSet' }],
      health: { status: 'Healthy' },
    });
    expect(body).toMatchObject({ orphanedNodes: [], hosts: [] });
  });

  it('shows desired, live and predicted states, and which differ', async () => {
    const { body } = await server.call('get', `${base}/web/managed-resources`).expect(200);
    const deployment = body.items.find((item: { kind: string }) => item.kind === 'Deployment');
    expect(JSON.parse(deployment.liveState).spec.replicas).toBe(1);
    expect(deployment).toMatchObject({
      group: 'apps',
      namespace: 'web',
      name: 'web',
      hook: false,
      modified: false,
    });
  });

  it('never shows the value of a Secret, anywhere', async () => {
    const routes = [
      '',
      '/resource-tree',
      '/managed-resources',
      '/manifests',
      '/events',
      '/history',
      '/history/1/manifests',
      '/resource?kind=Secret&namespace=web&resourceName=keys',
    ];
    const bodies = await Promise.all(
      routes.map(async (route) => (await server.call('get', `${base}/web${route}`).expect(200)).text),
    );
    bodies.push((await server.call('get', '/api/v1/cluster/objects?resource=secrets').expect(200)).text);
    for (const [index, text] of bodies.entries()) {
      expect([
        routes[index],
        text.includes(CANARY),
        text.includes(Buffer.from(CANARY).toString('base64')),
      ]).toEqual([routes[index], false, false]);
    }
    expect(JSON.stringify(server.logs)).not.toContain(CANARY);
  });

  it('shows logs, events, commits and single objects', async () => {
    const logs = await server.call('get', `${base}/web/logs?tailLines=5`).expect(200);
    expect(JSON.parse(logs.text.trim().split('\n').at(-1) ?? '')).toMatchObject({ result: { last: true } });
    await server.call('get', `${base}/web/logs?podName=none`).expect(404);
    const { body: events } = await server.call('get', `${base}/web/events`).expect(200);
    const reasons = events.items.map((event: { reason: string }) => event.reason);
    expect(reasons).toEqual(
      expect.arrayContaining([
        'ScalingReplicaSet',
        'OperationStarted',
        'OperationCompleted',
        'ResourceUpdated',
      ]),
    );
    const { body: metadata } = await server.call('get', `${base}/web/revisions/main/metadata`).expect(200);
    expect(metadata).toMatchObject({ author: 'Ada <ada@example.org>', message: 'Change' });
    const { body: resource } = await server
      .call('get', `${base}/web/resource?group=apps&kind=Deployment&namespace=web&resourceName=web`)
      .expect(200);
    expect(JSON.parse(resource.manifest).kind).toBe('Deployment');
    await server.call('get', `${base}/web/resource?kind=Namespace&resourceName=kube-system`).expect(404);
    await server.call('get', `${base}/web/resource`).expect(400);
  });

  it('streams applications: first all, then changes', async () => {
    const answer = await fetch(`${server.url}/api/v1/stream/applications`, {
      headers: { authorization: `Bearer ${server.token}` },
    });
    const reader = answer.body?.getReader();
    const read = async (): Promise<{ result: { type: string } }> =>
      JSON.parse(new TextDecoder().decode((await reader?.read())?.value).split('\n')[0] ?? '');
    expect((await read()).result.type).toBe('ADDED');
    await server
      .call('patch', `${base}/web`)
      .send({ patch: JSON.stringify({ metadata: { labels: { touched: 'yes' } } }), patchType: 'merge' })
      .expect(200);
    expect((await read()).result.type).toBe('MODIFIED');
    await reader?.cancel();
  });
});

describe('writing', () => {
  it('refuses what can not be delivered, with each field named', async () => {
    const { body } = await server
      .call('post', base)
      .send({
        metadata: { name: 'Bad_Name' },
        spec: { destination: {}, source: { repoURL: '', path: '../x' } },
      })
      .expect(400);
    expect(body).toMatchObject({ error: 'application_invalid', place: { field: 'metadata.name' } });
    expect(body.message).toContain('spec.source.path');
    await server
      .call('post', base)
      .send({ metadata: { name: 'x' } })
      .expect(400);
    await server.call('post', base).send([]).expect(400);
  });

  it('creates once, and changes only with upsert', async () => {
    const manifest = delivery.manifest('twice', { repository: 'web' }) as {
      spec: { source: { path: string } };
    };
    await server.call('post', base).send(manifest).expect(200);
    await server.call('post', base).send(manifest).expect(200);
    manifest.spec.source.path = 'other';
    const { body } = await server.call('post', base).send(manifest).expect(409);
    expect(body.error).toBe('application_already_exists');
    const refused = await server.call('post', `${base}?upsert=true`).send(manifest).expect(400);
    expect(refused.body.message).toContain('Nothing was changed: twice');
    const blind = `${base}?upsert=true&validate=false`;
    const changed = await server.call('post', blind).send(manifest).expect(200);
    expect(changed.body.spec.source.path).toBe('other');
    const failed = await delivery.until(
      'twice',
      ({ status }) => status?.conditions?.some(({ type }) => type === 'ComparisonError') === true,
    );
    expect(failed.status?.sync?.status).toBe('Unknown');
    expect(failed.status?.conditions?.[0]?.message).toContain('app path does not exist');
    await server.call('delete', `${base}/twice`).expect(200);
  });

  it('replaces and patches the specification, and keeps the status out of it', async () => {
    const { body } = await server.call('get', `${base}/web`);
    const { body: replaced } = await server
      .call('put', `${base}/web`)
      .send({
        ...body,
        status: { sync: { status: 'Nonsense' } },
        spec: { ...body.spec, info: [{ name: 'a', value: 'b' }] },
      })
      .expect(200);
    expect([replaced.spec.info, replaced.status.sync.status]).toEqual([
      [{ name: 'a', value: 'b' }],
      'Synced',
    ]);
    const { body: patched } = await server
      .call('patch', `${base}/web`)
      .send({ patch: '[{"op":"remove","path":"/spec/info"}]' })
      .expect(200);
    expect(patched.spec.info).toBeUndefined();
    await server
      .call('patch', `${base}/web`)
      .send({ patch: '[{"op":"remove","path":"/spec/none"}]' })
      .expect(400);
    await server.call('patch', `${base}/web`).send({ patch: 'no json' }).expect(400);
    await server
      .call('put', `${base}/web`)
      .send({ ...body, metadata: { name: 'other' } })
      .expect(400);
  });

  it('changes and deletes objects of the application only', async () => {
    const query = 'group=apps&kind=Deployment&namespace=web&resourceName=web';
    const { body } = await server
      .call('post', `${base}/web/resource?${query}`)
      .send({ metadata: { annotations: { seen: 'yes' } } })
      .expect(200);
    expect(JSON.parse(body.manifest).metadata.annotations.seen).toBe('yes');
    await server.call('delete', `${base}/web/resource?kind=Namespace&resourceName=default`).expect(404);
  });

  it('takes a patch of an object as text in JSON, as clients of Argo CD send it', async () => {
    const path = `${base}/web/resource?group=apps&kind=Deployment&namespace=web&resourceName=web`;
    const send = (text: string) =>
      server.call('post', path).set('Content-Type', 'application/json').send(JSON.stringify(text));
    const { body } = await send('{"metadata":{"annotations":{"seen":"as text"}}}').expect(200);
    expect(JSON.parse(body.manifest).metadata.annotations.seen).toBe('as text');
    await send('{"metadata":').expect(400);
    await send('"text in text"').expect(400);
    await send('[]').expect(400);
    await send(`{"a":${'['.repeat(100_000)}`).expect(400);
    await send('{"__proto__":{"polluted":true}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('has nothing to stop or to roll back to when nothing ran', async () => {
    await server.call('delete', `${base}/web/operation`).expect(400);
    await server.call('post', `${base}/web/rollback`).send({ id: 99 }).expect(404);
    await server.call('post', `${base}/web/rollback`).send({}).expect(400);
    await server.call('post', `${base}/web/sync`).send({ resources: 'all' }).expect(400);
  });
});

describe('hostile input', () => {
  it.each(['%2e%2e%2fetc', '__proto__', 'constructor', 'a'.repeat(300), '%00'])(
    'an application named %s is not there',
    async (name) => {
      const { status } = await server.call('get', `${base}/${name}`);
      expect([400, 404]).toContain(status);
    },
  );

  it('keys of prototypes stay keys', async () => {
    const body =
      '{"metadata":{"name":"proto","annotations":{"__proto__":"x"}},"spec":{"__proto__":{"polluted":1},"project":"default","destination":{"server":"https://kubernetes.default.svc"},"source":{"repoURL":"http://127.0.0.1:1/x","path":"a"}}}';
    const { status } = await server.call('post', base).set('Content-Type', 'application/json').send(body);
    expect([200, 400, 422]).toContain(status);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    await server.call('delete', `${base}/proto?cascade=false`);
  });

  it('nobody gets anything without a token, or with a wrong one', async () => {
    for (const route of [
      '',
      '/web',
      '/web/resource-tree',
      '/web/managed-resources',
      '/web/manifests',
      '/web/events',
      '/web/logs',
      '/web/history',
      '/web/resource',
    ]) {
      await request(server.url).get(`${base}${route}`).expect(401);
      await request(server.url).get(`${base}${route}`).set('Authorization', 'Bearer lotse_wrong').expect(401);
    }
    await request(server.url).post(`${base}/web/sync`).send({}).expect(401);
    await request(server.url).delete(`${base}/web`).expect(401);
    await request(server.url).get('/api/v1/stream/applications').expect(401);
    await request(server.url).get('/api/v1/cluster/nodes').expect(401);
  });
});

describe('the cluster over REST', () => {
  it('lists what it serves, its objects and its nodes with their pods', async () => {
    const { body: resources } = await server.call('get', '/api/v1/cluster/resources').expect(200);
    expect(resources.items).toContainEqual({
      group: 'apps',
      version: 'v1',
      resource: 'deployments',
      kind: 'Deployment',
      namespaced: true,
      count: 1,
    });
    const { body: objects } = await server
      .call('get', '/api/v1/cluster/objects?group=apps&version=v1&resource=deployments&namespace=web')
      .expect(200);
    expect(objects.items).toHaveLength(1);
    await server.call('get', '/api/v1/cluster/objects?resource=nonsense').expect(404);
    const { body: nodes } = await server.call('get', '/api/v1/cluster/nodes').expect(200);
    expect(nodes.items).toHaveLength(3);
  });
});

describe('sockets', () => {
  const connect = async (): Promise<Socket> => {
    const socket = io(server.url, {
      auth: { token: server.token },
      transports: ['websocket'],
      forceNew: true,
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    return socket;
  };
  const next = <T>(socket: Socket, event: string, wanted: (message: T) => boolean): Promise<T> =>
    new Promise((resolve) => {
      const listener = (message: T): void => {
        if (!wanted(message)) return;
        socket.off(event, listener);
        resolve(message);
      };
      socket.on(event, listener);
    });
  interface State {
    topic: string;
    items: KubeObject[];
  }
  interface Change {
    topic: string;
    type: string;
    object: KubeObject & { node?: { kind: string; name: string } };
  }

  it('follow all applications, the tree of one, and objects of the cluster', async () => {
    const socket = await connect();
    try {
      const states = ['applications', 'application', 'cluster'].map((topic) =>
        next<State>(socket, 'state', (message) => message.topic === topic),
      );
      for (const request of [
        { topic: 'applications' },
        { topic: 'application', name: 'web' },
        { topic: 'cluster', resource: 'pods', namespace: 'web' },
      ]) {
        const reply = (await socket.emitWithAck('subscribe', request)) as { ok: boolean };
        expect(reply.ok).toBe(true);
      }
      const [applications, application, pods] = await Promise.all(states);
      expect(applications?.items.map(({ metadata }) => metadata.name)).toContain('web');
      expect(application?.items.map(({ kind }) => kind)).toEqual(
        expect.arrayContaining(['Application', 'TreeNode']),
      );
      expect(pods?.items.length).toBe(1);

      const added = next<Change>(
        socket,
        'event',
        ({ topic, type, object }) =>
          topic === 'application' && type === 'ADDED' && object.node?.kind === 'Pod',
      );
      const pod = next<Change>(
        socket,
        'event',
        ({ topic, type }) => topic === 'cluster' && type === 'DELETED',
      );
      await delivery.client.delete(
        { group: '', kind: 'Pod', namespace: 'web', name: pods?.items[0]?.metadata.name ?? '' },
        { propagation: 'background' },
      );
      expect((await added).object.node?.name).toContain('web-');
      expect((await pod).object.kind).toBe('Pod');
      const refused = (await socket.emitWithAck('subscribe', { topic: 'application', name: 'none' })) as {
        code: string;
      };
      expect(refused.code).toBe('application_not_found');
    } finally {
      socket.disconnect();
    }
  });
});

describe('creating', () => {
  it('refuses what cannot be delivered, unless told not to look', async () => {
    const attempts: readonly (readonly [object, string])[] = [
      [{ repository: 'web', path: 'no/such/folder' }, 'no/such/folder'],
      [{ source: { repoURL: host.url('web'), path: 'app', targetRevision: 'gone' } }, 'gone'],
      [{ source: { repoURL: host.url('absent'), path: 'app', targetRevision: 'main' } }, 'absent'],
    ];
    for (const [options, place] of attempts) {
      const manifest = delivery.manifest('hopeless', options);
      const { body, status } = await server.call('post', base).send(manifest);
      expect([status, body.message]).toEqual([400, expect.stringContaining(place)]);
      expect(body.message).toContain('Nothing was created: hopeless');
      await server.call('get', `${base}/hopeless`).expect(404);
    }
    const blind = delivery.manifest('hopeless', { repository: 'web', path: 'no/such/folder' });
    await server.call('post', `${base}?validate=false`).send(blind).expect(200);
    await server.call('get', `${base}/hopeless`).expect(200);
    await server.call('delete', `${base}/hopeless?cascade=false`).expect(200);
  });
});
