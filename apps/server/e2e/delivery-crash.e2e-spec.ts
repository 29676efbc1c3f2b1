import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Application } from '@lotse/gitops';
import { GitHost } from './support/git-host.js';

const A = 'argocd.argoproj.io/';
const ROUNDS = Number(process.env['LOTSE_CRASH_ROUNDS'] ?? 6);
const SEED = Number(process.env['LOTSE_CRASH_SEED'] ?? 42);
const PASSWORD = 'correct horse battery';

let host: GitHost;
let dataDir: string;
let ports: { http: number; kube: number; dns: number };
let child: ChildProcess | undefined;
let token = '';

beforeAll(async () => {
  host = await new GitHost().start();
  dataDir = mkdtempSync(join(tmpdir(), 'lotse-crash-'));
  ports = { http: await freePort(), kube: await freePort(), dns: await freePort() };
});

afterAll(async () => {
  if (child && child.exitCode === null) {
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
  await host.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('kill -9 while a sync runs', () => {
  it(`loses nothing, goes on after the start, and makes nothing twice (${ROUNDS} times, seed ${SEED})`, async () => {
    const random = seeded(SEED);
    await start();
    for (let round = 0; round < ROUNDS; round++) {
      const name = `round-${round}`;
      host.create(name, files());
      expect((await call('POST', '/api/v1/applications', manifest(name))).status).toBe(200);
      expect((await call('POST', `/api/v1/applications/${name}/sync`, {})).status).toBe(200);
      await pause(random() * 900);
      await kill();
      await start();
      const app = await until(
        name,
        ({ operation, status }) => !operation && status?.operationState?.finishedAt !== undefined,
      );
      const state = app.status?.operationState;
      expect([name, state?.phase, state?.message]).toEqual([
        name,
        'Succeeded',
        'successfully synced (all tasks run)',
      ]);
      const jobs = await objects('batch', 'jobs', name);
      expect(jobs.map(({ metadata }) => metadata.name).sort()).toEqual([
        expect.stringMatching(/^after-/),
        'before',
      ]);
      const entries = (await call('GET', `/api/v1/applications/${name}/history`)).body as {
        items: unknown[];
      };
      expect(entries.items).toHaveLength(1);
      const maps = (await objects('', 'configmaps', name)).filter(
        ({ metadata }) => metadata.name !== 'kube-root-ca.crt',
      );
      expect(maps).toHaveLength(4);
    }
  });
});

const files = (): Record<string, string> => ({
  'app/before.json': job({ name: 'before', annotations: { [`${A}hook`]: 'PreSync' } }),
  ...Object.fromEntries(
    [0, 1, 2, 3].map((wave) => [
      `app/config-${wave}.json`,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `c-${wave}`, annotations: { [`${A}sync-wave`]: String(wave) } },
      }),
    ]),
  ),
  'app/after.json': job({ generateName: 'after-', annotations: { [`${A}hook`]: 'PostSync' } }),
});
const job = (metadata: object): string =>
  JSON.stringify({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata,
    spec: {
      backoffLimit: 0,
      template: {
        spec: {
          restartPolicy: 'Never',
          containers: [{ name: 'run', image: 'busybox:1.37', command: ['sh', '-c', 'true'] }],
        },
      },
    },
  });
const manifest = (name: string): object => ({
  metadata: { name },
  spec: {
    project: 'default',
    source: { repoURL: host.url(name), path: 'app', targetRevision: 'main' },
    destination: { server: 'https://kubernetes.default.svc', namespace: name },
    syncPolicy: { syncOptions: ['CreateNamespace=true'] },
  },
});

async function start(): Promise<void> {
  const main = new URL('./support/run-server.mjs', import.meta.url).pathname;
  child = spawn(process.execPath, [main], {
    env: {
      ...process.env,
      LOTSE_DATA_DIR: dataDir,
      LOTSE_PORT: String(ports.http),
      LOTSE_KUBE_PORT: String(ports.kube),
      LOTSE_DNS_PORT: String(ports.dns),
      LOTSE_DEMO: 'false',
      LOTSE_ADMIN_PASSWORD: PASSWORD,
      LOTSE_LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const dueAt = Date.now() + 30_000;
  for (;;) {
    const ready = await fetch(`http://127.0.0.1:${ports.http}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) break;
    if (Date.now() > dueAt || child.exitCode !== null)
      throw new Error(`The server did not start (exit ${child.exitCode}).`);
    await pause(50);
  }
  token = (
    (await call('POST', '/api/v1/session', { username: 'admin', password: PASSWORD })).body as {
      token: string;
    }
  ).token;
}

async function kill(): Promise<void> {
  const ended = new Promise((resolve) => child?.once('exit', resolve));
  child?.kill('SIGKILL');
  await ended;
}

async function call(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`http://127.0.0.1:${ports.http}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() };
}

async function objects(
  group: string,
  resource: string,
  namespace: string,
): Promise<{ metadata: { name: string } }[]> {
  const { body } = await call(
    'GET',
    `/api/v1/cluster/objects?group=${group}&resource=${resource}&namespace=${namespace}`,
  );
  return (body as { items: { metadata: { name: string } }[] }).items;
}

/** Another process is asked: there is nothing but asking again. */
async function until(name: string, wanted: (application: Application) => boolean): Promise<Application> {
  const dueAt = Date.now() + 30_000;
  for (;;) {
    const application = (await call('GET', `/api/v1/applications/${name}`)).body as Application;
    if (wanted(application)) return application;
    if (Date.now() > dueAt) throw new Error(JSON.stringify(application.status?.operationState, undefined, 1));
    await pause(100);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
