import type { ObjectMeta } from '@lotse/manifests';

/** What the store keeps: any Kubernetes object. Immutable from the moment it is committed; change means a new value. */
export interface StoredObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** Names a resource across its versions, such as `apps/deployments`; the core group is empty: `/pods`. */
export type ResourceKey = `${string}/${string}`;

/** `namespace/name`; cluster-scoped objects have an empty namespace. */
export type ObjectName = `${string}/${string}`;

/** The name of an object inside its resource. */
export function objectName(namespace: string | undefined, name: string): ObjectName {
  return `${namespace ?? ''}/${name}`;
}
