import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
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
  expect((await run('app', 'manifests', 'web', '--source', 'live')).out).toContain('nginx:1.27');
  expect((await run('app', 'logs', 'web', '--tail', '3')).out).toContain('nginx');
  expect((await run('app', 'wait', 'web', '--degraded', '--timeout', '1')).code).toBe(1);

  expect((await run('app', 'delete', 'web', '--yes')).code).toBe(0);
  await lotse.until(async () => (await run('app', 'list', '-o', 'name')).out.trim() === '');
  expect((await run('logout')).code).toBe(0);
  expect((await run('app', 'list')).code).toBe(1);
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
