import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import request from 'supertest';
import type { Application, ApplicationSource } from '@lotse/gitops';
import { ChartHost } from './support/chart-host.js';
import { Delivery } from './support/delivery.js';
import { GitHost } from './support/git-host.js';
import { metric } from './support/metric.js';
import { type TestServer, startServer } from './support/start-server.js';

let git: GitHost;
let host: ChartHost;
let server: TestServer;
let delivery: Delivery;

const configMap = (data: string): Record<string, string> => ({
  'values.yaml': 'who: chart\n',
  'templates/map.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}}
data:
  version: {{ .Chart.Version | quote }}
  who: {{ .Values.who | quote }}
${data}`,
});

beforeAll(async () => {
  git = await new GitHost().start();
  host = await new ChartHost().start();
  server = await startServer({ LOTSE_POLL_INTERVAL: '1s' });
  delivery = new Delivery(server, git);
});

afterAll(async () => {
  await server?.stop();
  await host?.stop();
  await git?.stop();
});

/** The source in place of the usual one in Git. */
async function create(name: string, source: Partial<ApplicationSource> & { repoURL: string }): Promise<void> {
  const manifest = delivery.manifest(name, { automated: { prune: true, selfHeal: true } }) as {
    spec: Record<string, unknown>;
  };
  const response = await server
    .call('post', '/api/v1/applications?validate=false')
    .send({ ...manifest, spec: { ...manifest.spec, source } });
  expect([response.status, response.body.message]).toEqual([200, undefined]);
}

const data = (name: string): unknown => delivery.object('', 'ConfigMap', name, name)?.['data'];
const synced = ({ status }: Application): boolean => status?.sync?.status === 'Synced';
const complaint = ({ status }: Application): string =>
  status?.conditions?.find(({ type }) => type === 'ComparisonError')?.message ?? '';

describe('a chart of a Helm repository', () => {
  it('is delivered in the newest version its range allows, and followed by the poll', async () => {
    host.publish('moving', 'web', '1.0.0', configMap(''));
    host.publish('moving', 'web', '2.0.0', configMap(''));
    await create('web', {
      repoURL: host.repository('moving'),
      chart: 'web',
      targetRevision: '^1',
      helm: { valuesObject: { who: 'application' } },
    });
    const first = await delivery.until('web', synced);
    expect(first.status?.sync?.revision).toBe('1.0.0');
    expect(first.status?.sourceType).toBe('Helm');
    expect(data('web')).toEqual({ version: '1.0.0', who: 'application' });

    const before = host.seen.length;
    const renders = await metric(server, 'lotse_renders_total');
    const asked = (): string[] => host.asked(before);
    await expect.poll(() => asked().length).toBeGreaterThanOrEqual(2);
    // an index that is as it was is not sent again, and nothing else is asked for
    expect(new Set(asked())).toEqual(new Set(['GET /charts/moving/index.yaml']));
    expect(await metric(server, 'lotse_renders_total')).toBe(renders);

    host.publish('moving', 'web', '1.1.0', configMap(''));
    const second = await delivery.until(
      'web',
      (application) => synced(application) && application.status?.sync?.revision === '1.1.0',
    );
    expect(second.status?.sync?.revision).toBe('1.1.0');
    expect(data('web')).toEqual({ version: '1.1.0', who: 'application' });
    expect(await metric(server, 'lotse_chart_requests_total')).toBeGreaterThan(2);
  });

  it('takes values files of the chart and of a source in Git', async () => {
    host.publish('values', 'web', '1.0.0', {
      ...configMap(''),
      'production.yaml': 'who: file of the chart\n',
    });
    git.create('settings', { 'env/production.yaml': 'who: file in Git\n' });
    await create('chart-file', {
      repoURL: host.repository('values'),
      chart: 'web',
      targetRevision: '1.0.0',
      helm: { valueFiles: ['production.yaml'] },
    });
    await delivery.until('chart-file', synced);
    expect(data('chart-file')).toMatchObject({ who: 'file of the chart' });
    const manifest = delivery.manifest('git-file', { automated: {} }) as { spec: Record<string, unknown> };
    const { source: _, ...spec } = manifest.spec;
    await server
      .call('post', '/api/v1/applications?validate=false')
      .send({
        ...manifest,
        spec: {
          ...spec,
          sources: [
            {
              repoURL: host.repository('values'),
              chart: 'web',
              targetRevision: '*',
              helm: { valueFiles: ['$settings/env/*.yaml'] },
            },
            { repoURL: git.url('settings'), targetRevision: 'main', ref: 'settings' },
          ],
        },
      })
      .expect(200);
    await delivery.until('git-file', synced);
    expect(data('git-file')).toMatchObject({ who: 'file in Git' });
  });

  it('is not taken when it is not what the index says', async () => {
    host.publish('changed', 'web', '6.6.6', configMap(''));
    host.digests.set('6.6.6', 'f'.repeat(64));
    await create('changed', { repoURL: host.repository('changed'), chart: 'web', targetRevision: '6.6.6' });
    const application = await delivery.until('changed', (each) => complaint(each) !== '');
    expect(complaint(application)).toMatch(/digest sha256:.* was announced/);
  });

  it('is missed with words that say what there is', async () => {
    host.publish('words', 'web', '1.0.0', configMap(''));
    await create('no-version', { repoURL: host.repository('words'), chart: 'web', targetRevision: '^7' });
    const application = await delivery.until('no-version', (each) => complaint(each) !== '');
    expect(complaint(application)).toBe(
      'chart "web" version "^7" not found in the repository; the newest there are: 1.0.0',
    );
    host.publish('words', 'web', '7.0.0', configMap(''));
    await delivery.until('no-version', synced);
  });

  it('that is private is fetched with credentials, which no other host gets', async () => {
    const thief = await new ChartHost().start();
    thief.publish('private', 'web', '1.0.0', configMap(''));
    host.publish('private', 'web', '1.0.0', configMap(''));
    host.archiveBase = `http://${thief.address}/charts/elsewhere/`;
    thief.publish('elsewhere', 'web', '1.0.0', configMap(''));
    try {
      await create('private', { repoURL: host.repository('private'), chart: 'web', targetRevision: '1.0.0' });
      const denied = await delivery.until('private', (each) => complaint(each) !== '');
      expect(complaint(denied)).toContain('wants credentials (HTTP 401)');
      await server
        .call('post', '/api/v1/repositories')
        .send({
          repo: host.repository('private'),
          type: 'helm',
          username: host.user,
          password: host.password,
        })
        .expect(200);
      await delivery.until('private', synced);
      expect(thief.asked()).toContain('GET /charts/elsewhere/web-1.0.0.tgz');
      expect(thief.seen.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
      expect(JSON.stringify(server.logs)).not.toContain(host.password);
    } finally {
      host.archiveBase = '';
      await thief.stop();
    }
  });

  it('shows its failures in the status of its repository, and is asked less often meanwhile', async () => {
    host.publish('failing', 'web', '1.0.0', configMap(''));
    await create('failing', { repoURL: host.repository('failing'), chart: 'web', targetRevision: '^1' });
    await delivery.until('failing', synced);
    host.intercept = (asked, response) => {
      if (!asked.url?.startsWith('/charts/failing/')) return false;
      response.writeHead(503).end();
      return true;
    };
    const view = async (): Promise<string> => {
      const { body } = await server.call(
        'get',
        `/api/v1/repositories/${encodeURIComponent(host.repository('failing'))}`,
      );
      return `${body.type} ${body.connectionState?.status} ${body.connectionState?.message}`;
    };
    await expect.poll(view).toMatch(/helm Failed .*HTTP 503/);
    // what is deployed stays as it is
    expect(data('failing')).toMatchObject({ version: '1.0.0' });
    host.intercept = undefined;
    await expect.poll(view, { timeout: 60_000 }).toMatch(/helm Successful/);
  });
});

describe('pickers', () => {
  it('list the charts and versions of a repository to those who may see it', async () => {
    host.publish('list', 'web', '1.0.0', {});
    host.publish('list', 'web', '1.1.0', {});
    host.publish('list', 'db', '0.1.0', {});
    await server
      .call('post', '/api/v1/repositories')
      .send({ repo: host.repository('list'), type: 'helm' })
      .expect(200);
    const path = `/api/v1/repositories/${encodeURIComponent(host.repository('list'))}/helmcharts`;
    const { body } = await server.call('get', path).expect(200);
    expect(body.items).toEqual([
      { name: 'web', versions: ['1.1.0', '1.0.0'] },
      { name: 'db', versions: ['0.1.0'] },
    ]);
    expect((await server.call('get', `${path}/web/versions`)).body).toEqual({ versions: ['1.1.0', '1.0.0'] });
    await request(server.url).get(path).expect(401);
    const other = encodeURIComponent(host.repository('nobody-knows-it'));
    await server.call('get', `/api/v1/repositories/${other}/helmcharts`).expect(404);
  });
});

describe('lookup', () => {
  const chart = (expression: string): Record<string, string> => ({
    'templates/map.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: found}
data: {found: {{ ${expression} | toJson | quote }}}
`,
  });
  const found = (namespace: string): unknown =>
    (delivery.object('', 'ConfigMap', namespace, 'found')?.['data'] as { found?: string } | undefined)?.found;

  it('answers from the cluster, and again when that changes', async () => {
    await delivery.client.apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'looked' } },
      { fieldManager: 'test', force: true, dryRun: false },
    );
    const write = (who: string): Promise<unknown> =>
      delivery.client.apply(
        {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'seen', namespace: 'looked' },
          data: { who },
        },
        { fieldManager: 'test', force: true, dryRun: false },
      );
    host.publish('lookup', 'web', '1.0.0', chart('(lookup "v1" "ConfigMap" "looked" "seen").data'));
    await create('looks', { repoURL: host.repository('lookup'), chart: 'web', targetRevision: '1.0.0' });
    await delivery.until('looks', synced);
    expect(found('looks')).toBe('null');
    await write('first');
    await delivery.untilTrue(
      () => found('looks'),
      (value) => value === '{"who":"first"}',
    );
    await write('second');
    await delivery.untilTrue(
      () => found('looks'),
      (value) => value === '{"who":"second"}',
    );
  });

  it('shows nothing that the project may not manage', async () => {
    const client = { fieldManager: 'test', force: true, dryRun: false };
    await delivery.client.apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'secrets-of-others' } },
      client,
    );
    await delivery.client.apply(
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'key', namespace: 'secrets-of-others' },
        stringData: { key: 'canary-lookup' },
      },
      client,
    );
    host.publish(
      'nosy',
      'web',
      '1.0.0',
      chart(
        'list (lookup "v1" "Secret" "secrets-of-others" "key") (lookup "v1" "Secret" "" "") (lookup "v1" "Namespace" "" "secrets-of-others") (lookup "v1" "Nonsense" "" "")',
      ),
    );
    await server
      .call('post', '/api/v1/projects')
      .send({
        project: {
          metadata: { name: 'nosy' },
          spec: { sourceRepos: ['*'], destinations: [{ server: '*', namespace: 'nosy' }] },
        },
      })
      .expect(200);
    const manifest = delivery.manifest('nosy', { automated: {}, syncOptions: [] }) as { spec: object };
    await delivery.client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'nosy' } }, client);
    await server
      .call('post', '/api/v1/applications?validate=false')
      .send({
        ...manifest,
        spec: {
          ...manifest.spec,
          project: 'nosy',
          source: { repoURL: host.repository('nosy'), chart: 'web', targetRevision: '1.0.0' },
        },
      })
      .expect(200);
    await delivery.until('nosy', synced);
    expect(found('nosy')).toBe('[{},{},{},{}]');
  });
});

describe('a chart of a registry', () => {
  it('is delivered by range, over pages of tags and with tokens, and followed by the poll', async () => {
    for (const version of ['1.0.0', '1.1.0+build.1', '1.2.0-rc.1', '2.0.0'])
      host.push('team/charts', 'web', version, configMap(''));
    await create('oci', { repoURL: host.registry('team/charts'), chart: 'web', targetRevision: '1.x' });
    const application = await delivery.until('oci', synced);
    expect(application.status?.sync?.revision).toBe('1.1.0+build.1');
    expect(data('oci')).toMatchObject({ version: '1.1.0+build.1' });
    host.push('team/charts', 'web', '1.3.0', configMap(''));
    await delivery.until('oci', (each) => synced(each) && each.status?.sync?.revision === '1.3.0');
  });

  it('is followed by the poll by its address without scheme, too', async () => {
    host.push('team/bare', 'web', '1.0.0', configMap(''));
    const repoURL = host.registry('team/bare').slice('oci://'.length);
    await create('oci-bare', { repoURL, chart: 'web', targetRevision: '1.x' });
    await delivery.until('oci-bare', synced);
    host.push('team/bare', 'web', '1.1.0', configMap(''));
    await delivery.until('oci-bare', (each) => synced(each) && each.status?.sync?.revision === '1.1.0');
  });

  it('is delivered by version, by the address without scheme, and when the address names it', async () => {
    host.push('team/charts', 'exact', '1.0.0', configMap(''));
    const repoURL = host.registry('team/charts');
    const before = host.seen.length;
    await create('oci-exact', {
      repoURL: repoURL.slice('oci://'.length),
      chart: 'exact',
      targetRevision: '1.0.0',
    });
    await delivery.until('oci-exact', synced);
    expect(host.asked(before).filter((line) => line.includes('/exact/tags/'))).toEqual([]);
    await create('oci-whole', { repoURL: `${repoURL}/exact`, path: '.', targetRevision: '1.0.0' });
    await delivery.until('oci-whole', synced);
    expect(data('oci-whole')).toMatchObject({ version: '1.0.0' });
  });

  it('that is private is fetched with a token for the user', async () => {
    host.push('private', 'web', '1.0.0', configMap(''));
    await create('oci-private', { repoURL: host.registry('private'), chart: 'web', targetRevision: '1.0.0' });
    const denied = await delivery.until('oci-private', (each) => complaint(each) !== '');
    expect(complaint(denied)).toContain('wants credentials (HTTP 401)');
    await server
      .call('post', '/api/v1/repositories')
      .send({
        repo: host.registry('private').slice('oci://'.length),
        type: 'helm',
        enableOCI: true,
        username: host.user,
        password: host.password,
      })
      .expect(200);
    await delivery.until('oci-private', synced);
    const blob = host.seen.findLast(({ path }) => path.includes('/private/web/blobs/'));
    expect(blob?.authorization).toMatch(/^Bearer /);
  });
});

describe('a chart of a kustomization', () => {
  it('comes from its repository, and the history says which it was', async () => {
    await delivery.client.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'argocd-cm', namespace: 'argocd' },
      data: { 'kustomize.buildOptions': '--enable-helm' },
    });
    host.publish('inflated', 'web', '1.0.0', configMap(''));
    const archive = host.publish('inflated', 'web', '1.2.0', configMap(''));
    host.publish('inflated', 'web', '2.0.0', configMap(''));
    const repoURL = host.repository('inflated');
    git.create('inflated', {
      'app/kustomization.yaml': `namespace: inflated
commonAnnotations: {by: kustomize}
helmCharts:
- {name: web, repo: "${repoURL}", version: ^1, releaseName: shop, valuesInline: {who: kustomization}}
`,
    });
    await delivery.create('inflated', { automated: {} });
    const { status } = await delivery.until('inflated', (found) => found.status?.history?.length === 1);
    const found = delivery.object('', 'ConfigMap', 'inflated', 'shop');
    expect(found?.['data']).toEqual({ version: '1.2.0', who: 'kustomization' });
    expect(found?.metadata.annotations).toMatchObject({ by: 'kustomize' });
    const digest = createHash('sha256').update(archive).digest('hex');
    expect(status?.history?.[0]?.inputs).toEqual([
      { repoURL, chart: 'web', revision: '^1', version: '1.2.0', digest },
    ]);
  });
});

describe('a chart in Git', () => {
  it('gets what it depends on from repositories and registries', async () => {
    host.publish('parts', 'cache', '2.1.0', configMap('  part: cache\n'));
    host.publish('parts', 'cache', '2.2.0', configMap('  part: cache\n'));
    host.push('parts', 'queue', '0.3.0', {
      'templates/map.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: queue}\ndata: {chart: {{ .Chart.Name }}, size: "{{ .Values.size }}"}\n',
    });
    git.create('umbrella', {
      'app/Chart.yaml': `apiVersion: v2
name: umbrella
version: 1.0.0
dependencies:
  - {name: cache, version: 2.1.x, repository: "${host.repository('parts')}"}
  - {name: queue, version: ^0.3, repository: "${host.registry('parts')}", alias: jobs}
  - {name: near, version: "*", repository: "file://../near"}
`,
      'app/values.yaml': 'cache: {who: umbrella}\njobs: {size: 3}\n',
      'near/Chart.yaml': 'apiVersion: v2\nname: near\nversion: 0.1.0\n',
      'near/templates/map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: near}\n',
    });
    await delivery.create('umbrella', { automated: {} });
    await delivery.until('umbrella', synced);
    expect(data('umbrella')).toEqual({ version: '2.1.0', who: 'umbrella', part: 'cache' });
    expect(delivery.object('', 'ConfigMap', 'umbrella', 'queue')?.['data']).toEqual({
      chart: 'jobs',
      size: '3',
    });
    expect(delivery.object('', 'ConfigMap', 'umbrella', 'near')).toBeDefined();
  });

  it('is refused when its lock file is out of date, or its project may not use the repository', async () => {
    const dependency = `dependencies:\n- {name: cache, version: 2.x, repository: "${host.repository('parts')}"}\n`;
    git.create('locked', {
      'app/Chart.yaml': `apiVersion: v2\nname: locked\nversion: 1.0.0\n${dependency}`,
      'app/Chart.lock': `${dependency.replace('2.x', '2.1.0')}digest: sha256:00\ngenerated: "2026-01-01T00:00:00Z"\n`,
    });
    await delivery.create('locked');
    const locked = await delivery.until('locked', (each) => complaint(each) !== '');
    expect(complaint(locked)).toContain('the lock file (Chart.lock) is out of sync');
    await server
      .call('post', '/api/v1/projects')
      .send({
        project: {
          metadata: { name: 'narrow' },
          spec: { sourceRepos: [git.url('umbrella')], destinations: [{ server: '*', namespace: '*' }] },
        },
      })
      .expect(200);
    const manifest = delivery.manifest('narrow', { repository: 'umbrella' }) as {
      spec: Record<string, unknown>;
    };
    await server
      .call('post', '/api/v1/applications?validate=false')
      .send({ ...manifest, spec: { ...manifest.spec, project: 'narrow' } })
      .expect(200);
    const narrow = await delivery.until('narrow', (each) => complaint(each) !== '');
    expect(complaint(narrow)).toContain("are not permitted in project 'narrow'");
  });
});
