import { isJsonObject, type JsonObject } from '@lotse/manifests';
import type { AdmissionRequest } from './admission-request.js';
import { scaleOf, withScale, type Scale } from '../api/scale.js';
import type { ResourceInfo } from '../registry/resource.js';
import type { StoredObject } from '../store/stored-object.js';
import type { Pod } from '../types/index.js';

/** A subresource that has a kind of its own: what those who judge a request are shown in place of the object. */
export interface RequestPart {
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  shown(object: StoredObject, version: ResourceInfo): JsonObject;
  /** The object after its part was changed; undefined where it can't be. */
  changed?(object: StoredObject, part: JsonObject, version: ResourceInfo): StoredObject;
}

const binding: RequestPart = {
  kind: { group: '', version: 'v1', kind: 'Binding' },
  shown(object) {
    const { metadata, spec } = object as Pod;
    const { name = '', namespace = '' } = metadata;
    return {
      kind: 'Binding',
      apiVersion: 'v1',
      metadata: { name, namespace, creationTimestamp: null },
      target: { kind: 'Node', name: spec?.nodeName ?? '' },
    };
  },
  changed(object, part) {
    const { target } = part;
    const name = isJsonObject(target) ? target['name'] : undefined;
    if (typeof name !== 'string') return object;
    const pod = object as Pod;
    return { ...pod, spec: { containers: [], ...pod.spec, nodeName: name } } as Pod;
  },
};

const scale: RequestPart = {
  kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
  shown: (object, version) => scaleOf(object, version.scale) as unknown as JsonObject,
  changed: (object, part, version) => withScale(object, part as unknown as Scale, version.scale),
};

/** What a request does, to those who judge it: a binding is made, though it changes the pod. */
export function operationOf({
  subresource,
  operation,
}: Pick<AdmissionRequest, 'subresource' | 'operation'>): AdmissionRequest['operation'] {
  return subresource === 'binding' ? 'CREATE' : operation;
}

/** The part a request is about; undefined when it is about the object itself. */
export function partOf({ subresource, operation, object }: AdmissionRequest): RequestPart | undefined {
  if (subresource === 'binding') return binding;
  if (subresource === 'scale' && operation === 'UPDATE') return scale;
  const isOptions = operation === 'CONNECT';
  if (!isOptions && subresource !== 'eviction' && subresource !== 'token') return undefined;
  const [group = '', version = ''] = object.apiVersion.includes('/')
    ? object.apiVersion.split('/')
    : ['', object.apiVersion];
  return {
    kind: { group, version, kind: object.kind },
    shown: (given) => (isOptions ? withoutMetadata(given) : (given as unknown as JsonObject)),
    changed: (given, part) => ({ ...part, metadata: given.metadata }) as unknown as StoredObject,
  };
}

/** Options have no name; they carry that of the object they are for. */
function withoutMetadata(given: StoredObject): JsonObject {
  const { metadata: _, ...options } = given;
  return options as unknown as JsonObject;
}
