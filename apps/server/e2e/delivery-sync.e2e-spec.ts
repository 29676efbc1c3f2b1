import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResourceResult } from '@lotse/gitops';
import { Delivery } from './support/delivery.js';
import type { GitHost } from './support/git-host.js';
import type { TestServer } from './support/start-server.js';

let host: GitHost;
let server: TestServer;
let delivery: Delivery;

beforeAll(async () => {
  delivery = await Delivery.start();
  ({ host, server } = delivery);
});

afterAll(() => delivery?.stop());

const A = 'argocd.argoproj.io/';
const config = (name: string, data = '1', annotations: Record<string, string> = {}): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, annotations },
    data: { value: data },
  });
const job = (name: string, annotations: Record<string, string>, command = 'true'): string =>
  JSON.stringify({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, annotations },
    spec: {
      backoffLimit: 0,
      template: {
        spec: {
          restartPolicy: 'Never',
          containers: [{ name: 'run', image: 'busybox:1.37', command: ['sh', '-c', command] }],
        },
      },
    },
  });
const lines = (results: readonly ResourceResult[] | undefined): string[] =>
  (results ?? []).map(
    ({ syncPhase, kind, name, status, hookPhase }) =>
      `${syncPhase} ${kind}/${name} ${status ?? '-'} ${hookPhase ?? '-'}`,
  );

describe('a sync with hooks and waves', () => {
  it('runs PreSync, the waves and PostSync in order and records each result', async () => {
    host.create('hooks', {
      'app/before.json': job('before', { [`${A}hook`]: 'PreSync' }),
      'app/first.json': config('first', '1', { [`${A}sync-wave`]: '-1' }),
      'app/second.json': config('second'),
      'app/after.json': job('after', {
        [`${A}hook`]: 'PostSync',
        [`${A}hook-delete-policy`]: 'HookSucceeded',
      }),
    });
    await delivery.create('hooks');
    await delivery.until('hooks', ({ status }) => status?.sync?.status === 'OutOfSync');
    await delivery.sync('hooks');
    const state = await delivery.untilOperation('hooks');
    expect(state.message).toBe('successfully synced (all tasks run)');
    expect(lines(state.syncResult?.resources)).toEqual(
      [
        'PreSync Namespace/hooks Synced Succeeded',
        'PreSync Job/before Synced Succeeded',
        'Sync ConfigMap/first Synced Succeeded',
        'Sync ConfigMap/second Synced Running',
        'PostSync Job/after Synced Succeeded',
      ].map((line) => line.replace('second Synced Running', 'second Synced Succeeded')),
    );
    expect(delivery.object('batch', 'Job', 'hooks', 'after')).toBeUndefined();
    expect(delivery.object('batch', 'Job', 'hooks', 'before')).toBeDefined();
  });

  it('stops at a failed hook, runs SyncFail, and leaves the rest alone', async () => {
    host.create('failing', {
      'app/before.json': job('before', { [`${A}hook`]: 'PreSync' }, 'exit 3'),
      'app/never.json': config('never'),
      'app/alarm.json': job('alarm', { [`${A}hook`]: 'SyncFail' }),
    });
    await delivery.create('failing');
    await delivery.sync('failing');
    const state = await delivery.untilOperation('failing');
    expect(state.phase).toBe('Failed');
    expect(state.message).toContain('completed unsuccessfully');
    expect(lines(state.syncResult?.resources)).toContain('SyncFail Job/alarm Synced Succeeded');
    expect(delivery.object('', 'ConfigMap', 'failing', 'never')).toBeUndefined();
  });

  it('can be stopped while a hook runs', async () => {
    host.create('stopped', {
      'app/slow.json': job('slow', { [`${A}hook`]: 'PreSync' }, 'sleep 3600'),
      'app/never.json': config('never'),
    });
    await delivery.create('stopped');
    await delivery.sync('stopped');
    await delivery.until(
      'stopped',
      ({ status }) => status?.operationState?.message?.includes('completion of hook') === true,
    );
    expect((await server.call('post', '/api/v1/applications/stopped/sync').send({})).status).toBe(409);
    await server.call('delete', '/api/v1/applications/stopped/operation').expect(200);
    const state = await delivery.untilOperation('stopped');
    expect([state.phase, state.message]).toEqual(['Failed', 'Operation terminated']);
    await delivery.untilTrue(
      () => delivery.object('batch', 'Job', 'stopped', 'slow'),
      (job) => job === undefined,
    );
  });
});

describe('what a sync does and leaves', () => {
  it('prunes only when asked to, and never what is protected', async () => {
    host.create('pruning', {
      'app/a.json': config('a'),
      'app/b.json': config('b'),
      'app/kept.json': config('kept', '1', { [`${A}sync-options`]: 'Prune=false' }),
    });
    await delivery.create('pruning');
    await delivery.sync('pruning');
    await delivery.untilOperation('pruning');
    host.git('pruning', 'rm', '-q', 'app/b.json', 'app/kept.json');
    host.commit('pruning', { 'app/a.json': config('a', '2') });
    await delivery.refresh('pruning');
    const app = await delivery.until('pruning', ({ status }) => status?.sync?.status === 'OutOfSync');
    expect(
      app.status?.resources?.filter((resource) => resource.requiresPruning).map(({ name }) => name),
    ).toEqual(['b', 'kept']);
    await delivery.sync('pruning');
    const kept = await delivery.until(
      'pruning',
      ({ status, operation }) =>
        !operation &&
        status?.operationState?.syncResult?.resources?.length === 3 &&
        status.operationState.phase === 'Succeeded',
    );
    expect(
      kept.status?.operationState?.syncResult?.resources?.filter(({ status }) => status === 'PruneSkipped'),
    ).toHaveLength(2);
    await delivery.sync('pruning', { prune: true });
    await delivery.untilTrue(
      () => delivery.object('', 'ConfigMap', 'pruning', 'b'),
      (object) => object === undefined,
    );
    expect(delivery.object('', 'ConfigMap', 'pruning', 'kept')).toBeDefined();
  });

  it('changes nothing in a dry run and says what it would do', async () => {
    host.create('dry', { 'app/a.json': config('a') });
    await delivery.create('dry');
    await delivery.sync('dry', { dryRun: true });
    const state = await delivery.untilOperation('dry');
    expect(state.phase).toBe('Succeeded');
    expect(state.syncResult?.resources?.map(({ name, message }) => [name, message])).toContainEqual([
      'a',
      'would be created (dry run)',
    ]);
    expect(delivery.object('', 'ConfigMap', 'dry', 'a')).toBeUndefined();
  });

  it('syncs only the named objects', async () => {
    host.create('selective', { 'app/a.json': config('a'), 'app/b.json': config('b') });
    await delivery.create('selective', { namespace: 'default' });
    await delivery.sync('selective', { resources: [{ kind: 'ConfigMap', name: 'b', namespace: 'default' }] });
    await delivery.untilOperation('selective');
    expect(delivery.object('', 'ConfigMap', 'default', 'b')).toBeDefined();
    expect(delivery.object('', 'ConfigMap', 'default', 'a')).toBeUndefined();
  });

  it('refuses the whole when one object is invalid, and says which and why', async () => {
    host.create('invalid', {
      'app/a.json': config('a'),
      'app/b.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: b}\nspec: {replicas: 1, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: c}}, spec: {containers: [{name: x, image: nginx}]}}}\n',
    });
    await delivery.create('invalid', { namespace: 'default' });
    await delivery.sync('invalid');
    const state = await delivery.untilOperation('invalid');
    expect(state.phase).toBe('Failed');
    expect(state.message).toContain('Deployment/b');
    expect(delivery.object('', 'ConfigMap', 'default', 'a')).toBeUndefined();
  });

  it('tries again as often as it is told', async () => {
    host.create('retrying', { 'app/before.json': job('before', { [`${A}hook`]: 'PreSync' }, 'exit 1') });
    await delivery.create('retrying', { retry: { limit: 1, backoff: { duration: '1s', factor: 1 } } });
    await delivery.sync('retrying');
    const state = await delivery.untilOperation('retrying');
    expect([state.phase, state.retryCount]).toEqual(['Failed', 1]);
  });

  it('goes over to a corrected commit, or to other options, instead of trying again what failed', async () => {
    host.create('mending', {
      'app/before.json': job('before', { [`${A}hook`]: 'PreSync' }, 'exit 1'),
      'app/web.json': config('web'),
    });
    await delivery.create('mending', {
      automated: {},
      retry: { limit: 5, backoff: { duration: '1h' } },
      syncOptions: [],
    });
    const waits = async (): Promise<string> =>
      (await delivery.until('mending', ({ status }) => (status?.operationState?.retryCount ?? 0) > 0)).status
        ?.operationState?.message ?? '';
    // the namespace is missing
    expect(await waits()).toContain('Retrying attempt #1');
    const { body } = await server.call('get', '/api/v1/applications/mending');
    const { spec } = body as { spec: object };
    await server.call('put', '/api/v1/applications/mending').send({
      ...(body as object),
      spec: { ...spec, ...(delivery.manifest('mending', { automated: {} }) as { spec: object }).spec },
    });
    await delivery.until(
      'mending',
      ({ status }) => status?.operationState?.operation.sync?.syncOptions?.[0] === 'CreateNamespace=true',
    );
    // then the job fails
    expect(await waits()).toContain('Retrying attempt #1');
    const commit = host.commit('mending', {
      'app/before.json': job('before', { [`${A}hook`]: 'PreSync' }, 'exit 0'),
    });
    await delivery.refresh('mending');
    const { status } = await delivery.until(
      'mending',
      ({ status }) => status?.operationState?.phase === 'Succeeded',
    );
    expect(status?.operationState?.syncResult?.revision).toBe(commit);
  });

  it('stops what runs when the application is deleted, and leaves nothing behind', async () => {
    host.create('leaving', {
      'app/slow.json': job('slow', { [`${A}hook`]: 'PreSync' }, 'sleep 3600'),
      'app/never.json': config('never'),
    });
    await delivery.create('leaving');
    await delivery.sync('leaving');
    await delivery.until(
      'leaving',
      ({ status }) => status?.operationState?.message?.includes('completion of hook') === true,
    );
    await server.call('delete', '/api/v1/applications/leaving').expect(200);
    await delivery.untilTrue(
      () => [
        delivery.object('argoproj.io', 'Application', 'argocd', 'leaving'),
        delivery.object('batch', 'Job', 'leaving', 'slow'),
        delivery.object('', 'ConfigMap', 'leaving', 'never'),
      ],
      (objects) => objects.every((object) => object === undefined),
    );
  });

  it('deletes its objects with the application when asked to, and only then', async () => {
    for (const name of ['cascade', 'orphan']) {
      host.create(name, { 'app/a.json': config(name) });
      await delivery.create(name, { namespace: 'default' });
      await delivery.sync(name);
      await delivery.untilOperation(name);
    }
    await server.call('delete', '/api/v1/applications/cascade').expect(200);
    await server.call('delete', '/api/v1/applications/orphan?cascade=false').expect(200);
    await delivery.untilTrue(
      () => delivery.object('argoproj.io', 'Application', 'argocd', 'cascade'),
      (object) => object === undefined,
    );
    expect(delivery.object('', 'ConfigMap', 'default', 'cascade')).toBeUndefined();
    expect(delivery.object('', 'ConfigMap', 'default', 'orphan')).toBeDefined();
    await server.call('get', '/api/v1/applications/cascade').expect(404);
  });
});

describe('Helm and Kustomize sources', () => {
  it('delivers a chart with its hooks mapped, and values of the application', async () => {
    host.create('chart', {
      'chart/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
      'chart/values.yaml': 'word: chart\n',
      'chart/templates/config.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}-c"}\ndata: {word: "{{ .Values.word }}", ns: "{{ .Release.Namespace }}"}\n',
      'chart/templates/hook.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: hooked, annotations: {helm.sh/hook: "pre-install,pre-upgrade"}}\n',
    });
    await delivery.create('chart', {
      path: 'chart',
      source: {
        helm: { parameters: [{ name: 'word', value: 'parameter' }], valuesObject: { word: 'values' } },
      },
    });
    await delivery.sync('chart');
    const state = await delivery.untilOperation('chart');
    expect(lines(state.syncResult?.resources)).toContain('PreSync ConfigMap/hooked Synced Succeeded');
    expect(delivery.object('', 'ConfigMap', 'chart', 'chart-c')?.['data']).toEqual({
      word: 'parameter',
      ns: 'chart',
    });
  });

  it('keeps the passwords a chart makes up, so that it stays in sync', async () => {
    host.create('chance', {
      'chart/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
      'chart/templates/secret.yaml':
        'apiVersion: v1\nkind: Secret\nmetadata: {name: made-up}\nstringData: {password: "{{ randAlphaNum 20 }}"}\n',
    });
    await delivery.create('chance', { path: 'chart' });
    await delivery.sync('chance');
    await delivery.untilOperation('chance');
    const secret = (): unknown => delivery.object('', 'Secret', 'chance', 'made-up')?.['data'];
    const first = secret();
    const app = await delivery.refresh('chance', 'hard');
    expect(app.status?.sync?.status).toBe('Synced');
    expect(secret()).toEqual(first);
  });

  it('delivers an overlay with the options of the application', async () => {
    host.create('overlay', {
      'base/kustomization.yaml': 'resources: [config.json]\n',
      'base/config.json': config('settings'),
      'over/kustomization.yaml': 'resources: [../base]\nnamePrefix: over-\n',
    });
    await delivery.create('overlay', {
      path: 'over',
      source: { kustomize: { nameSuffix: '-here', commonLabels: { team: 'a' } } },
    });
    await delivery.sync('overlay');
    await delivery.untilOperation('overlay');
    expect(delivery.object('', 'ConfigMap', 'overlay', 'over-settings-here')?.metadata.labels).toEqual({
      team: 'a',
    });
  });
});

describe('several sources', () => {
  it('are delivered together, with values lent from one to another', async () => {
    host.create('values', { 'prod/values.yaml': 'word: lent\n' });
    host.create('multi', {
      'chart/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
      'chart/templates/config.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: from-chart}\ndata: {word: "{{ .Values.word }}"}\n',
      'plain/a.json': config('plain'),
    });
    const manifest = delivery.manifest('multi') as { spec: Record<string, unknown> };
    const { source: _, ...spec } = manifest.spec;
    const sources = [
      {
        repoURL: host.url('multi'),
        path: 'chart',
        targetRevision: 'main',
        helm: { valueFiles: ['$shared/prod/values.yaml'] },
      },
      { repoURL: host.url('multi'), path: 'plain', targetRevision: 'main' },
      { repoURL: host.url('values'), targetRevision: 'main', ref: 'shared' },
    ];
    await server
      .call('post', '/api/v1/applications')
      .send({
        ...manifest,
        spec: {
          ...spec,
          sources,
          syncPolicy: { automated: { selfHeal: true }, syncOptions: ['CreateNamespace=true'] },
        },
      })
      .expect(200);
    await delivery.untilOperation('multi');
    await delivery.until('multi', ({ status }) => status?.sync?.status === 'Synced');
    expect(delivery.object('', 'ConfigMap', 'multi', 'from-chart')?.['data']).toEqual({ word: 'lent' });
    expect(delivery.object('', 'ConfigMap', 'multi', 'plain')).toBeDefined();
    host.commit('values', { 'prod/values.yaml': 'word: changed\n' });
    await delivery.refresh('multi');
    await delivery.untilTrue(
      () =>
        delivery.object('', 'ConfigMap', 'multi', 'from-chart')?.['data'] as { word?: string } | undefined,
      (data) => data?.word === 'changed',
    );
  });
});

describe('a project', () => {
  it('holds for every object: neither other namespaces nor refused kinds', async () => {
    await delivery.client.create({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AppProject',
      metadata: { name: 'tight', namespace: 'argocd' },
      spec: {
        sourceRepos: ['*'],
        destinations: [{ server: '*', namespace: 'tight' }],
        namespaceResourceBlacklist: [{ group: '', kind: 'Secret' }],
      },
    });
    await delivery.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'tight' } });
    const elsewhere = JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'escape', namespace: 'kube-system' },
    });
    const secret = JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'refused' } });
    const role = JSON.stringify({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'refused' },
      rules: [],
    });
    host.create('tight', { 'app/a.json': elsewhere, 'app/b.json': secret, 'app/c.json': role });
    const manifest = delivery.manifest('tight', { syncOptions: [] }) as { spec: object };
    await server
      .call('post', '/api/v1/applications')
      .send({ ...manifest, spec: { ...manifest.spec, project: 'tight' } })
      .expect(200);
    await delivery.sync('tight');
    const state = await delivery.untilOperation('tight');
    expect(state.phase).toBe('Failed');
    for (const part of [
      'Namespace kube-system is not permitted',
      'Resource :Secret is not permitted',
      'ClusterRole is not permitted',
    ])
      expect(state.message).toContain(part);
    expect(delivery.object('', 'ConfigMap', 'kube-system', 'escape')).toBeUndefined();
    const { body } = await server.call('post', '/api/v1/applications?validate=false').send({
      ...manifest,
      metadata: { name: 'outside' },
      spec: {
        ...manifest.spec,
        project: 'tight',
        destination: { server: 'https://kubernetes.default.svc', namespace: 'other' },
      },
    });
    const refused = await delivery.until(
      body.metadata.name,
      ({ status }) => status?.conditions?.some(({ type }) => type === 'InvalidSpecError') === true,
    );
    expect(refused.status?.conditions?.[0]?.message).toContain(
      "do not match any of the allowed destinations in project 'tight'",
    );
  });
});
