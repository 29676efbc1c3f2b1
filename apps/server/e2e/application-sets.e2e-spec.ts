import type { JsonObject, KubeObject } from '@lotse/manifests';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApplicationSetReconciler } from '../src/application-sets/application-set-reconciler.js';
import { Delivery } from './support/delivery.js';
import type { GitHost } from './support/git-host.js';
import type { TestServer } from './support/start-server.js';

const SERVER = 'https://kubernetes.default.svc';
const MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n';
let server: TestServer;
let host: GitHost;
let delivery: Delivery;

beforeAll(async () => {
  delivery = await Delivery.start();
  ({ host, server } = delivery);
});
afterAll(() => delivery?.stop());

const app = (name: string): KubeObject | undefined =>
  delivery.object('argoproj.io', 'Application', 'argocd', name);
const set = (name: string): KubeObject | undefined =>
  delivery.object('argoproj.io', 'ApplicationSet', 'argocd', name);
const conditions = (name: string): Record<string, string> => {
  const status = set(name)?.['status'] as
    { conditions?: { type: string; status: string; message: string }[] } | undefined;
  return Object.fromEntries(
    (status?.conditions ?? []).map(({ type, status: holds, message }) => [type, `${holds}: ${message}`]),
  );
};
const settled = (name: string): Promise<void> =>
  server.app.get(ApplicationSetReconciler, { strict: false }).refresh(name);

function made(
  name: string,
  generators: JsonObject[],
  more: JsonObject = {},
  spec: JsonObject = {},
): JsonObject {
  return {
    metadata: { name },
    spec: {
      generators,
      template: {
        metadata: { name: `${name}-{{name}}` },
        spec: {
          project: 'default',
          source: { repoURL: host.url('sets'), path: 'apps/{{name}}', targetRevision: 'main' },
          destination: { server: SERVER, namespace: '{{name}}' },
          ...spec,
        },
      },
      ...more,
    },
  };
}
const list = (...names: string[]): JsonObject => ({ list: { elements: names.map((name) => ({ name })) } });
const post = (body: JsonObject, query = ''): request.Test =>
  server.call('post', `/api/v1/applicationsets${query}`).send(body);

describe('a set', () => {
  beforeAll(() => {
    host.create('sets', { 'apps/a/m.yaml': MAP, 'apps/b/m.yaml': MAP });
  });

  it('makes, changes and deletes applications over REST, and delivers them', async () => {
    const automated = { syncPolicy: { automated: {}, syncOptions: ['CreateNamespace=true'] } };
    await post(made('rest', [list('a', 'b')], {}, automated)).expect(200);
    await delivery.until('rest-a', ({ status }) => status?.sync?.status === 'Synced');
    expect(delivery.object('', 'ConfigMap', 'a', 'm')).toBeDefined();
    expect(app('rest-b')?.metadata).toMatchObject({
      finalizers: ['resources-finalizer.argocd.argoproj.io'],
      ownerReferences: [{ kind: 'ApplicationSet', name: 'rest', controller: true }],
    });
    await settled('rest');
    expect(conditions('rest')['ErrorOccurred']).toMatch(/^False/);
    expect(set('rest')?.['status']).toMatchObject({ resourcesCount: 2 });

    await post(made('rest', [list('a')], {}, automated)).expect(409);
    await server
      .call('put', '/api/v1/applicationsets/rest')
      .send(made('rest', [list('a')], {}, { ...automated, info: [{ name: 'n', value: '{{name}}' }] }))
      .expect(200);
    await delivery.untilTrue(
      () => app('rest-b'),
      (gone) => gone === undefined,
    );
    expect(app('rest-a')?.['spec']).toMatchObject({ info: [{ name: 'n', value: 'a' }] });

    await server.call('delete', '/api/v1/applicationsets/rest').expect(200);
    await delivery.untilTrue(
      () => app('rest-a'),
      (gone) => gone === undefined,
    );
    expect(delivery.object('', 'ConfigMap', 'a', 'm')).toBeUndefined();
    await server.call('get', '/api/v1/applicationsets/rest').expect(404);
  });

  it('applied with kubectl follows the directories of its repository', async () => {
    host.create('dirs', { 'apps/a/m.yaml': MAP });
    await delivery.client.create({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'ApplicationSet',
      metadata: { name: 'dirs', namespace: 'argocd' },
      spec: {
        goTemplate: true,
        goTemplateOptions: ['missingkey=error'],
        generators: [
          { git: { repoURL: host.url('dirs'), revision: 'main', directories: [{ path: 'apps/*' }] } },
        ],
        template: {
          metadata: {
            name: 'dirs-{{ .path.basename | normalize }}',
            labels: { folder: '{{ index .path.segments 1 }}' },
          },
          spec: {
            project: 'default',
            source: { repoURL: host.url('dirs'), path: '{{ .path.path }}', targetRevision: 'main' },
            destination: { server: SERVER, namespace: 'x' },
          },
        },
      },
    });
    await delivery.untilTrue(
      () => app('dirs-a'),
      (found) => found !== undefined,
    );
    expect(app('dirs-a')).toMatchObject({
      metadata: { labels: { folder: 'a' } },
      spec: { source: { path: 'apps/a' } },
    });

    host.commit('dirs', { 'apps/New_One/m.yaml': MAP });
    await server.call('post', '/api/webhook').send({ repository: { clone_url: host.url('dirs') } });
    await delivery.client.patch(
      { group: 'argoproj.io', kind: 'ApplicationSet', namespace: 'argocd', name: 'dirs' },
      { metadata: { annotations: { 'argocd.argoproj.io/application-set-refresh': 'true' } } },
    );
    await delivery.untilTrue(
      () => app('dirs-new-one'),
      (found) => found !== undefined,
    );
    await settled('dirs');
    expect(set('dirs')?.metadata.annotations ?? {}).toEqual({});
  });

  it('never deletes because something went wrong', async () => {
    await post(made('safe', [list('a', 'b')])).expect(200);
    await delivery.untilTrue(
      () => app('safe-b'),
      (found) => found !== undefined,
    );
    const spoilt: JsonObject[][] = [
      [list('a'), { git: { repoURL: host.url('missing'), directories: [{ path: '*' }] } }],
      [list('a'), list('a')],
      [list('a', 'Not/A-Name')],
      [list('a'), { scmProvider: {} }],
    ];
    for (const generators of spoilt) {
      await server.call('put', '/api/v1/applicationsets/safe').send(made('safe', generators)).expect(200);
      await settled('safe');
      expect(conditions('safe')['ErrorOccurred']).toMatch(/^True: ./);
      expect(app('safe-a')?.metadata.deletionTimestamp).toBeUndefined();
      expect(app('safe-b')?.metadata.deletionTimestamp).toBeUndefined();
    }
    expect(conditions('safe')['ErrorOccurred']).toContain('scmProvider is not supported');
    await server
      .call('put', '/api/v1/applicationsets/safe')
      .send(made('safe', [list('b')]))
      .expect(200);
    await delivery.untilTrue(
      () => app('safe-a'),
      (gone) => gone === undefined,
    );
    await settled('safe');
    expect(conditions('safe')['ErrorOccurred']).toMatch(/^False/);
  });

  it('puts its applications back as they are meant to be', async () => {
    await post(made('own', [list('a')])).expect(200);
    await delivery.untilTrue(
      () => app('own-a'),
      (found) => found !== undefined,
    );
    const ref = { group: 'argoproj.io', kind: 'Application', namespace: 'argocd', name: 'own-a' };
    await delivery.client.patch(ref, { spec: { source: { path: 'elsewhere' } } });
    await delivery.untilTrue(
      () => (app('own-a')?.['spec'] as { source?: { path?: string } } | undefined)?.source?.path,
      (path) => path === 'apps/a',
    );
    const uid = app('own-a')?.metadata.uid;
    await delivery.client.delete(ref, { propagation: 'background' });
    await delivery.untilTrue(
      () => app('own-a')?.metadata,
      (metadata) =>
        metadata !== undefined && metadata.uid !== uid && metadata.deletionTimestamp === undefined,
    );
  });

  it('keeps what was delivered where that is wanted', async () => {
    const automated = { syncPolicy: { automated: {}, syncOptions: ['CreateNamespace=true'] } };
    await post(
      made('kept', [list('b')], { syncPolicy: { preserveResourcesOnDeletion: true } }, automated),
    ).expect(200);
    await delivery.until('kept-b', ({ status }) => status?.sync?.status === 'Synced');
    await server.call('delete', '/api/v1/applicationsets/kept').expect(200);
    await delivery.untilTrue(
      () => app('kept-b'),
      (gone) => gone === undefined,
    );
    expect(delivery.object('', 'ConfigMap', 'b', 'm')).toBeDefined();
  });

  it('takes over no application of another project or set', async () => {
    await server
      .call('post', '/api/v1/projects')
      .send({
        project: {
          metadata: { name: 'other' },
          spec: { sourceRepos: ['*'], destinations: [{ server: '*', namespace: '*' }] },
        },
      })
      .expect(200);
    const foreign = delivery.manifest('grab-a', { repository: 'sets' }) as { spec: JsonObject };
    foreign.spec['project'] = 'other';
    await server.call('post', '/api/v1/applications?validate=false').send(foreign).expect(200);
    await post(made('grab', [list('a')])).expect(200);
    await settled('grab');
    expect(conditions('grab')['ErrorOccurred']).toContain('in the project other');
    expect(app('grab-a')?.['spec']).toMatchObject({ project: 'other' });
  });

  it('is previewed without making anything', async () => {
    const { body } = await server
      .call('post', '/api/v1/applicationsets/generate')
      .send({ applicationSet: made('preview', [{ matrix: { generators: [list('a'), { clusters: {} }] } }]) });
    expect(body).toMatchObject({ message: expect.stringContaining('duplicate key') as string });
    const good = await server
      .call('post', '/api/v1/applicationsets/generate')
      .send({ applicationSet: made('preview', [list('a', 'b')]) })
      .expect(200);
    expect(good.body.applications).toMatchObject([
      { metadata: { name: 'preview-a' } },
      { metadata: { name: 'preview-b' } },
    ]);
    await post(made('preview', [list('a')]), '?dryRun=true').expect(200);
    expect(app('preview-a')).toBeUndefined();
    expect(set('preview')).toBeUndefined();
  });

  it('generates for clusters that Secrets describe, and shows nothing of how to get in', async () => {
    await delivery.client.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: 'east',
        namespace: 'argocd',
        labels: { 'argocd.argoproj.io/secret-type': 'cluster', env: 'prod' },
      },
      stringData: { name: 'east', server: 'https://east.example.org', config: '{"bearerToken":"canary"}' },
    });
    const body = made(
      'clusters',
      [{ clusters: { selector: { matchLabels: { env: 'prod' } } } }],
      {},
      {
        destination: { name: '{{name}}', namespace: 'x' },
        info: [{ name: 'all', value: '{{server}} {{config}} {{metadata.labels.env}}' }],
      },
    );
    const { body: answer } = await server
      .call('post', '/api/v1/applicationsets/generate')
      .send({ applicationSet: body })
      .expect(200);
    expect(answer.applications[0].spec.info[0].value).toBe('https://east.example.org {{config}} prod');
  });
});

describe('rights to sets', () => {
  const templated = (spec: JsonObject): JsonObject => made('rights', [list('a')], {}, spec);

  it('are given for the project that a set names in plain text', async () => {
    await post(templated({ project: '{{name}}' })).expect(400);
    const generator = { list: { elements: [{ name: 'a' }], template: { spec: { project: 'other' } } } };
    await post(made('rights', [{ matrix: { generators: [generator, list('b')] } }])).expect(400);
    await post(made('rights', [list('a')], { templatePatch: 'spec: {project: other}' })).expect(200);
    await settled('rights');
    expect(conditions('rights')['ErrorOccurred']).toContain("can't change spec.project");
    expect(app('rights-a')).toBeUndefined();
  });

  it('read no repository that the project does not permit', async () => {
    await server
      .call('post', '/api/v1/projects')
      .send({ project: { metadata: { name: 'narrow' }, spec: { sourceRepos: ['https://example.org/*'] } } })
      .expect(200);
    const git = { git: { repoURL: host.url('sets'), directories: [{ path: 'apps/*' }] } };
    const { body } = await server
      .call('post', '/api/v1/applicationsets/generate')
      .send({ applicationSet: made('narrow', [git], {}, { project: 'narrow' }) })
      .expect(400);
    expect(body.message).toContain("not permitted in project 'narrow'");
  });

  it('of others are not enough, and hide what exists', async () => {
    await request(server.localUrl).get('/api/v1/applicationsets').expect(401);
    await server
      .call('post', '/api/v1/account')
      .send({ name: 'ann', password: 'a long password' })
      .expect(200);
    await server
      .call('put', '/api/v1/settings/rbac')
      .send({ csv: 'p, ann, applicationsets, *, other/*, allow' })
      .expect(200);
    const login = await request(server.localUrl)
      .post('/api/v1/session')
      .send({ username: 'ann', password: 'a long password' });
    const ask = (method: 'get' | 'post' | 'put' | 'delete', path: string): request.Test =>
      request(server.localUrl)
        [method](`/api/v1/applicationsets${path}`)
        .set('Authorization', `Bearer ${login.body.token}`);
    expect((await ask('get', '').expect(200)).body.items).toEqual([]);
    await ask('get', '/own').expect(404);
    await ask('delete', '/own').expect(404);
    await ask('put', '/own')
      .send(made('own', [list('a')]))
      .expect(404);
    await ask('post', '')
      .send(made('mine', [list('a')]))
      .expect(403);
    await ask('post', '/generate')
      .send({ applicationSet: made('mine', [list('a')]) })
      .expect(403);
    await ask('post', '?upsert=true')
      .send(made('own', [list('a')], {}, { project: 'other' }))
      .expect(403);
  });
});
