import { ApiServer, createCluster, installRbac, isStream, type ApiRequest } from '@lotse/engine';
import { count, ms, type Row } from './row.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const PAGE = 500;
const WATCHERS = 1000;

const request = (method: string, target: string, body?: unknown): ApiRequest => {
  const [path = '', query = ''] = target.split('?');
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  return {
    method,
    path,
    query: new URLSearchParams(query),
    header: (name) => (name === 'content-type' ? type : undefined),
    headers: () => [],
    headerNames: () => [],
    body: body === undefined ? new Uint8Array() : Buffer.from(JSON.stringify(body)),
  };
};

/** The Kubernetes API in process, bytes in and bytes out, with `objects` ConfigMaps of a kilobyte. */
export function benchmarkApi(objects: number): Row[] {
  const cluster = createCluster({ controllers: [], seed: 'bench' });
  const { authorizer } = installRbac(cluster);
  const api = new ApiServer({
    ...cluster,
    random: { next: () => 0 },
    authenticators: [{ authenticate: () => ({ user: 'bench', groups: ['system:masters'] }) }],
    authorizer,
  });
  const send = (...parts: Parameters<typeof request>): string | Uint8Array => {
    const response = api.handle(request(...parts));
    if (isStream(response)) throw new Error('a stream was not asked for');
    if (response.status >= 300) throw new Error(`${parts.join(' ')}: ${response.status}`);
    return response.body;
  };
  const rows: Row[] = [];
  const measure = (what: string, times: number, work: (index: number) => void): void => {
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
    const p99 = (values: number[]): string => ms(values.sort((a, b) => a - b)[Math.floor(times * 0.99)] ?? 0);
    rows.push({
      what,
      value: `${count(times / (total / 1000))}/s`,
      note: `p99 ${p99(took)}; ${p99(busy)} of processor time`,
    });
  };
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

  let token = '';
  const page = (): void => {
    const answer = send('GET', `${MAPS}?limit=${PAGE}${token && `&continue=${token}`}`);
    token = /"continue":"([^"]+)"/.exec(Buffer.from(answer.slice(0, 1000)).toString())?.[1] ?? '';
  };
  page();
  measure(`list pages of ${PAGE} ${at}`, Math.min(200, Math.ceil(objects / PAGE)), page);
  token = '';
  page();
  measure(
    `list pages of ${PAGE} at a past revision, with writes between`,
    Math.min(200, Math.ceil(objects / PAGE)),
    (index) => {
      send('POST', MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `late-${index}` } });
      page();
    },
  );

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
