import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MemoryFileTree } from '@lotse/manifests';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWithNetwork } from './build-with-network.js';

const map = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
const folder = mkdtempSync(join(tmpdir(), 'lotse-cli-bases-'));

beforeAll(() => {
  const git = (...args: string[]): void => {
    execFileSync('git', ['-C', folder, '-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args]);
  };
  git('init', '--quiet', '--initial-branch=main');
  for (const [path, content] of Object.entries({
    'base/kustomization.yaml': 'resources: [map.yaml]\n',
    'base/map.yaml': map('of-tag'),
  })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  git('add', '--all');
  git('commit', '--quiet', '-m', 'First');
  git('tag', 'v1');
  writeFileSync(join(folder, 'base/map.yaml'), map('of-main'));
  git('commit', '--quiet', '-am', 'Second');
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('a build that may use the network', () => {
  const tree = new MemoryFileTree({
    'kustomization.yaml': `resources: ["file://${folder}//base?ref=v1", "file://${folder}//base"]\n`,
  });

  it('gets each base with git, and leaves nothing behind', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('lotse-base-'));
    const { objects } = await buildWithNetwork({ tree, path: '' }, { enableHelm: false, allowRemote: true });
    expect(objects.map(({ metadata }) => metadata.name)).toEqual(['of-main', 'of-tag']);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('lotse-base-'))).toEqual(before);
  });
  it('gets nothing without permission', async () => {
    await expect(
      buildWithNetwork({ tree, path: '' }, { enableHelm: true, allowRemote: false }),
    ).rejects.toThrow(/is not available here/);
  });
  it('names what it could not get', async () => {
    const missing = new MemoryFileTree({
      'kustomization.yaml': `resources: ["file://${folder}//base?ref=nowhere"]\n`,
    });
    await expect(
      buildWithNetwork({ tree: missing, path: '' }, { enableHelm: false, allowRemote: true }),
    ).rejects.toThrow(/cannot fetch nowhere of file:/);
  });
});

describe('charts in a build', () => {
  const tree = new MemoryFileTree({
    'kustomization.yaml':
      'helmCharts:\n- {name: c, nameTemplate: "{{ `x-y` | upper | lower }}", namespace: ns, valuesInline: {who: inline}}\n- {name: c}\n',
    'charts/c/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
    'charts/c/values.yaml': 'who: chart\n',
    'charts/c/templates/a.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}, namespace: {{ .Release.Namespace }}}\ndata: {who: {{ .Values.who }}}\n',
  });

  it('are rendered with their values and names', async () => {
    const { objects } = await buildWithNetwork({ tree, path: '' }, { enableHelm: true, allowRemote: false });
    const named = objects.map(({ metadata, ...rest }) => [metadata.name, metadata.namespace, rest['data']]);
    expect(named).toContainEqual(['x-y', 'ns', { who: 'inline' }]);
    expect(named).toContainEqual([expect.stringMatching(/^c-\d+$/), 'default', { who: 'chart' }]);
  });
  it('are refused unless enabled', async () => {
    await expect(
      buildWithNetwork({ tree, path: '' }, { enableHelm: false, allowRemote: true }),
    ).rejects.toThrow(/must specify --enable-helm/);
  });
});
