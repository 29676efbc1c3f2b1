import { forbidden } from '../api/api-error.js';
import { each, fill, within } from '../registry/fill.js';
import { addQuantities, compareQuantities, parseQuantity } from '../registry/quantity.js';
import type { Container, LimitRange, LimitRangeItem, PersistentVolumeClaim, Pod } from '../types/index.js';
import { createdPod } from './is-pod.js';
import type { AdmissionContext, AdmissionPlugin } from './plugin.js';

const ANNOTATION = 'kubernetes.io/limit-ranger';
type Amounts = Readonly<Record<string, string>>;

/** Fills in what containers did not ask for, and refuses what is out of the namespace's bounds. */
export const limitRanger: AdmissionPlugin = {
  name: 'LimitRanger',
  admit(request, context) {
    const pod = createdPod(request);
    if (!pod?.spec) return request.object;
    let changed = pod;
    for (const item of itemsOf(context, pod.metadata.namespace)) {
      if (item.type === 'Container') changed = withDefaults(changed, item);
    }
    return changed;
  },
  validate(request, context) {
    const { resource, object, operation, subresource } = request;
    const isResize = resource.resource === 'pods' && subresource === 'resize';
    if (operation === 'DELETE' || resource.group !== '' || (subresource !== undefined && !isResize)) return;
    const items = itemsOf(context, object.metadata.namespace);
    if (items.length === 0) return;
    const problems: string[] = [];
    const pod = isResize ? (object as Pod) : createdPod(request);
    for (const item of items) {
      if (pod && item.type === 'Container') {
        for (const { resources } of [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])])
          problems.push(...outOfBounds(item, resources?.requests ?? {}, resources?.limits ?? {}));
      } else if (pod && item.type === 'Pod') {
        problems.push(...outOfBounds(item, podTotal(pod, 'requests'), podTotal(pod, 'limits')));
      } else if (resource.resource === 'persistentvolumeclaims' && item.type === 'PersistentVolumeClaim') {
        const requests = (object as PersistentVolumeClaim).spec?.resources?.requests ?? {};
        problems.push(...outOfBounds({ ...item, maxLimitRequestRatio: {} }, requests, requests, false));
      }
    }
    if (problems.length > 0)
      throw forbidden(
        resource,
        object.metadata.name ?? '',
        problems.length === 1 ? (problems[0] ?? '') : `[${problems.join(', ')}]`,
      );
  },
};

function itemsOf({ store }: AdmissionContext, namespace: string | undefined): LimitRangeItem[] {
  const items: LimitRangeItem[] = [];
  for (const range of store.table('/limitranges').by('namespace', namespace ?? ''))
    items.push(...((range as LimitRange).spec?.limits ?? []));
  return items;
}

function withDefaults(pod: Pod, item: LimitRangeItem): Pod {
  const notes: string[] = [];
  const filled = (container: Container, label: string): Container => {
    const resources = container.resources ?? {};
    const limits = fill(resources.limits ?? {}, item.default ?? {});
    const requests = fill(resources.requests ?? {}, item.defaultRequest ?? {});
    const added = (now: Amounts, before: Amounts | undefined): string =>
      Object.keys(now)
        .filter((name) => before?.[name] === undefined)
        .sort()
        .join(', ');
    const asked = added(requests, resources.requests);
    const bounded = added(limits, resources.limits);
    if (asked) notes.push(`${asked} request for ${label} ${container.name}`);
    if (bounded) notes.push(`${bounded} limit for ${label} ${container.name}`);
    return asked || bounded ? { ...container, resources: { ...resources, limits, requests } } : container;
  };
  const spec = within(pod, 'spec', (one) =>
    within(
      within(one, 'containers', (list) => each(list, (container) => filled(container, 'container'))),
      'initContainers',
      (list) => each(list, (container) => filled(container, 'init container')),
    ),
  );
  if (notes.length === 0) return pod;
  const annotations = {
    ...pod.metadata.annotations,
    [ANNOTATION]: `LimitRanger plugin set: ${notes.join('; ')}`,
  };
  return { ...spec, metadata: { ...spec.metadata, annotations } };
}

function podTotal(pod: Pod, part: 'requests' | 'limits'): Record<string, string> {
  const total: Record<string, string> = {};
  for (const { resources } of pod.spec?.containers ?? []) {
    for (const [name, amount] of Object.entries(resources?.[part] ?? {}))
      total[name] = addQuantities(total[name] ?? '0', amount);
  }
  for (const { resources } of pod.spec?.initContainers ?? []) {
    for (const [name, amount] of Object.entries(resources?.[part] ?? {}))
      if (compareQuantities(amount, total[name] ?? '0') > 0) total[name] = amount;
  }
  return total;
}

function outOfBounds(item: LimitRangeItem, requests: Amounts, limits: Amounts, bothSides = true): string[] {
  const problems: string[] = [];
  const { type } = item;
  for (const [name, least] of Object.entries(item.min ?? {})) {
    const request = requests[name];
    const limit = limits[name];
    if (request === undefined)
      problems.push(`minimum ${name} usage per ${type} is ${least}.  No request is specified`);
    else if (compareQuantities(request, least) < 0)
      problems.push(`minimum ${name} usage per ${type} is ${least}, but request is ${request}`);
    else if (bothSides && limit !== undefined && compareQuantities(limit, least) < 0)
      problems.push(`minimum ${name} usage per ${type} is ${least}, but limit is ${limit}`);
  }
  for (const [name, most] of Object.entries(item.max ?? {})) {
    const request = requests[name];
    const limit = limits[name];
    if (limit === undefined)
      problems.push(`maximum ${name} usage per ${type} is ${most}.  No limit is specified`);
    else if (compareQuantities(limit, most) > 0)
      problems.push(
        `maximum ${name} usage per ${type} is ${most}, but ${bothSides ? 'limit' : 'request'} is ${limit}`,
      );
    else if (request !== undefined && compareQuantities(request, most) > 0)
      problems.push(`maximum ${name} usage per ${type} is ${most}, but request is ${request}`);
  }
  for (const [name, most] of Object.entries(item.maxLimitRequestRatio ?? {}))
    problems.push(...ratioProblem(name, most, type, requests[name], limits[name]));
  return problems;
}

function ratioProblem(
  name: string,
  most: string,
  type: string,
  request: string | undefined,
  limit: string | undefined,
): string[] {
  const base = `${name} max limit to request ratio per ${type} is ${most}`;
  const asked = parseQuantity(request ?? '0')?.nano ?? 0n;
  const bound = parseQuantity(limit ?? '0')?.nano ?? 0n;
  if (asked === 0n || bound === 0n) return [`${base}, but no request is specified or request is 0`];
  const ratio = Number(bound) / Number(asked);
  const allowed = Number(parseQuantity(most)?.nano ?? 0n) / 1e9;
  return ratio > allowed ? [`${base}, but provided ratio is ${ratio.toFixed(6)}`] : [];
}
