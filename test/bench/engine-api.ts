import {
  ApiServer,
  createCluster,
  installRbac,
  isStream,
  type ApiRequest,
  type Cluster,
} from '@lotse/engine';
import { count, ms, type Row } from './row.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const PAGE = 500;
const WATCHERS = 1000;

const PODS = '/api/v1/namespaces/default/pods';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';

const request = (method: string, target: string, body?: unknown, accept?: string): ApiRequest => {
  const [path = '', query = ''] = target.split('?');
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  return {
    method,
    path,
    query: new URLSearchParams(query),
    header: (name) => (name === 'content-type' ? type : name === 'accept' ? accept : undefined),
    headers: () => [],
    headerNames: () => [],
    body: body === undefined ? new Uint8Array() : Buffer.from(JSON.stringify(body)),
  };
};

interface Bench {
  readonly api: ApiServer;
  readonly rows: Row[];
  /** One request; throws for an answer that is a refusal. The beginning of the answer. */
  readonly send: (...parts: Parameters<typeof request>) => string;
  /** Does something many times and notes how often a second, and how long at worst. */
  readonly measure: (what: string, times: number, work: (index: number) => void) => void;
}

function bench(cluster: Cluster): Bench {
  const { authorizer } = installRbac(cluster);
  const api = new ApiServer({
    ...cluster,
    random: { next: () => 0 },
    authenticators: [{ authenticate: () => ({ user: 'bench', groups: ['system:masters'] }) }],
    authorizer,
  });
  const rows: Row[] = [];
  return {
    api,
    rows,
    send(...parts) {
      const response = api.handle(request(...parts));
      if (isStream(response)) throw new Error('a stream was not asked for');
      if (response.status >= 300) throw new Error(`${parts.join(' ')}: ${response.status}`);
      const start = Buffer.from(response.body.slice(0, 1000)).toString();
      response.release?.();
      return start;
    },
    measure(what, times, work) {
      const took: number[] = [];
      const busy: number[] = [];
      for (let index = 0; index < times; index++) {
        const cpu = process.threadCpuUsage();
        const started = performance.now();
        work(index);
        took.push(performance.now() - started);
        const { user, system } = process.threadCpuUsage(cpu);
        busy.push((user + system) / 1000);
      }
      const total = took.reduce((sum, one) => sum + one, 0);
      const p99 = (values: number[]): string =>
        ms(values.sort((a, b) => a - b)[Math.floor(times * 0.99)] ?? 0);
      rows.push({
        what,
        value: `${count(times / (total / 1000))}/s`,
        note: `p99 ${p99(took)}; ${p99(busy)} of processor time`,
      });
    },
  };
}

/** Pages of a list, one after the other and from the beginning again. */
function pages(send: Bench['send'], path: string, accept?: string): () => void {
  let token = '';
  return () => {
    const answer = send('GET', `${path}?limit=${PAGE}${token && `&continue=${token}`}`, undefined, accept);
    token = /"continue":"([^"]+)"/.exec(answer)?.[1] ?? '';
  };
}

/** Lists of the pods of a cluster that runs them, as programs and as people read them. */
export function benchmarkPodLists(cluster: Cluster, pods: number): Row[] {
  const { rows, send, measure } = bench(cluster);
  const at = `pods of ${count(pods)}`;
  measure(`list pages of ${PAGE} ${at}`, 200, pages(send, PODS));
  measure(`list pages of ${PAGE} ${at}, as kubectl shows them`, 200, pages(send, PODS, TABLE));
  return rows;
}

/** The Kubernetes API in process, bytes in and bytes out, with `objects` ConfigMaps of a kilobyte. */
export function benchmarkApi(objects: number): Row[] {
  const cluster = createCluster({ controllers: [], seed: 'bench' });
  const { api, rows, send, measure } = bench(cluster);
  const at = `at ${count(objects)} objects`;
  const text = 'x'.repeat(700);
  measure(`create, up to ${count(objects)} objects`, objects, (index) =>
    send('POST', MAPS, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `c-${index}` },
      data: { text, index: `${index}` },
    }),
  );
  const some = Math.min(objects, 5000);
  const name = (index: number): string => `c-${(index * 7919) % objects}`;
  measure(`get ${at}`, some, (index) => send('GET', `${MAPS}/${name(index)}`));
  measure(`patch ${at}`, some, (index) =>
    send('PATCH', `${MAPS}/${name(index)}`, { data: { index: `new ${index}` } }),
  );

  const pageCount = Math.min(200, Math.ceil(objects / PAGE));
  const page = pages(send, MAPS);
  page();
  measure(`list pages of ${PAGE} ${at}`, pageCount, page);
  const pastPage = pages(send, MAPS);
  pastPage();
  measure(`list pages of ${PAGE} at a past revision, with writes between`, pageCount, (index) => {
    send('POST', MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `late-${index}` } });
    pastPage();
  });

  let delivered = 0;
  const watch = (watchers: number): void => {
    for (let index = 0; index < watchers; index++) {
      const response = api.handle(
        request('GET', `${MAPS}?watch=true&resourceVersion=${cluster.store.revision}`),
      );
      if (!isStream(response)) throw new Error('the watch did not open');
      response.stream({ write: () => (delivered++, true), end: () => undefined });
    }
  };
  watch(1);
  measure(`patch to one watch ${at}`, some, (index) =>
    send('PATCH', `${MAPS}/${name(index)}`, { data: { index: `seen ${index}` } }),
  );
  watch(WATCHERS - 1);
  delivered = 0;
  const changes = 200;
  const started = performance.now();
  for (let index = 0; index < changes; index++)
    send('PATCH', `${MAPS}/${name(index)}`, { data: { index: `told ${index}` } });
  const seconds = (performance.now() - started) / 1000;
  if (delivered !== changes * WATCHERS)
    throw new Error(`${delivered} of ${changes * WATCHERS} events arrived`);
  rows.push({
    what: `events delivered to ${count(WATCHERS)} watches`,
    value: `${count(delivered / seconds)}/s`,
    note: `${ms((seconds * 1000) / changes)} for each change`,
  });
  cluster.stop();
  return rows;
}
