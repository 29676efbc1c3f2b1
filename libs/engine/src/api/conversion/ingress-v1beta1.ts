import { isJsonObject, type JsonObject, type JsonValue, type SchemaNode } from '@lotse/manifests';
import type { StoredObject } from '../../store/stored-object.js';
import type { OldShape } from './conversion.js';

const TEXT: SchemaNode = { type: 'string' };
const BACKEND: SchemaNode = {
  type: 'object',
  properties: {
    serviceName: TEXT,
    servicePort: { ref: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString' },
    resource: { ref: 'io.k8s.api.core.v1.TypedLocalObjectReference' },
  },
};
const PATH: SchemaNode = { type: 'object', properties: { path: TEXT, pathType: TEXT, backend: BACKEND } };
const HTTP: SchemaNode = { type: 'object', properties: { paths: { type: 'array', items: PATH } } };
const SPEC: SchemaNode = {
  type: 'object',
  properties: {
    ingressClassName: TEXT,
    backend: BACKEND,
    rules: {
      type: 'array',
      items: { type: 'object', properties: { host: TEXT, http: HTTP } },
    },
    tls: { type: 'array', items: { ref: 'io.k8s.api.networking.v1.IngressTLS' } },
  },
};

/** The Ingress of before version 1: services by two fields, the kind of a path left out. */
export const INGRESS_V1BETA1: OldShape = {
  schema: (current) => ({ ...current, properties: { ...current.properties, spec: SPEC } }),

  toStorage: (object) =>
    withSpec(object, ({ backend, ...spec }) => ({
      ...withPaths(spec, (path) => ({ pathType: 'ImplementationSpecific', ...path }), newBackend),
      ...(backend !== undefined && { defaultBackend: newBackend(backend) }),
    })),

  fromStorage: (object) =>
    withSpec(object, ({ defaultBackend, ...spec }) => ({
      ...withPaths(spec, (path) => path, oldBackend),
      ...(defaultBackend !== undefined && { backend: oldBackend(defaultBackend) }),
    })),
};

function withSpec(object: StoredObject, change: (spec: JsonObject) => JsonObject): StoredObject {
  const { spec } = object as { spec?: JsonValue };
  return isJsonObject(spec) ? ({ ...object, spec: change(spec) } as StoredObject) : object;
}

function withPaths(
  spec: JsonObject,
  change: (path: JsonObject) => JsonObject,
  backend: (value: JsonValue) => JsonValue,
): JsonObject {
  if (!Array.isArray(spec['rules'])) return spec;
  const rules = spec['rules'].map((rule) => {
    if (!isJsonObject(rule) || !isJsonObject(rule['http']) || !Array.isArray(rule['http']['paths']))
      return rule;
    const paths = rule['http']['paths'].map((path) =>
      isJsonObject(path)
        ? {
            ...change(path),
            ...(path['backend'] !== undefined && { backend: backend(path['backend']) }),
          }
        : path,
    );
    return { ...rule, http: { ...rule['http'], paths } };
  });
  return { ...spec, rules };
}

function newBackend(value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return value;
  const { serviceName, servicePort, ...rest } = value;
  if (serviceName === undefined && servicePort === undefined) return rest;
  const port = typeof servicePort === 'number' ? { number: servicePort } : { name: servicePort ?? '' };
  return { ...rest, service: { name: serviceName ?? '', port } };
}

function oldBackend(value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return value;
  const { service, ...rest } = value;
  if (!isJsonObject(service)) return value;
  const port = isJsonObject(service['port'])
    ? (service['port']['number'] ?? service['port']['name'])
    : undefined;
  return { ...rest, serviceName: service['name'] ?? '', ...(port !== undefined && { servicePort: port }) };
}
