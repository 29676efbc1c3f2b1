import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ApplicationSource, HelmSourceOptions } from '@lotse/gitops';
import type { JsonObject, KubeObject } from '@lotse/manifests';
import { chartArchive } from '../charts/testing/chart-archive.js';
import { RenderPool, type RenderHelp } from './render-pool.js';

const folder = mkdtempSync(join(tmpdir(), 'lotse-chart-source-'));
const pool = new RenderPool({ threads: 1 });
afterAll(async () => {
  await pool.close();
  rmSync(folder, { recursive: true, force: true });
});

let serial = 0;
function write(files: Record<string, string>): string {
  const file = join(folder, `${serial++}.tgz`);
  writeFileSync(file, chartArchive('web', files));
  return file;
}

const CHART = {
  'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\n',
  'values.yaml': 'from: chart\n',
  'config/extra.txt': 'text of the chart',
  'env/a.yaml': 'from: a\na: 1\n',
  'env/b.yaml': 'from: b\n',
  'crds/crd.yaml':
    'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x.example.org}\n',
  'templates/test.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata: {name: test, annotations: {helm.sh/hook: test}}\n',
  'templates/map.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: map}
data:
  values: {{ omit .Values "global" | toJson | quote }}
  release: {{ printf "%s/%s" .Release.Namespace .Release.Name }}
  kube: {{ .Capabilities.KubeVersion.Version }}
  api: {{ .Capabilities.APIVersions.Has "example.org/v1" | quote }}
`,
};

async function render(
  helm: HelmSourceOptions,
  files: Record<string, string> = CHART,
  help: RenderHelp = {},
): Promise<KubeObject[]> {
  const source: ApplicationSource = {
    repoURL: 'https://example.org',
    chart: 'web',
    targetRevision: '1.x',
    helm,
  };
  const { manifests } = await pool.render(
    {
      source,
      location: { archive: write(files), digest: 'd', version: '1.2.3' },
      application: { name: 'app', namespace: 'shop', project: 'default' },
      kubeVersion: 'v1.36.0',
      apiVersions: [],
    },
    help,
  );
  return JSON.parse(manifests) as KubeObject[];
}

const dataOf = (objects: readonly KubeObject[]): Record<string, string> =>
  (objects.find(({ kind }) => kind === 'ConfigMap')?.['data'] ?? {}) as Record<string, string>;
const valuesOf = async (helm: HelmSourceOptions): Promise<JsonObject> =>
  JSON.parse(dataOf(await render(helm))['values'] ?? '') as JsonObject;

describe('the options of a chart', () => {
  it('win over each other as they do in Argo CD', async () => {
    const valueFiles = ['env/*.yaml'];
    expect(await valuesOf({})).toMatchObject({ from: 'chart' });
    expect(await valuesOf({ valueFiles })).toEqual({ from: 'b', a: 1 });
    expect(await valuesOf({ valueFiles: ['env/b.yaml', 'env/*.yaml'] })).toEqual({ from: 'a', a: 1 });
    expect(await valuesOf({ valueFiles, values: 'from: values' })).toMatchObject({ from: 'values' });
    expect(await valuesOf({ values: 'from: values', valuesObject: { from: 'object' } })).toEqual({
      from: 'object',
    });
    const parameters = [{ name: 'from', value: 'parameter' }];
    expect(await valuesOf({ valuesObject: { from: 'object' }, parameters })).toEqual({ from: 'parameter' });
    const fileParameters = [{ name: 'from', path: 'config/extra.txt' }];
    expect(await valuesOf({ parameters, fileParameters })).toEqual({ from: 'text of the chart' });
  });

  it('take parameters as Argo CD does: commas, lists, text, variables', async () => {
    expect(
      await valuesOf({
        parameters: [
          { name: 'commas', value: 'a,b,,c' },
          { name: 'escaped', value: 'a\\,b' },
          { name: 'list', value: '{a,b}' },
          { name: 'number', value: '7' },
          { name: 'text', value: '7', forceString: true },
          { name: 'deep.key[0]', value: 'x' },
          { name: 'app', value: '$ARGOCD_APP_NAME of ${ARGOCD_APP_REVISION}' },
        ],
      }),
    ).toEqual({
      from: 'chart',
      commas: 'a,b,,c',
      escaped: 'a,b',
      list: ['a', 'b'],
      number: 7,
      text: '7',
      deep: { key: ['x'] },
      app: 'app of 1.2.3',
    });
  });

  it('choose what is rendered, and what the chart is told', async () => {
    const kinds = async (helm: HelmSourceOptions): Promise<string[]> =>
      (await render(helm)).map(({ kind }) => kind).sort();
    expect(await kinds({})).toEqual(['ConfigMap', 'CustomResourceDefinition', 'Pod']);
    expect(await kinds({ skipCrds: true, skipTests: true })).toEqual(['ConfigMap']);
    expect(
      dataOf(
        await render({
          releaseName: 'named',
          namespace: 'elsewhere',
          kubeVersion: '1.29.1',
          apiVersions: ['example.org/v1'],
        }),
      ),
    ).toMatchObject({ release: 'elsewhere/named', kube: 'v1.29.1', api: 'true' });
  });

  it('name values files that are there, in the chart', async () => {
    await expect(render({ valueFiles: ['missing.yaml'] })).rejects.toThrow('does not exist');
    expect(await valuesOf({ valueFiles: ['missing.yaml'], ignoreMissingValueFiles: true })).toEqual({
      from: 'chart',
    });
    await expect(render({ valueFiles: ['../../etc/passwd'] })).rejects.toThrow('outside of the repository');
    await expect(render({ valueFiles: ['https://example.org/values.yaml'] })).rejects.toThrow(
      'is an address',
    );
    await expect(render({ valueFiles: ['$other/values.yaml'] })).rejects.toThrow('no source has that ref');
  });
});

describe('a render thread', () => {
  const needy = {
    'Chart.yaml':
      'apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies: [{name: part, version: ^1, repository: "https://example.org"}]\n',
  };
  const part = (): string =>
    write({
      'Chart.yaml': 'apiVersion: v2\nname: part\nversion: 1.4.0\n',
      'templates/map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: part}\n',
    });

  it('asks for charts it lacks, once', async () => {
    const asked: unknown[] = [];
    const objects = await render({}, needy, {
      fetchCharts: async (needs) => {
        asked.push(...needs.map(({ name, version, repository }) => [name, version, repository]));
        return Object.fromEntries(
          needs.map(({ key }) => [key, { archive: part(), version: '1.4.0', digest: 'd' }]),
        );
      },
    });
    expect(asked).toEqual([['part', '^1', 'https://example.org']]);
    expect(objects.map(({ metadata }) => metadata.name)).toEqual(['part']);
  });

  it('says what it lacks where nobody fetches, and what went wrong where somebody tried', async () => {
    await expect(render({}, needy)).rejects.toThrow('needs part ^1 of https://example.org');
    await expect(
      render({}, needy, { fetchCharts: () => Promise.reject(new Error('no network')) }),
    ).rejects.toThrow('no network');
  });

  it('gets answers to its lookups while it renders, and survives one that fails', async () => {
    const files = {
      'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
      'templates/map.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map}\ndata:\n{{- range $i := until 50 }}\n  n{{ $i }}: {{ (lookup "v1" "ConfigMap" "shop" (print $i)).found | quote }}\n{{- end }}\n',
    };
    const objects = await render({}, files, {
      lookup: ({ name }) => {
        if (name === '7') throw new Error('broken');
        return { value: { found: `object ${name}` }, fingerprint: name };
      },
    });
    expect(dataOf(objects)).toMatchObject({ n0: 'object 0', n7: null, n49: 'object 49' });
  });
});
