import { afterEach, beforeEach, expect, it } from 'vitest';
import { LotseProcess } from '../support/lotse-process.ts';
import { WorkRepository } from '../support/work-repository.ts';

interface Application {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly status?: {
    readonly sync?: { readonly status?: string };
    readonly health?: { readonly status?: string };
    readonly operationState?: { readonly phase: string; readonly message?: string };
  };
}

interface History {
  readonly items: readonly { readonly id: number; readonly phase?: string }[];
}

const configMap = (index: number): string => `
apiVersion: v1
kind: ConfigMap
metadata: {name: "wave-${index}", annotations: {argocd.argoproj.io/sync-wave: "${index}"}}
data: {index: "${index}"}
`;

const hook = `
apiVersion: batch/v1
kind: Job
metadata: {name: slow, annotations: {argocd.argoproj.io/hook: Sync, argocd.argoproj.io/sync-wave: "3"}}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: "busybox:1.37", command: [sh, -c, sleep 2]}]
`;

let repository: WorkRepository;
let lotse: LotseProcess;

beforeEach(async () => {
  repository = new WorkRepository();
  lotse = await LotseProcess.start();
});

afterEach(async () => {
  await lotse.dispose();
  repository.dispose();
});

const create = (automated: boolean) =>
  lotse.post<Application>('/api/v1/applications', {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'waves' },
    spec: {
      project: 'default',
      source: { repoURL: repository.path, path: '.' },
      destination: { server: 'https://kubernetes.default.svc', namespace: 'waves' },
      syncPolicy: { ...(automated && { automated: {} }), syncOptions: ['CreateNamespace=true'] },
    },
  });
const read = () => lotse.get<Application>('/api/v1/applications/waves');
const live = async (): Promise<string[]> => {
  const { items } = await lotse.get<{ items: { metadata: { name: string } }[] }>(
    '/api/v1/cluster/objects?group=&version=v1&resource=configmaps&namespace=waves',
  );
  return items.map(({ metadata }) => metadata.name).filter((name) => name.startsWith('wave-'));
};

it('continues a sync that was cut off by kill -9, and makes nothing twice', async () => {
  repository.commit('Six waves and a slow hook', {
    ...Object.fromEntries([0, 1, 2, 3, 4, 5].map((index) => [`wave-${index}.yaml`, configMap(index)])),
    'hook.yaml': hook,
  });
  await create(false);
  await lotse.post('/api/v1/applications/waves/sync');
  await lotse.until(async () => (await live()).includes('wave-2'));
  await lotse.kill();
  await lotse.run();
  await lotse.until(async () => (await read()).status?.operationState?.phase !== 'Running');
  const { status } = await read();
  if (status?.operationState?.phase !== 'Succeeded') {
    // Marked as interrupted, with the reason: a person decides, and the next one goes through.
    expect(status?.operationState?.message).toMatch(/interrupt|restart/i);
    await lotse.post('/api/v1/applications/waves/sync');
    await lotse.until(async () => (await read()).status?.operationState?.phase === 'Succeeded');
  }
  expect((await live()).sort()).toEqual(['wave-0', 'wave-1', 'wave-2', 'wave-3', 'wave-4', 'wave-5']);
  const jobs = await lotse.get<{ items: unknown[] }>(
    '/api/v1/cluster/objects?group=batch&version=v1&resource=jobs&namespace=waves',
  );
  expect(jobs.items.length).toBeLessThanOrEqual(1);
  const { items } = await lotse.get<History>('/api/v1/applications/waves/history');
  expect(items.filter(({ phase }) => phase === 'Succeeded')).toHaveLength(1);
});

it('loses no write that it acknowledged, however often it is killed', async () => {
  repository.commit('One map', { 'a.yaml': configMap(0) });
  const acknowledged: string[] = [];
  for (let round = 0; round < 4; round++) {
    const writing = (async () => {
      for (let index = 0; index < 200; index++) {
        const name = `r${round}-${index}`;
        await lotse.post('/api/v1/applications', {
          apiVersion: 'argoproj.io/v1alpha1',
          kind: 'Application',
          metadata: { name },
          spec: {
            project: 'default',
            source: { repoURL: repository.path, path: '.' },
            destination: { server: 'https://kubernetes.default.svc', namespace: 'none' },
          },
        });
        acknowledged.push(name);
      }
    })().catch(() => undefined);
    const before = acknowledged.length;
    await lotse.until(async () => acknowledged.length > before + 15);
    await lotse.kill();
    await writing;
    await lotse.run();
  }
  const { items } = await lotse.get<{ items: Application[] }>('/api/v1/applications');
  const found = new Set(items.map(({ metadata }) => metadata.name));
  expect(acknowledged.filter((name) => !found.has(name))).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(60);
});
