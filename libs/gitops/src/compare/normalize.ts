import { isJsonObject, setOwn, type JsonObject, type JsonValue, type KubeObject } from '@lotse/manifests';

/** Metadata the server keeps for itself. */
const SERVER_METADATA = [
  'managedFields',
  'resourceVersion',
  'uid',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
];

/**
 * An object as it is compared: without status and server-kept metadata, with the known equal spellings made one.
 * Both sides of a comparison must pass through here.
 */
export function normalize(object: KubeObject): KubeObject {
  const { status: _status, ...rest } = object;
  const metadata: JsonObject = {};
  for (const [key, value] of Object.entries(object.metadata)) {
    if (SERVER_METADATA.includes(key) || isEmpty(value as JsonValue)) continue;
    setOwn(metadata, key, value as JsonValue);
  }
  const annotations = metadata['annotations'];
  if (isJsonObject(annotations)) {
    const kept = Object.entries(annotations).filter(
      ([key]) =>
        key !== 'kubectl.kubernetes.io/last-applied-configuration' &&
        key !== 'deployment.kubernetes.io/revision',
    );
    if (kept.length > 0) metadata['annotations'] = Object.fromEntries(kept);
    else delete metadata['annotations'];
  }
  return normalizeKind({ ...rest, metadata } as KubeObject);
}

function isEmpty(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || (isJsonObject(value) && Object.keys(value).length === 0);
}

function normalizeKind(object: KubeObject): KubeObject {
  switch (object.kind) {
    case 'Secret':
      return object.apiVersion === 'v1' ? normalizeSecret(object) : object;
    case 'Role':
    case 'ClusterRole':
      return normalizeRole(object);
    case 'StatefulSet':
      return normalizeStatefulSet(object);
    default:
      return object;
  }
}

/** `stringData` is what `data` will be; an empty value may be written as null. */
function normalizeSecret(object: KubeObject): KubeObject {
  const { stringData, ...rest } = object;
  const data: JsonObject = {};
  const given = object['data'];
  if (isJsonObject(given)) for (const [key, value] of Object.entries(given)) setOwn(data, key, value ?? '');
  if (isJsonObject(stringData)) {
    for (const [key, value] of Object.entries(stringData))
      setOwn(
        data,
        key,
        Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64'),
      );
  }
  if (Object.keys(data).length === 0) {
    const { data: _data, ...empty } = rest;
    return empty as KubeObject;
  }
  return { ...rest, data } as KubeObject;
}

/** No rules and an empty list of rules are the same; aggregated rules are the server's. */
function normalizeRole(object: KubeObject): KubeObject {
  const { rules } = object;
  if (
    object['aggregationRule'] === undefined &&
    !(Array.isArray(rules) && rules.length === 0) &&
    rules !== null
  )
    return object;
  const { rules: _rules, ...rest } = object;
  return rest as KubeObject;
}

/** The server fills `apiVersion`, `kind` and `status` of claim templates. */
function normalizeStatefulSet(object: KubeObject): KubeObject {
  const { spec } = object;
  if (!isJsonObject(spec) || !Array.isArray(spec['volumeClaimTemplates'])) return object;
  const templates = spec['volumeClaimTemplates'].map((template) => {
    if (!isJsonObject(template)) return template;
    const { apiVersion: _apiVersion, kind: _kind, status: _status, ...rest } = template;
    if (isJsonObject(rest['metadata'])) {
      const { creationTimestamp: _created, ...metadata } = rest['metadata'];
      rest['metadata'] = metadata;
    }
    return rest;
  });
  return { ...object, spec: { ...spec, volumeClaimTemplates: templates } };
}

/** True when two JSON values are the same, whatever the order of keys. Absent, undefined and null are one. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a == null || b == null) return a == null && b == null;
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((each, index) => sameJson(each, b[index]));
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (!sameJson(Object.hasOwn(a, key) ? a[key] : undefined, Object.hasOwn(b, key) ? b[key] : undefined))
      return false;
  }
  return true;
}
