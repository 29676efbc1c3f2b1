import { spawn } from 'node:child_process';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LotseProcess } from '../support/lotse-process.ts';
import { WorkRepository } from '../support/work-repository.ts';

const BIN = fileURLToPath(new URL('../../apps/cli/bin/lotse.cjs', import.meta.url));
const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));

const web = (image: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "${image}"}]}
`;

let repository: WorkRepository;
let lotse: LotseProcess;

beforeAll(async () => {
  repository = new WorkRepository();
  repository.commit('First', { 'app/web.yaml': web('nginx:1.27') });
  lotse = await LotseProcess.start({ LOTSE_POLL_INTERVAL: '1h' });
});

afterAll(async () => {
  await lotse.dispose();
  repository.dispose();
});

/** Runs `lotse` with these words; answers what it printed and how it ended. */
function run(...args: string[]): Promise<{ out: string; err: string; code: number | null }> {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { ...process.env, LOTSE_CONFIG: join(lotse.dataDir, 'cli.json') },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ out, err, code })));
}

it('says what to do before anybody has signed in', async () => {
  expect(await run('app', 'list')).toMatchObject({ code: 1, err: expect.stringContaining('lotse login') });
});

it('delivers, compares, goes back and cleans up', async () => {
  expect((await run('login', lotse.url, '--password', 'wrong-password')).code).toBe(1);
  expect(await run('login', lotse.url, '--password', lotse.password)).toMatchObject({ code: 0 });
  const config = join(lotse.dataDir, 'cli.json');
  expect(existsSync(config) && statSync(config).mode & 0o777).toBe(0o600);

  const created = await run(
    'app',
    'create',
    'web',
    '--repo',
    repository.path,
    '--path',
    'app',
    '--dest-namespace',
    'web',
    '--sync-option',
    'CreateNamespace=true',
  );
  expect(created).toMatchObject({ code: 0, out: "application 'web' created\n" });
  expect((await run('app', 'diff', 'web', '--refresh')).code).toBe(20);
  const synced = await run('app', 'sync', 'web');
  expect(synced.out).toMatch(/apps +Deployment +web +web +Synced/);
  expect((await run('app', 'wait', 'web', '--sync', '--health', '--timeout', '60')).code).toBe(0);
  expect((await run('app', 'diff', 'web')).code).toBe(0);
  expect((await run('app', 'list', '-o', 'name')).out).toBe('web\n');
  expect(JSON.parse((await run('app', 'get', 'web', '-o', 'json')).out)).toMatchObject({
    status: { sync: { status: 'Synced' } },
  });

  repository.commit('Second', { 'app/web.yaml': web('nginx:1.28') });
  const changed = await run('app', 'diff', 'web', '--refresh');
  expect(changed.code).toBe(20);
  expect(changed.out).toContain('-      - image: nginx:1.27');
  expect(changed.out).toContain('+      - image: nginx:1.28');
  expect((await run('app', 'sync', 'web')).code).toBe(0);
  expect((await run('app', 'manifests', 'web', '--source', 'live')).out).toContain('nginx:1.28');

  expect((await run('app', 'history', 'web', '-o', 'wide')).out).toMatch(/2 .*Second/);
  expect((await run('app', 'rollback', 'web')).out).toContain('back at deployment 1');
  expect((await run('app', 'history', 'web')).out).toMatch(/3 .*Succeeded \(rollback to 1\)/);
  expect((await run('app', 'manifests', 'web', '--source', 'live')).out).toContain('nginx:1.27');
  expect((await run('app', 'logs', 'web', '--tail', '3')).out).toContain('nginx');
  expect((await run('app', 'wait', 'web', '--degraded', '--timeout', '1')).code).toBe(1);

  expect((await run('app', 'delete', 'web', '--yes')).code).toBe(0);
  await lotse.until(async () => (await run('app', 'list', '-o', 'name')).out.trim() === '');
  expect((await run('logout')).code).toBe(0);
  expect((await run('app', 'list')).code).toBe(1);
});

it('changes applications by option and in an editor, and says what came of it', async () => {
  repository.commit('Third', {
    'overlay/kustomization.yaml': 'resources: [../app]\n',
    'app/kustomization.yaml': 'resources: [web.yaml]\n',
  });
  expect((await run('login', lotse.url, '--password', lotse.password)).code).toBe(0);
  const create = [
    'app',
    'create',
    'shop',
    '--repo',
    repository.path,
    '--path',
    'overlay',
    '--dest-namespace',
    'shop',
  ];
  expect((await run(...create)).out).toBe("application 'shop' created\n");
  expect((await run(...create)).out).toBe("application 'shop' unchanged\n");
  expect((await run(...create, '--upsert', '-l', 'team=a')).out).toBe("application 'shop' updated\n");
  expect(await run(...create, '--revision', 'v1')).toMatchObject({
    code: 1,
    err: expect.stringContaining('Add --upsert to change it'),
  });

  const set = [
    '--kustomize-image',
    'nginx:1.29',
    '--sync-option',
    'CreateNamespace=true',
    '--nameprefix',
    'a-',
  ];
  expect((await run('app', 'set', 'shop', ...set)).out).toBe("application 'shop' updated\n");
  expect((await run('app', 'set', 'shop', ...set)).out).toBe("application 'shop' unchanged\n");
  expect((await run('app', 'manifests', 'shop')).out).toMatch(
    /image: nginx:1\.29[^]*name: a-web|name: a-web[^]*nginx:1\.29/,
  );
  expect((await run('app', 'unset', 'shop', '--nameprefix')).code).toBe(0);
  expect((await run('app', 'set', 'shop', '--sync-policy', 'automated', '--auto-prune=false')).code).toBe(0);
  const { spec } = JSON.parse((await run('app', 'get', 'shop', '-o', 'json')).out) as { spec: object };
  expect(spec).toMatchObject({
    source: { kustomize: { images: ['nginx:1.29'] } },
    syncPolicy: { automated: { prune: false }, syncOptions: ['CreateNamespace=true'] },
  });
  expect(await run('app', 'set', 'shop', '--path', 'nowhere')).toMatchObject({
    code: 1,
    err: expect.stringContaining('Nothing was changed'),
  });
  expect((await run('app', 'set', 'shop')).code).toBe(2);
  expect((await run('app', 'set', 'shop', '--revision', 'x', '--source-position', '2')).code).toBe(2);

  process.env['VISUAL'] = `${process.execPath} ${join(lotse.dataDir, 'editor.cjs')}`;
  const editor = (text: string): void => writeFileSync(join(lotse.dataDir, 'editor.cjs'), text);
  try {
    editor(
      "const fs = require('fs'); const f = process.argv[2]; fs.writeFileSync(f, fs.readFileSync(f, 'utf8').replace('nginx:1.29', 'nginx:1.30'));",
    );
    expect((await run('app', 'edit', 'shop')).out).toBe("application 'shop' updated\n");
    expect((await run('app', 'edit', 'shop')).out).toBe("application 'shop' unchanged\n");
    editor("require('fs').writeFileSync(process.argv[2], 'project: [');");
    expect(await run('app', 'edit', 'shop')).toMatchObject({
      code: 1,
      err: expect.stringContaining('What you wrote is in'),
    });
    editor('process.exit(3);');
    expect((await run('app', 'edit', 'shop')).err).toContain('nothing was changed');
  } finally {
    delete process.env['VISUAL'];
  }
  expect((await run('app', 'manifests', 'shop')).out).toContain('image: nginx:1.30');

  await lotse.until(async () => (await run('app', 'diff', 'shop')).code === 0);
  const local = ['--local', join(repository.folder, 'overlay'), '--local-repo-root', repository.folder];
  expect((await run('app', 'diff', 'shop', ...local)).code).toBe(0);
  writeFileSync(join(repository.folder, 'app/web.yaml'), web('busybox'));
  writeFileSync(
    join(repository.folder, 'overlay/kustomization.yaml'),
    'resources: [../app]\nnamePrefix: b-\n',
  );
  const changed = await run('app', 'diff', 'shop', ...local);
  expect(changed.code).toBe(20);
  expect(changed.out).toContain('image: busybox');
  expect(changed.out).toContain('name: b-web');
  expect((await run('app', 'diff', 'shop', '--local', '/no/where')).code).toBe(2);
  expect((await run('app', 'diff', 'shop', '--revision', 'main')).code).toBe(0);
  expect((await run('app', 'diff', 'shop', '--revision', 'main', ...local)).code).toBe(2);
  expect((await run('app', 'delete', 'shop', '--yes')).code).toBe(0);
});

it('renders charts and kustomizations without a server', async () => {
  expect((await run('template', 'blog', join(EXAMPLES, 'helm'), '--set', 'replicaCount=7')).out).toContain(
    'replicas: 7',
  );
  expect((await run('kustomize', join(EXAMPLES, 'kustomize/overlays/production'))).out).toContain(
    'image: nginx:1.29',
  );
  expect(await run('template', 'x', '/nowhere')).toMatchObject({
    code: 2,
    err: expect.stringContaining('no chart at /nowhere'),
  });
});

it('refuses what it does not know with the code for wrong use', async () => {
  expect((await run('app', 'list', '-o', 'xml')).code).toBe(2);
  expect((await run('fly')).code).toBe(2);
  expect((await run('completion', 'bash')).out).toContain('complete -F _lotse lotse');
});

it('gives roles of a project tokens, and projects sync windows', async () => {
  expect((await run('login', lotse.url, '--plaintext', '--password', lotse.password)).code).toBe(0);
  expect((await run('proj', 'create', 'team', '-s', '*', '-d', '*,*')).code).toBe(0);
  expect((await run('proj', 'role', 'create', 'team', 'ci')).code).toBe(0);
  expect((await run('proj', 'role', 'create', 'team', 'ci')).code).toBe(1);
  const policy = ['--action', 'get', '--object', '*'];
  expect((await run('proj', 'role', 'add-policy', 'team', 'ci', ...policy)).code).toBe(0);
  const token = (await run('proj', 'role', 'create-token', 'team', 'ci', '-i', 'pipe', '-t')).out.trim();
  expect((await run('app', 'list', '--auth-token', token)).code).toBe(0);
  expect((await run('proj', 'role', 'list-tokens', 'team', 'ci')).out).toContain('pipe');
  expect((await run('proj', 'role', 'delete-token', 'team', 'ci', 'pipe')).code).toBe(0);
  expect((await run('app', 'list', '--auth-token', token)).code).toBe(1);
  expect((await run('proj', 'role', 'create-token', 'team', 'ci', '-e', 'soon')).code).toBe(2);

  const window = ['--schedule', '0 22 * * *', '--duration', '1h', '--applications', 'a,b'];
  expect((await run('proj', 'windows', 'add', 'team', '--kind', 'deny', ...window)).code).toBe(0);
  expect((await run('proj', 'windows', 'enable-manual-sync', 'team', '0')).code).toBe(0);
  expect((await run('proj', 'windows', 'list', 'team')).out).toMatch(/0 +deny +0 22 .*a,b .*Enabled/);
  expect((await run('proj', 'windows', 'delete', 'team', '1')).code).toBe(1);
  expect((await run('proj', 'windows', 'delete', 'team', '0')).code).toBe(0);
});
