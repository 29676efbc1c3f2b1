import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Application } from '@lotse/gitops';
import type { GitHost } from './support/git-host.js';
import { Delivery } from './support/delivery.js';
import type { TestServer } from './support/start-server.js';

let host: GitHost;
let server: TestServer;
let delivery: Delivery;

beforeAll(async () => {
  delivery = await Delivery.start({ LOTSE_POLL_INTERVAL: '1s' });
  ({ host, server } = delivery);
});

afterAll(() => delivery?.stop());

const isDelivered = ({ status }: Application): boolean =>
  status?.sync?.status === 'Synced' && status.health?.status === 'Healthy';
const complaint = ({ status }: Application): string =>
  status?.conditions?.find(({ type }) => type === 'ComparisonError')?.message ?? '';
const data = (name: string, namespace = name): unknown =>
  delivery.object('', 'ConfigMap', namespace, name)?.['data'];
const configMap = (name: string, value: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {value: "${value}"}\n`;

const GUESTBOOK = `
local labels(name) = { app: name };
local service(p) = {
  apiVersion: 'v1', kind: 'Service', metadata: { name: p.name },
  spec: { selector: labels(p.name), type: p.type, ports: [{ port: p.port, targetPort: p.port }] },
};
local deployment(p) = {
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: p.name },
  spec: {
    replicas: p.replicas,
    selector: { matchLabels: labels(p.name) },
    template: {
      metadata: { labels: labels(p.name) },
      spec: { containers: [{ name: p.name, image: p.image, ports: [{ containerPort: p.port }] }] },
    },
  },
};
function(name='ui', replicas=1, image=std.extVar('image'))
  local p = (import 'params.libsonnet') + { name: name, replicas: replicas, image: image };
  [service(p), deployment(p)]
`;

describe('a directory with programs in Jsonnet', () => {
  it('goes from a commit to Synced and Healthy, with variables, arguments and a library', async () => {
    host.create('programs', {
      'app/main.jsonnet': GUESTBOOK,
      'lib/params.libsonnet': '{ port: 80, type: "LoadBalancer" }',
    });
    await delivery.create('programs', {
      source: {
        directory: {
          jsonnet: {
            extVars: [{ name: 'image', value: 'nginx:1.27' }],
            tlas: [
              { name: 'replicas', value: '1 + 1', code: true },
              { name: 'name', value: '$ARGOCD_APP_NAME-ui' },
            ],
            libs: ['lib'],
          },
        },
      },
      automated: { prune: true },
    });
    const app = await delivery.until('programs', isDelivered);
    expect(app.status?.sourceType).toBe('Directory');
    expect(delivery.object('apps', 'Deployment', 'programs', 'programs-ui')?.['spec']).toMatchObject({
      replicas: 2,
    });
    // a library is an input like every other
    host.commit('programs', { 'lib/params.libsonnet': '{ port: 8080, type: "LoadBalancer" }' });
    await delivery.untilTrue(
      () => delivery.object('', 'Service', 'programs', 'programs-ui')?.['spec'],
      (spec) => (spec as { ports?: { port: number }[] } | undefined)?.ports?.[0]?.port === 8080,
    );
  });

  it('says where a program is wrong, and reads nothing outside of the repository', async () => {
    host.create('wrong-programs', { 'app/main.jsonnet': '{\n  a: import "../../../etc/passwd",\n}' });
    await delivery.create('wrong-programs');
    const app = await delivery.until('wrong-programs', (found) => complaint(found) !== '');
    expect(complaint(app)).toMatch(/app\/main.jsonnet:2:6: import .* leads out of the repository/);
  });
});

describe('a kustomization with bases of other repositories', () => {
  it('follows the branch of one and stays with the commit of another', async () => {
    const pinned = host.create('pinned-base', {
      'base/kustomization.yaml': 'resources: [map.yaml]\n',
      'base/map.yaml': configMap('pinned', 'one'),
    });
    host.create('moving-base', {
      'base/kustomization.yaml': 'resources: [map.yaml]\n',
      'base/map.yaml': configMap('moving', 'one'),
    });
    host.create('overlay', {
      'app/kustomization.yaml': `resources:\n- ${host.url('pinned-base')}//base?ref=${pinned}\n- ${host.url('moving-base')}//base?ref=main\n`,
    });
    await delivery.create('overlay', { automated: { prune: true, selfHeal: true } });
    await delivery.until('overlay', isDelivered);
    expect([data('pinned', 'overlay'), data('moving', 'overlay')]).toEqual([
      { value: 'one' },
      { value: 'one' },
    ]);
    host.commit('pinned-base', { 'base/map.yaml': configMap('pinned', 'two') });
    host.commit('moving-base', { 'base/map.yaml': configMap('moving', 'two') });
    await delivery.untilTrue(
      () => data('moving', 'overlay'),
      (found) => (found as { value?: string } | undefined)?.value === 'two',
    );
    expect(data('pinned', 'overlay')).toEqual({ value: 'one' });
  });

  it('shows in the history and beside the manifests which commits it was made of', async () => {
    const first = host.create('shown-base', {
      'base/kustomization.yaml': 'resources: [map.yaml]\n',
      'base/map.yaml': configMap('shown', 'one'),
    });
    const repoURL = host.url('shown-base');
    host.create('shown', { 'app/kustomization.yaml': `resources: ["${repoURL}//base?ref=main"]\n` });
    await delivery.create('shown', { automated: { selfHeal: true } });
    const one = await delivery.until('shown', ({ status }) => status?.history?.length === 1);
    const inputs = (commit: string): unknown => [{ repoURL, revision: 'main', commit }];
    expect(one.status?.history?.map((entry) => entry.inputs)).toEqual([inputs(first)]);

    const second = host.commit('shown-base', { 'base/map.yaml': configMap('shown', 'two') });
    const two = await delivery.until('shown', ({ status }) => status?.history?.length === 2);
    expect(two.status?.history?.map((entry) => entry.inputs)).toEqual([inputs(first), inputs(second)]);
    const get = async (path: string): Promise<Record<string, unknown>> =>
      (await server.call('get', `/api/v1/applications/shown/${path}`)).body as Record<string, unknown>;
    expect((await get('history'))['items']).toMatchObject([
      { id: 2, inputs: inputs(second) },
      { id: 1, inputs: inputs(first) },
    ]);
    expect((await get('manifests'))['inputs']).toEqual(inputs(second));
    expect((await get('history/1/manifests'))['inputs']).toEqual(inputs(first));
  });

  it('reads only what the project allows', async () => {
    await delivery.client.patch(
      { group: 'argoproj.io', kind: 'AppProject', namespace: 'argocd', name: 'default' },
      { spec: { sourceRepos: ['*', `!${host.url('secret-base')}`] } },
    );
    host.create('secret-base', { 'base/kustomization.yaml': 'resources: []\n' });
    host.create('curious', { 'app/kustomization.yaml': `resources: ["${host.url('secret-base')}//base"]\n` });
    await delivery.create('curious');
    const app = await delivery.until('curious', (found) => complaint(found) !== '');
    expect(complaint(app)).toMatch(/secret-base, which is not permitted in project 'default'/);
  });

  it('finds out a base that leads back to itself', async () => {
    host.create('circle', {
      'app/kustomization.yaml': `resources: ["${host.url('circle')}//app?ref=main"]\n`,
    });
    await delivery.create('circle');
    const app = await delivery.until('circle', (found) => complaint(found) !== '');
    expect(complaint(app)).toMatch(/cycle detected/);
  });

  it('reads single files of the web, and renders again when they changed', async () => {
    let content = configMap('file', 'one');
    host.intercept = (request, response) => {
      if (request.url !== '/files/map.yaml') return false;
      response.end(content);
      return true;
    };
    const address = host.url('files/map.yaml');
    host.create('web-file', { 'app/kustomization.yaml': `resources: ["${address}"]\n` });
    // the revision stays the same, so what differs is drift
    await delivery.create('web-file', { automated: { prune: true, selfHeal: true } });
    await delivery.until('web-file', isDelivered);
    content = configMap('file', 'two');
    await delivery.refresh('web-file');
    await delivery.untilTrue(
      () => data('file', 'web-file'),
      (found) => (found as { value?: string } | undefined)?.value === 'two',
    );
    host.intercept = undefined;
  });

  it('takes no password from an address, and does not repeat it', async () => {
    const address = host.url('moving-base').replace('//', '//me:hunter2@');
    host.create('loud', { 'app/kustomization.yaml': `resources: ["${address}//base"]\n` });
    await delivery.create('loud');
    const app = await delivery.until('loud', (found) => complaint(found) !== '');
    expect(complaint(app)).toMatch(/with a password in the address/);
    expect(JSON.stringify(app)).not.toContain('hunter2');
  });

  it('says which base is not there', async () => {
    host.create('dangling', {
      'app/kustomization.yaml': `resources: ["${host.url('no-such')}//base?ref=main"]\n`,
    });
    await delivery.create('dangling');
    const app = await delivery.until('dangling', (found) => complaint(found) !== '');
    expect(complaint(app)).toContain('no-such');
  });
});

describe('a kustomization with charts', () => {
  const chart = {
    'app/kustomization.yaml': `namespace: charted
helmCharts:
- name: web
  releaseName: shop
  includeCRDs: true
  valuesInline: {who: inline}
`,
    'app/charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'app/charts/web/values.yaml': 'who: chart\nmore: kept\n',
    'app/charts/web/templates/map.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\ndata: {who: {{ .Values.who }}, more: {{ .Values.more }}, kube: {{ .Capabilities.KubeVersion.Minor | quote }}}\n',
  };

  it('is refused until the operator enables it, then rendered without being asked', async () => {
    host.create('charted', chart);
    await delivery.create('charted', { automated: { prune: true } });
    const refused = await delivery.until('charted', (found) => complaint(found) !== '');
    expect(complaint(refused)).toMatch(/must specify --enable-helm/);
    const settings = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'argocd-cm', namespace: 'argocd' },
      data: { 'kustomize.buildOptions': '--enable-helm' },
    };
    await delivery.client.create(settings);
    await delivery.until('charted', isDelivered);
    expect(data('shop', 'charted')).toMatchObject({ who: 'inline', more: 'kept' });
  });
});
