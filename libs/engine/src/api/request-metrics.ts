import type { Registry } from '../registry/registry.js';
import type { Store } from '../store/store.js';
import type { FullResponse } from './api-request.js';
import type { RequestInfo } from './request-info.js';

/** Kinds of requests that are told apart; further ones are counted together. A large cluster has some hundreds. */
const MOST_SERIES = 2000;
/** Upper bounds of durations in seconds: those of apiserver_request_duration_seconds, without every second one. */
const BUCKETS = [0.005, 0.025, 0.1, 0.2, 0.4, 0.8, 1, 1.5, 3, 5, 10, 30, 60];

interface Durations {
  readonly buckets: number[];
  sum: number;
  count: number;
}

type Labels = Readonly<Record<string, string>>;

/** Counts requests and how long they took, and shows that and the size of the store as Prometheus reads it. */
export class RequestMetrics {
  readonly #store: Store;
  readonly #registry: Registry;
  readonly #requests = new Map<string, number>();
  readonly #durations = new Map<string, Durations>();

  constructor({ store, registry }: { store: Store; registry: Registry }) {
    this.#store = store;
    this.#registry = registry;
  }

  /** One request, when its answer is known; `seconds` is undefined for those that go on. */
  count(info: RequestInfo, code: number, seconds: number | undefined): void {
    const labels = this.#labelsOf(info);
    const key = this.#series(this.#requests, { ...labels, code: String(code) });
    this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1);
    if (seconds === undefined) return;
    const name = this.#series(this.#durations, labels);
    let found = this.#durations.get(name);
    if (!found) this.#durations.set(name, (found = { buckets: BUCKETS.map(() => 0), sum: 0, count: 0 }));
    for (const [index, bound] of BUCKETS.entries())
      if (seconds <= bound) found.buckets[index] = (found.buckets[index] ?? 0) + 1;
    found.sum += seconds;
    found.count += 1;
  }

  /** The text format of Prometheus. */
  answer(): FullResponse {
    const lines = [
      '# HELP apiserver_request_total Requests answered, by verb, group, version, resource, subresource, scope and code.',
      '# TYPE apiserver_request_total counter',
      ...Array.from(this.#requests, ([labels, count]) => `apiserver_request_total{${labels}} ${count}`),
      '# HELP apiserver_request_duration_seconds How long requests took that are answered at once.',
      '# TYPE apiserver_request_duration_seconds histogram',
      ...Array.from(this.#durations, ([labels, durations]) => histogram(labels, durations)).flat(),
      '# HELP apiserver_resource_objects Objects in the store, by group and resource.',
      '# TYPE apiserver_resource_objects gauge',
      ...Array.from(this.#store.resources(), (key) => {
        const slash = key.indexOf('/');
        const labels = textOf({ group: key.slice(0, slash), resource: key.slice(slash + 1) });
        return `apiserver_resource_objects{${labels}} ${this.#store.table(key).objects.size}`;
      }),
      '# HELP lotse_engine_revision The revision of the last change.',
      '# TYPE lotse_engine_revision counter',
      `lotse_engine_revision ${this.#store.revision}`,
      '',
    ];
    return {
      status: 200,
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      body: lines.join('\n'),
    };
  }

  /** What nobody serves is one kind of request: else everybody could make series at will. */
  #labelsOf({
    verb,
    group,
    version,
    resource,
    subresource,
    namespace,
    name,
    isResource,
  }: RequestInfo): Labels {
    const served = isResource ? this.#registry.findServed(group, version, resource) : undefined;
    const known = VERBS.has(verb) ? verb.toUpperCase() : 'other';
    if (!served) return { verb: known, group: '', version: '', resource: '', scope: '' };
    const part = served.subresources.some((one) => one.name === subresource) ? subresource : '';
    const scope = name !== '' ? 'resource' : namespace !== '' ? 'namespace' : 'cluster';
    return { verb: known, group, version, resource, subresource: part, scope };
  }

  #series(series: ReadonlyMap<string, unknown>, labels: Labels): string {
    const text = textOf(labels);
    return series.has(text) || series.size < MOST_SERIES ? text : textOf({ verb: 'other' });
  }
}

const VERBS = new Set([
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
  'post',
  'put',
]);

function textOf(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',');
}

function histogram(labels: string, { buckets, sum, count }: Durations): string[] {
  const name = 'apiserver_request_duration_seconds';
  return [
    ...buckets.map((below, index) => `${name}_bucket{${labels},le="${BUCKETS[index]}"} ${below}`),
    `${name}_bucket{${labels},le="+Inf"} ${count}`,
    `${name}_sum{${labels}} ${sum}`,
    `${name}_count{${labels}} ${count}`,
  ];
}
