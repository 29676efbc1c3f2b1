import { afterAll, beforeAll, expect, it } from 'vitest';
import { Delivery } from './support/delivery.js';
import type { GitHost } from './support/git-host.js';
import type { TestServer } from './support/start-server.js';

let host: GitHost;
let server: TestServer;
let delivery: Delivery;
const CANARY = 'canary-0815';

const config = (value: string, name = 'c'): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { value } });
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const base = '/api/v1/applications/shown/managed-resources';

interface Item {
  readonly kind: string;
  readonly name: string;
  readonly modified: boolean;
  readonly liveState: string;
  readonly predictedLiveState: string;
}

beforeAll(async () => {
  delivery = await Delivery.start();
  ({ host, server } = delivery);
  host.create('shown', { 'app/c.json': config('one'), 'app/gone.json': config('here', 'gone') });
  await delivery.create('shown', { automated: { prune: true } });
  await delivery.untilOperation('shown');
  await delivery.until('shown', ({ status }) => status?.sync?.status === 'Synced');
});

afterAll(() => delivery?.stop());

const wantedOf = (items: readonly Item[], name: string): unknown =>
  JSON.parse(items.find((item) => item.name === name)?.predictedLiveState || 'null');

it('compares another revision than the one that is delivered, and delivers nothing', async () => {
  host.git('shown', 'checkout', '--quiet', '-b', 'next');
  host.commit('shown', { 'app/c.json': config('two') }, 'Say two');
  host.git('shown', 'rm', '--quiet', 'app/gone.json');
  host.commit('shown', { 'app/new.json': config('new', 'new') }, 'Replace one');
  host.git('shown', 'checkout', '--quiet', 'main');

  const { body } = await server.call('get', `${base}?revision=next`).expect(200);
  const items = body.items as Item[];
  expect(items.find(({ name }) => name === 'c')?.modified).toBe(true);
  expect(wantedOf(items, 'c')).toMatchObject({ data: { value: 'two' } });
  expect(wantedOf(items, 'new')).toMatchObject({ data: { value: 'new' } });
  expect(wantedOf(items, 'gone')).toBeNull();
  const now = await server.call('get', base).expect(200);
  expect(wantedOf(now.body.items as Item[], 'c')).toMatchObject({ data: { value: 'one' } });
  const { body: absent } = await server.call('get', `${base}?revision=nowhere`);
  expect(absent.message).toContain('nowhere');
});

it('compares files that were sent with the cluster, rendered as the application is', async () => {
  const files = {
    'overlay/kustomization.yaml': base64('resources: [../base]\nnameSuffix: -x\n'),
    'base/kustomization.yaml': base64('resources: [c.json]\n'),
    'base/c.json': base64(config('sent')),
  };
  const { body } = await server.call('post', base).send({ path: 'overlay', files }).expect(200);
  expect(wantedOf(body.items as Item[], 'c-x')).toMatchObject({ data: { value: 'sent' } });
  expect(wantedOf(body.items as Item[], 'c')).toBeNull();
  const { body: app } = await server.call('get', '/api/v1/applications/shown').expect(200);
  expect(app.status.sync.status).toBe('Synced');
});

it('shows no value of a Secret, whatever is sent', async () => {
  const secret = `apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: ${CANARY}}\n`;
  const { text } = await server
    .call('post', base)
    .send({ files: { 's.yaml': base64(secret) } })
    .expect(200);
  expect(text).toContain('"Secret"');
  expect(text.includes(CANARY) || text.includes(base64(CANARY))).toBe(false);
});

it('shows nothing of objects that the project does not permit', async () => {
  const spec = { sourceRepos: ['*'], destinations: [{ server: '*', namespace: 'shown' }] };
  await server
    .call('post', '/api/v1/projects')
    .send({ project: { metadata: { name: 'small' }, spec } })
    .expect(200);
  host.create('small', { 'app/c.json': config('one') });
  const manifest = delivery.manifest('small', { repository: 'small', namespace: 'shown' }) as {
    spec: { project: string };
  };
  manifest.spec.project = 'small';
  await server.call('post', '/api/v1/applications').send(manifest).expect(200);
  const foreign = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kube-root-ca.crt', namespace: 'default' },
  };
  const send = (object: object) =>
    server
      .call('post', '/api/v1/applications/small/managed-resources')
      .send({ files: { 'x.json': base64(JSON.stringify(object)) } });
  const { body, text } = await send(foreign);
  expect(body.message).toContain('does not permit ConfigMap default/kube-root-ca.crt');
  expect(text).not.toContain('CERTIFICATE');
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'admin' },
  };
  expect((await send(role)).body.message).toContain('does not permit ClusterRole admin');
});

it.each(['../x.yaml', 'a/../../x.yaml', '/etc/passwd', 'a//b.yaml', './x.yaml', 'a/'.repeat(700)])(
  'takes no file named %.20s',
  async (name) => {
    await server
      .call('post', base)
      .send({ files: { [name]: '' } })
      .expect(400);
  },
);

it('takes no folder outside of what was sent, and no links', async () => {
  const { body } = await server
    .call('post', base)
    .send({ path: '../..', files: { 'a.json': base64(config('x')) } });
  expect(body.items).toBeUndefined();
  const link = { 'a.yaml': base64('\0link:/etc/passwd') };
  const { text } = await server.call('post', base).send({ files: link });
  expect(text).not.toContain('root:');
});
