import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { ApplicationSource } from '@lotse/gitops';
import { RenderPool, type RenderLimits } from './render-pool.js';
import type { RenderOutcome } from './render-protocol.js';

const folders: string[] = [];
const pools: RenderPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A real commit of these files; content beginning with `-> ` is a link. */
function commit(files: Record<string, string>): { gitDir: string; commit: string } {
  const folder = mkdtempSync(join(tmpdir(), 'lotse-render-'));
  folders.push(folder);
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
      cwd: folder,
      encoding: 'utf8',
    }).trim();
  git('init', '--quiet', '--initial-branch=main');
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    if (content.startsWith('-> ')) symlinkSync(content.slice(3), join(folder, path));
    else writeFileSync(join(folder, path), content);
  }
  git('add', '--all');
  git('commit', '--quiet', '-m', 'x');
  return { gitDir: join(folder, '.git'), commit: git('rev-parse', 'HEAD') };
}

function render(
  files: Record<string, string>,
  source: Partial<ApplicationSource> = {},
  limits: RenderLimits = {},
): Promise<RenderOutcome> {
  const pool = new RenderPool({ threads: 1, ...limits });
  pools.push(pool);
  return pool.render({
    source: { repoURL: 'https://example.org/x', path: 'app', ...source },
    location: commit(files),
    application: { name: 'web', namespace: 'shop', project: 'default' },
    kubeVersion: 'v1.36.0',
    apiVersions: [],
  });
}

const config = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
const chart = (template: string, values = ''): Record<string, string> => ({
  'app/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
  'app/values.yaml': values,
  'app/templates/a.yaml': template,
});

describe('rendering in a thread', () => {
  it('tells every path it looked at, also those that were not there', async () => {
    const { sourceType, manifests, inputs } = await render({ 'app/a.yaml': config, 'other/b.yaml': config });
    expect([sourceType, JSON.parse(manifests)]).toEqual([
      'Directory',
      [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }],
    ]);
    const paths = inputs.map(([path]) => path);
    expect(paths).toEqual(expect.arrayContaining(['app/', 'app/Chart.yaml', 'app/a.yaml']));
    expect(paths.some((path) => path.startsWith('other'))).toBe(false);
  });

  it('goes on with the next render after one that was killed', async () => {
    const pool = new RenderPool({ threads: 1, timeMs: 6_000 });
    pools.push(pool);
    const request = (files: Record<string, string>) => ({
      source: { repoURL: 'https://example.org/x', path: 'app' },
      location: commit(files),
      application: { name: 'web', namespace: 'shop', project: 'default' },
      kubeVersion: 'v1.36.0',
      apiVersions: [],
    });
    const endless = pool.render(
      request(
        chart(
          '{{ define "x" }}{{ range until 10000 }}{{ range until 10000 }}{{ sha256sum (repeat 1000 "x") }}{{ end }}{{ end }}{{ end }}{{ $_ := include "x" . }}',
        ),
      ),
    );
    const next = pool.render(request({ 'app/a.yaml': config }));
    await expect(endless).rejects.toMatchObject({ code: expect.stringMatching(/^(render_timeout|helm\/)/) });
    expect((await next).sourceType).toBe('Directory');
  });
});

describe('values files', () => {
  it('stand where they are named, and patterns for some give the others in order, whatever folder the chart is in', async () => {
    const files = {
      ...chart('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {last: {{ .Values.last }}}\n'),
      'app/env/a.yaml': 'last: a\n',
      'app/env/b.yaml': 'last: b\n',
      'app/env/c.yaml': 'last: c\n',
    };
    const last = async (...valueFiles: string[]): Promise<unknown> => {
      const { manifests } = await render(files, { helm: { valueFiles } });
      return (JSON.parse(manifests) as { data: object }[])[0]?.data;
    };
    expect(await last('env/*.yaml')).toEqual({ last: 'c' });
    expect(await last('env/*.yaml', 'env/a.yaml')).toEqual({ last: 'a' });
    expect(await last('./env/a.yaml', 'env/[ab].yaml')).toEqual({ last: 'b' });
    expect(await last('/app/env/{a,b}.yaml', 'env/../env/a.yaml')).toEqual({ last: 'a' });
  });

  it('that a pattern does not find are missing', async () => {
    const files = chart(config);
    await expect(render(files, { helm: { valueFiles: ['env/*.yaml'] } })).rejects.toThrow(
      'The values file "env/*.yaml" matches no file',
    );
    const helm = { valueFiles: ['env/*.yaml'], ignoreMissingValueFiles: true };
    expect((await render(files, { helm })).sourceType).toBe('Helm');
  });
});

describe('attacks on the renderer end with an error that says where', () => {
  it.each<[string, Record<string, string>, Partial<ApplicationSource>, RegExp]>([
    [
      'a template that includes itself',
      chart('{{ define "x" }}{{ include "x" . }}{{ end }}{{ include "x" . }}'),
      {},
      /a\.yaml|deep|recurs/i,
    ],
    [
      'an exponential repeat',
      chart('{{ repeat 100000 (repeat 100000 "x") }}'),
      {},
      /more than \d+ characters/,
    ],
    [
      'a values file out of the tree',
      chart(config),
      { helm: { valueFiles: ['../../../etc/passwd'] } },
      /outside of the repository/,
    ],
    [
      'a values file that is an address',
      chart(config),
      { helm: { valueFiles: ['https://example.org/values.yaml'] } },
      /is an address/,
    ],
    [
      'a values file behind a link',
      { ...chart(config), 'app/v.yaml': '-> /etc/passwd' },
      { helm: { valueFiles: ['v.yaml'] } },
      /link/,
    ],
    [
      'a link out of the tree in a directory',
      { 'app/a.yaml': config, 'app/b.yaml': '-> ../../../etc/passwd' },
      {},
      /app\/b\.yaml is a link out of the repository/,
    ],
    [
      'a kustomization that reads outside',
      { 'app/kustomization.yaml': 'resources: [../../../etc]\n' },
      {},
      /etc/,
    ],
    [
      'a cycle of bases',
      { 'app/kustomization.yaml': 'resources: [../b]\n', 'b/kustomization.yaml': 'resources: [../app]\n' },
      {},
      /cycle|itself|circular/i,
    ],
    [
      'a bomb of aliases',
      {
        'app/a.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\na: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
          .split('')
          .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[index]}`).join(',')}]`)
          .join('\n')}\n`,
      },
      {},
      /app\/a\.yaml|alias/,
    ],
  ])('%s', async (_, files, source, message) => {
    await expect(render(files, source, { timeMs: 60_000 })).rejects.toThrow(message);
  });

  it('never gives work to a thread that is being ended because it had none', async () => {
    const pool = new RenderPool({ threads: 1, idleMs: 1 });
    pools.push(pool);
    const request = {
      source: { repoURL: 'https://example.org/x', path: 'app' },
      location: commit({ 'app/a.yaml': config }),
      application: { name: 'web', namespace: 'shop', project: 'default' },
      kubeVersion: 'v1.36.0',
      apiVersions: [],
    };
    for (let i = 0; i < 8; i++) {
      await pool.render(request);
      // the timer of the idle thread was set before this one: it has just fired
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect((await pool.render(request)).sourceType).toBe('Directory');
  });

  it('keeps keys of prototypes as data', async () => {
    const { manifests } = await render({ 'app/a.yaml': `${config}data:\n  __proto__: polluted\n` });
    expect(manifests).toContain('"__proto__":"polluted"');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('shows nothing of the environment or the machine to a chart', async () => {
    const { manifests } = await render(
      chart(
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: {{ .Files.Get "/etc/passwd" | quote }}, z: {{ .Files.Get "../../x" | quote }}}\n',
      ),
    );
    expect(JSON.parse(manifests)[0].data).toEqual({ x: '', z: '' });
    await expect(render(chart('{{ env "HOME" }}'))).rejects.toThrow(/env/);
  });
});
