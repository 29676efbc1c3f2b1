import { parseApiVersion, type KubeObject } from '@lotse/manifests';
import { ANNOTATION, annotation } from '../annotations.js';

/** What a tracking id says: this object belongs to that application. */
export interface TrackingId {
  readonly application: string;
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Writes `<application>:<group>/<kind>:<namespace>/<name>`, the format of Argo CD's annotation tracking. */
export function formatTrackingId(id: TrackingId): string {
  return `${id.application}:${id.group}/${id.kind}:${id.namespace}/${id.name}`;
}

/** Reads a tracking id; undefined when it isn't one. */
export function parseTrackingId(text: string): TrackingId | undefined {
  const match = /^([^:]+):([^/:]*)\/([^/:]+):([^/]*)\/(.+)$/.exec(text);
  if (!match) return undefined;
  const [, application = '', group = '', kind = '', namespace = '', name = ''] = match;
  return { application, group, kind, namespace, name };
}

/** The object with the annotation that says whose it is. Cluster-scoped objects are tracked under the destination namespace, as Argo CD does. */
export function withTracking(object: KubeObject, application: string, namespace: string): KubeObject {
  const id = formatTrackingId({
    application,
    group: parseApiVersion(object.apiVersion).group,
    kind: object.kind,
    namespace: object.metadata.namespace ?? namespace,
    name: object.metadata.name ?? object.metadata.generateName ?? '',
  });
  return {
    ...object,
    metadata: {
      ...object.metadata,
      annotations: { ...object.metadata.annotations, [ANNOTATION.trackingId]: id },
    },
  };
}

/**
 * The application an object belongs to. An object whose tracking id names another object is a copy
 * (made by an operator that copies annotations) and belongs to nobody: it must never be pruned.
 */
export function trackedBy(object: KubeObject): string | undefined {
  const text = annotation(object, ANNOTATION.trackingId);
  const id = text === undefined ? undefined : parseTrackingId(text);
  if (!id) return undefined;
  const { metadata } = object;
  const same =
    id.kind === object.kind &&
    id.group === parseApiVersion(object.apiVersion).group &&
    (id.name === metadata.name ||
      (metadata.generateName !== undefined && id.name === metadata.generateName)) &&
    (metadata.namespace === undefined || id.namespace === metadata.namespace);
  return same ? id.application : undefined;
}
