import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Application } from '@lotse/gitops';
import { GitHost } from './support/git-host.js';
import { KillableServer } from './support/killable-server.js';
import { seededChance } from './support/seeded-chance.js';

const A = 'argocd.argoproj.io/';
const ROUNDS = Number(process.env['LOTSE_CRASH_ROUNDS'] ?? 6);
const SEED = Number(process.env['LOTSE_CRASH_SEED'] ?? 42);
/** A start, a sync that goes on, and a check. */
const ROUND_PATIENCE_MS = 60_000;

let host: GitHost;
const server = new KillableServer();

beforeAll(async () => {
  host = await new GitHost().start();
});

afterAll(async () => {
  await server.stop();
  await host.stop();
});

describe('kill -9 while a sync runs', () => {
  it(
    `loses nothing, goes on after the start, and makes nothing twice (${ROUNDS} times, seed ${SEED})`,
    async () => {
      const random = seededChance(SEED);
      await server.start();
      for (let round = 0; round < ROUNDS; round++) {
        const name = `round-${round}`;
        host.create(name, files());
        expect((await server.call('POST', '/api/v1/applications', manifest(name))).status).toBe(200);
        expect((await server.call('POST', `/api/v1/applications/${name}/sync`, {})).status).toBe(200);
        await pause(random() * 900);
        await server.kill();
        await server.start();
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
        const entries = (await server.call('GET', `/api/v1/applications/${name}/history`)).body as {
          items: unknown[];
        };
        expect(entries.items).toHaveLength(1);
        const maps = (await objects('', 'configmaps', name)).filter(
          ({ metadata }) => metadata.name !== 'kube-root-ca.crt',
        );
        expect(maps).toHaveLength(4);
      }
    },
    ROUND_PATIENCE_MS * (ROUNDS + 2),
  );
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

async function objects(
  group: string,
  resource: string,
  namespace: string,
): Promise<{ metadata: { name: string } }[]> {
  const { body } = await server.call(
    'GET',
    `/api/v1/cluster/objects?group=${group}&resource=${resource}&namespace=${namespace}`,
  );
  return (body as { items: { metadata: { name: string } }[] }).items;
}

/** Another process is asked: there is nothing but asking again. */
async function until(name: string, wanted: (application: Application) => boolean): Promise<Application> {
  const dueAt = Date.now() + 30_000;
  for (;;) {
    const application = (await server.call('GET', `/api/v1/applications/${name}`)).body as Application;
    if (wanted(application)) return application;
    if (Date.now() > dueAt) throw new Error(JSON.stringify(application.status?.operationState, undefined, 1));
    await pause(100);
  }
}
