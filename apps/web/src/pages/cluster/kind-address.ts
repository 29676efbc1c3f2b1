import type { ApiResource, KubeObject } from '../../api/types.js';

/** A kind in an address: `group/version/resource`, the core group empty. */
export function kindAddress({ group, version, resource }: ApiResource): string {
  return `${group ?? ''}/${version}/${resource}`;
}

export interface KindParts {
  group: string;
  version: string;
  resource: string;
}

/** The reverse; undefined when the text is no such address. */
export function parseKindAddress(text: string): KindParts | undefined {
  const parts = text.split('/');
  const [group, version, resource] = parts;
  return parts.length === 3 && group !== undefined && version && resource
    ? { group, version, resource }
    : undefined;
}

/** An object within its kind: `namespace/name`, or the name alone. */
export function objectAddress({ metadata }: KubeObject): string {
  return metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name;
}

/** One word on how an object is doing, from the places where kinds say so; undefined when they do not. */
export function stateWord(object: KubeObject): string | undefined {
  const status = object.status ?? {};
  const { phase, conditions, readyReplicas, replicas } = status;
  const wanted = object.spec?.['replicas'];
  if (typeof wanted === 'number')
    return `${typeof readyReplicas === 'number' ? readyReplicas : 0}/${wanted} ready`;
  if (typeof replicas === 'number') return `${replicas} replicas`;
  if (typeof phase === 'string') return phase;
  if (Array.isArray(conditions)) {
    const ready: unknown = conditions.find(
      (condition: unknown) =>
        typeof condition === 'object' &&
        condition !== null &&
        'type' in condition &&
        condition.type === 'Ready',
    );
    if (typeof ready === 'object' && ready !== null && 'status' in ready)
      return ready.status === 'True' ? 'Ready' : 'Not ready';
  }
  return undefined;
}
