import { isJsonObject, type JsonValue } from '@lotse/manifests';
import type { StoredObject } from '../store/stored-object.js';
import type { CustomResourceSubresourceScale, LabelSelector } from '../types/index.js';

interface Scalable extends StoredObject {
  readonly spec?: { readonly replicas?: number; readonly selector?: LabelSelector | Record<string, string> };
  readonly status?: { readonly replicas?: number; readonly selector?: string };
}

/** What the scale subresource shows of an object (autoscaling/v1 Scale). */
export interface Scale extends StoredObject {
  readonly spec: { readonly replicas?: number };
  readonly status: { readonly replicas: number; readonly selector?: string };
}

/** The Scale of a Deployment, ReplicaSet, StatefulSet or ReplicationController. */
export function scaleOf(given: StoredObject, paths?: CustomResourceSubresourceScale): Scale {
  const object = paths ? scalableOf(given, paths) : (given as Scalable);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = object.status?.selector ?? selectorText(object.spec?.selector);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      ...(name !== undefined && { name }),
      ...(namespace !== undefined && { namespace }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(creationTimestamp !== undefined && { creationTimestamp }),
    },
    spec: object.spec?.replicas ? { replicas: object.spec.replicas } : {},
    status: { replicas: object.status?.replicas ?? 0, ...(selector !== '' && { selector }) },
  };
}

/** The object with the replicas that a Scale asks for. */
export function withScale(
  object: StoredObject,
  { spec }: Pick<Scale, 'spec'>,
  paths?: CustomResourceSubresourceScale,
): StoredObject {
  return withReplicas(object, spec?.replicas ?? 0, paths?.specReplicasPath ?? '.spec.replicas');
}

/** A custom resource as something that can be scaled, by the paths its definition names. */
function scalableOf(object: StoredObject, paths: CustomResourceSubresourceScale): Scalable {
  const at = (path: string | undefined): unknown =>
    partsOf(path ?? '').reduce<unknown>(
      (value, part) => (isJsonObject(value) && Object.hasOwn(value, part) ? value[part] : undefined),
      object,
    );
  const number = (path: string | undefined): number => Number(at(path) ?? 0);
  const selector = at(paths.labelSelectorPath);
  return {
    ...object,
    spec: { replicas: number(paths.specReplicasPath) },
    status: { replicas: number(paths.statusReplicasPath), ...(typeof selector === 'string' && { selector }) },
  } as Scalable;
}

/** A path such as `.spec.replicas`; its parts are names of fields. */
const partsOf = (path: string): string[] => path.split('.').filter((part) => part !== '');

function withReplicas(object: StoredObject, replicas: number, path: string): StoredObject {
  const set = (value: unknown, [part, ...rest]: readonly string[]): JsonValue => {
    if (part === undefined) return replicas;
    const map = isJsonObject(value) ? value : {};
    return { ...map, [part]: set(Object.hasOwn(map, part) ? map[part] : undefined, rest) };
  };
  return set(object, partsOf(path)) as unknown as StoredObject;
}

/** A selector as one line of text. */
export function selectorText(selector: LabelSelector | Record<string, string> | undefined): string {
  if (!selector) return '';
  const typed = selector as LabelSelector;
  const isTyped = typeof typed.matchLabels === 'object' || Array.isArray(typed.matchExpressions);
  const labels = isTyped ? (typed.matchLabels ?? {}) : (selector as Record<string, string>);
  const parts = Object.entries(labels).map(([key, value]): [string, string] => [key, `${key}=${value}`]);
  for (const { key, operator, values } of isTyped ? (typed.matchExpressions ?? []) : []) {
    const list = [...(values ?? [])].sort().join(',');
    if (operator === 'In') parts.push([key, `${key} in (${list})`]);
    else if (operator === 'NotIn') parts.push([key, `${key} notin (${list})`]);
    else parts.push([key, operator === 'Exists' ? key : `!${key}`]);
  }
  return parts
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, textPart]) => textPart)
    .join(',');
}
