import { isJsonObject, type JsonObject, type ObjectMeta } from '@lotse/manifests';
import type { ResourceInfo } from '../registry/resource.js';
import type { StoredObject } from '../store/stored-object.js';
import { badRequest, type ApiError } from './api-error.js';
import { kindMismatch } from './kind-mismatch.js';
import { isKnownKind } from './protobuf/messages.js';

/** Where an object was sent to. */
export interface Target {
  readonly resource: ResourceInfo;
  readonly namespace: string;
  /** Empty for create. */
  readonly name: string;
  /** True when the object has to name itself: the name of the URL is no substitute. */
  readonly namesItself?: boolean;
}

/** What a body must call itself. */
export interface ExpectedKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** `v1`, `apps/v1`. */
export function apiVersionOf(resource: { group: string; version: string }): string {
  return resource.group ? `${resource.group}/${resource.version}` : resource.version;
}

/** Makes a decoded body a StoredObject of the expected kind, with the namespace of the URL. Throws BadRequest when they differ. */
export function asObjectOf(body: JsonObject, target: Target, expected: ExpectedKind): StoredObject {
  const text = (key: string): string => {
    const value = Object.hasOwn(body, key) ? body[key] : undefined;
    if (value === undefined || value === null) return '';
    if (typeof value !== 'string')
      throw badRequest(
        `couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonType(value)} into Go struct field .${key} of type string`,
      );
    return value;
  };
  const apiVersion = text('apiVersion') || expected.apiVersion;
  const kind = text('kind') || expected.kind;
  if (apiVersion !== expected.apiVersion || kind !== expected.kind)
    throw badRequest(mismatch({ apiVersion, kind }, expected, target));
  const metadata = readMetadata(body, expected);
  return { ...body, apiVersion, kind, metadata: placed(metadata, target) };
}

function mismatch(given: ExpectedKind, expected: ExpectedKind, { resource }: Target): string {
  const group = groupOf(expected.apiVersion);
  const custom = resource.custom === true;
  const isOtherVersion =
    custom || (groupOf(given.apiVersion) === group && isKnownKind(given.apiVersion, given.kind));
  if (given.kind === expected.kind && isOtherVersion)
    return `the API version in the data (${given.apiVersion}) does not match the expected API version (${expected.apiVersion})`;
  const version = given.apiVersion.slice(given.apiVersion.indexOf('/') + 1);
  const why = kindMismatch(given, { group, custom }, expected.kind);
  return `${given.kind} in version ${JSON.stringify(version)} cannot be handled as a ${expected.kind}: ${why}`;
}

const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';

function readMetadata(body: JsonObject, { apiVersion, kind }: ExpectedKind): ObjectMeta {
  const metadata = Object.hasOwn(body, 'metadata') ? body['metadata'] : undefined;
  if (metadata === undefined || metadata === null) return {};
  if (!isJsonObject(metadata)) {
    const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
    throw badRequest(
      `${kind} in version "${version}" cannot be handled as a ${kind}: json: cannot unmarshal ${jsonType(metadata)} into Go struct field ${kind}.metadata of type v1.ObjectMeta`,
    );
  }
  return metadata as ObjectMeta;
}

function placed(metadata: ObjectMeta, { resource, namespace, name, namesItself }: Target): ObjectMeta {
  if (namesItself && !metadata.name) throw unnamed(name);
  if (name !== '' && metadata.name !== undefined && metadata.name !== '' && metadata.name !== name)
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
    );
  const own = metadata.namespace ?? '';
  if (resource.namespaced && own !== '' && own !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  const { namespace: _, name: __, ...rest } = metadata;
  const finalName = name !== '' ? name : metadata.name;
  return {
    ...rest,
    ...(finalName !== undefined && finalName !== '' && { name: finalName }),
    ...(resource.namespaced && { namespace }),
  };
}

/** 400: an object that does not say which one it is. */
export function unnamed(name: string): ApiError {
  return badRequest(
    `the name of the object (${name} based on URL) was undeterminable: name must be provided`,
  );
}

/** A value's type as Go's JSON decoder calls it. */
export function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'bool';
  return typeof value;
}
