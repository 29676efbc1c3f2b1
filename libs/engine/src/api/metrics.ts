import type { Registry } from '../registry/registry.js';
import type { ResourceInfo } from '../registry/resource.js';
import type { StoredObject } from '../store/stored-object.js';
import { formatTime } from '../time.js';
import type { Pod } from '../types/index.js';
import type { ApiContext } from './api-context.js';
import { ApiError, notFound } from './api-error.js';
import type { FullResponse } from './api-request.js';
import { listObjects } from './list.js';
import { negotiate } from './negotiation.js';
import { namespaceOf, type ResourceRequest } from './resource-handler.js';
import { listResponse, objectResponse } from './respond.js';

export const METRICS_GROUP = 'metrics.k8s.io';
const BY_NODE = 'metrics-node';
/** Over how long a usage is said to be measured; metrics-server's own resolution. */
const WINDOW = '15s';

const resource = (name: string, kind: string, namespaced: boolean): ResourceInfo => ({
  group: METRICS_GROUP,
  version: 'v1beta1',
  resource: name,
  kind,
  singular: '',
  namespaced,
  verbs: ['get', 'list'],
  shortNames: [],
  categories: [],
  subresources: [],
  strategy: {},
});

/** Adds the metrics API, which is computed and never stored, to what is served. */
export function serveMetrics({ store, registry }: Pick<ApiContext, 'store'> & { registry: Registry }): void {
  if (registry.find(METRICS_GROUP, 'v1beta1', 'pods')) return;
  registry.add(resource('nodes', 'NodeMetrics', false));
  registry.add(resource('pods', 'PodMetrics', true));
  store.table('/pods').index(BY_NODE, (object) => [(object as Pod).spec?.nodeName ?? '']);
}

interface Usage {
  readonly cpu: string;
  readonly memory: string;
}

/** Usage of nodes and pods right now (metrics.k8s.io/v1beta1). */
export function answerMetrics(
  context: ApiContext,
  { info, request, resource: own }: ResourceRequest,
): FullResponse {
  const source = context.registry.find('', 'v1', own.resource);
  if (!source) throw new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
  const nowMs = context.clock.now();
  const form = {
    resource: own,
    accepted: negotiate(request.header('accept'), true),
    parameters: request.query,
    nowMs,
  };
  const measure = own.resource === 'pods' ? podMetrics : nodeMetrics;
  if (info.verb === 'get') {
    const object = context.operations.get(source, namespaceOf(info, own), info.name);
    const metrics = measure(context, object, nowMs);
    if (!metrics) throw notFound({ ...own, kind: own.kind }, info.name);
    return objectResponse(200, metrics, form);
  }
  const page = listObjects(context.store, {
    resource: source,
    namespace: info.namespace,
    parameters: request.query,
  });
  const objects = page.objects.flatMap((object) => measure(context, object, nowMs) ?? []);
  return listResponse({ ...page, objects }, form);
}

function podMetrics(context: ApiContext, pod: StoredObject, nowMs: number): StoredObject | undefined {
  const { name = '', namespace = '' } = pod.metadata;
  const usage = context.runtime?.usage(namespace, name);
  if (!usage || usage.size === 0) return undefined;
  const containers = Array.from(usage, ([container, { milliCpu, memoryBytes }]) => ({
    name: container,
    usage: quantities(milliCpu, memoryBytes),
  }));
  return measured('PodMetrics', pod, nowMs, { containers });
}

function nodeMetrics(context: ApiContext, node: StoredObject, nowMs: number): StoredObject {
  let milliCpu = 0;
  let memoryBytes = 0;
  for (const { metadata } of context.store.table('/pods').by(BY_NODE, node.metadata.name ?? '')) {
    for (const used of context.runtime?.usage(metadata.namespace ?? '', metadata.name ?? '').values() ?? []) {
      milliCpu += used.milliCpu;
      memoryBytes += used.memoryBytes;
    }
  }
  return measured('NodeMetrics', node, nowMs, { usage: quantities(milliCpu, memoryBytes) });
}

function measured(kind: string, { metadata }: StoredObject, nowMs: number, values: object): StoredObject {
  const { name, namespace, labels } = metadata;
  const timestamp = formatTime(nowMs);
  return {
    kind,
    apiVersion: `${METRICS_GROUP}/v1beta1`,
    metadata: {
      ...(name !== undefined && { name }),
      ...(namespace !== undefined && { namespace }),
      creationTimestamp: timestamp,
      ...(labels && { labels }),
    },
    timestamp,
    window: WINDOW,
    ...values,
  } as StoredObject;
}

function quantities(milliCpu: number, memoryBytes: number): Usage {
  return { cpu: `${Math.round(milliCpu * 1_000_000)}n`, memory: `${Math.ceil(memoryBytes / 1024)}Ki` };
}
