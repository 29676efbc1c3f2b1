import { GitServer } from '../support/git-server.ts';
import { LotseProcess } from '../support/lotse-process.ts';
import { WorkRepository } from '../support/work-repository.ts';
import { treeBytes } from './process.ts';
import { count, mega, ms, type Group, type Row } from './row.ts';

const configMap = (name: string, value: string): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { value } });

interface Applications {
  readonly items: readonly {
    readonly status?: {
      readonly sync?: { readonly status?: string; readonly revision?: string };
      readonly operationState?: { readonly phase?: string };
    };
  }[];
}

/** From a commit that touches one application to all of them knowing it, over smart HTTP. */
export const deliveryGroup: Group = {
  name: 'delivery',
  async run() {
    const rows: Row[] = [];
    for (const apps of [1, 100, 500]) rows.push(...(await commitToSynced(apps)));
    return rows;
  },
};

async function commitToSynced(apps: number): Promise<Row[]> {
  const repository = new WorkRepository();
  repository.commit(
    'first',
    Object.fromEntries(
      Array.from({ length: apps }, (_, index) => [
        `app-${index}/config.json`,
        configMap(`c-${index}`, 'one'),
      ]),
    ),
  );
  const git = await GitServer.start(repository.root);
  const lotse = await LotseProcess.start({ LOTSE_POLL_INTERVAL: '1h' });
  try {
    for (let index = 0; index < apps; index++) {
      await lotse.post('/api/v1/applications', {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        metadata: { name: `app-${index}` },
        spec: {
          project: 'default',
          source: { repoURL: git.url(repository.name), path: `app-${index}` },
          destination: { server: 'https://kubernetes.default.svc', namespace: 'default' },
          syncPolicy: { automated: {} },
        },
      });
    }
    const all = () => lotse.get<Applications>('/api/v1/applications');
    const isDone = ({ items }: Applications, revision?: string): boolean =>
      items.length === apps &&
      items.every(
        ({ status }) =>
          status?.sync?.status === 'Synced' &&
          status.operationState?.phase === 'Succeeded' &&
          (revision === undefined || status.sync.revision === revision),
      );
    await lotse.until(async () => isDone(await all()), 120_000);
    const rendersBefore = await counter(lotse, /^lotse_renders?_total/);
    const requestsBefore = git.requests.length;
    const revision = repository.commit('second', { 'app-0/config.json': configMap('c-0', 'two') });
    const started = performance.now();
    await lotse.get('/api/v1/applications/app-0?refresh=normal');
    await lotse.until(async () => isDone(await all(), revision), 60_000);
    const tookMs = performance.now() - started;
    const renders = (await counter(lotse, /^lotse_renders?_total/)) - rendersBefore;
    const requests = git.requests.slice(requestsBefore);
    const fetches = requests.filter(
      (line) => line.startsWith('POST') && line.includes('git-upload-pack'),
    ).length;
    const queries = requests.filter((line) => line.includes('info/refs')).length;
    const rows: Row[] = [
      {
        what: `commit to Synced, ${count(apps)} apps in the repository, one touched`,
        value: ms(tookMs),
        note: `${queries} connections, ${fetches} exchanges with Git, ${renders} renders`,
      },
    ];
    if (apps === 500)
      rows.push({ what: 'memory with 500 apps, PostgreSQL included', value: mega(treeBytes(lotse.pid)) });
    return rows;
  } finally {
    await lotse.dispose();
    await git.close();
    repository.dispose();
  }
}

async function counter(lotse: LotseProcess, name: RegExp): Promise<number> {
  const text = await (await fetch(`${lotse.url}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => name.test(line))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
