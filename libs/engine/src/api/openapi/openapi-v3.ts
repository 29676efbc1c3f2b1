import { createHash } from 'node:crypto';
import { schemaByName, schemaNameForKind, type SchemaNode } from '@lotse/manifests';
import type { ResourceInfo } from '../../registry/resource.js';
import type { ApiRequest, FullResponse } from '../api-request.js';
import { apiVersionOf } from '../check-object.js';
import type { Discovery } from '../discovery.js';
import type { VersionResources } from '../group-versions.js';
import { SERVER_VERSION } from '../version.js';

interface Document {
  readonly body: string;
  readonly hash: string;
}

/** The OpenAPI v3 documents: one per group version, made when first asked for. */
export class OpenApiV3 {
  readonly #discovery: Discovery;
  #groups: Discovery['groups'] | undefined;
  #documents = new Map<string, Document>();

  constructor(discovery: Discovery) {
    this.#discovery = discovery;
  }

  /** `/openapi/v3` and `/openapi/v3/api/v1`, …; undefined for other paths. */
  answer(request: ApiRequest): FullResponse | undefined {
    const match = /^\/openapi\/v3(?:\/(.+?))?\/?$/.exec(request.path);
    if (!match) return undefined;
    const path = match[1];
    return path === undefined ? this.#index() : this.#document(path, request);
  }

  #index(): FullResponse {
    const paths: Record<string, { serverRelativeURL: string }> = {};
    for (const { versions } of this.#discovery.groups) {
      for (const version of versions) {
        const path = pathOf(version);
        paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${this.#make(version).hash}` };
      }
    }
    const body = `${JSON.stringify({ paths })}\n`;
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }

  #document(path: string, request: ApiRequest): FullResponse | undefined {
    const version = this.#discovery.groups
      .flatMap(({ versions }) => versions)
      .find((found) => pathOf(found) === path);
    if (!version) return undefined;
    const { body, hash } = this.#make(version);
    const asked = request.query.get('hash');
    if (asked !== null && asked !== hash) {
      const location = `/openapi/v3/${path}?hash=${hash}`;
      return { status: 301, headers: { location, 'content-type': 'text/plain' }, body: '' };
    }
    const headers = {
      'content-type': 'application/json',
      etag: `"${hash}"`,
      vary: 'Accept',
      'cache-control': asked === null ? 'no-cache, private' : 'public, immutable',
    };
    if (request.header('if-none-match') === headers.etag) return { status: 304, headers, body: '' };
    return { status: 200, headers, body };
  }

  #make(version: VersionResources): Document {
    const groups = this.#discovery.groups;
    if (this.#groups !== groups) {
      this.#groups = groups;
      this.#documents = new Map();
    }
    const key = pathOf(version);
    let document = this.#documents.get(key);
    if (!document) {
      const body = `${JSON.stringify(toOpenApi(version))}\n`;
      document = { body, hash: createHash('sha512').update(body).digest('hex').slice(0, 64).toUpperCase() };
      this.#documents.set(key, document);
    }
    return document;
  }
}

const pathOf = ({ group, version }: { group: string; version: string }): string =>
  group ? `apis/${group}/${version}` : `api/${version}`;

/** The document of one group version. */
export function toOpenApi(version: VersionResources): unknown {
  const schemas = new Map<string, unknown>();
  const paths: Record<string, unknown> = {};
  for (const resource of version.resources) {
    const name = schemaNameForKind(resource);
    if (name !== undefined) addSchema(name, schemas);
    Object.assign(paths, pathsOf(resource, name));
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: SERVER_VERSION.gitVersion },
    paths,
    components: { schemas: Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : 1))) },
  };
}

function addSchema(name: string, schemas: Map<string, unknown>): void {
  if (schemas.has(name)) return;
  schemas.set(name, {});
  const node = schemaByName(name);
  schemas.set(name, node ? toSchema(node, schemas) : {});
}

/** A schema node in the words of OpenAPI v3. */
function toSchema(node: SchemaNode, schemas: Map<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) {
    if (key.startsWith('x-kubernetes-') || ['type', 'format', 'required', 'default'].includes(key))
      result[key] = value;
  }
  if (node.gvk) result['x-kubernetes-group-version-kind'] = node.gvk;
  if (node.properties) {
    result['properties'] = Object.fromEntries(
      Object.entries(node.properties).map(([key, child]) => [key, toSchema(child, schemas)]),
    );
  }
  if (node.items) result['items'] = toSchema(node.items, schemas);
  if (node.additionalProperties)
    result['additionalProperties'] = toSchema(node.additionalProperties, schemas);
  if (node.oneOf) result['oneOf'] = node.oneOf.map((child) => toSchema(child, schemas));
  if (node.ref !== undefined) {
    addSchema(node.ref, schemas);
    result['allOf'] = [{ $ref: `#/components/schemas/${node.ref}` }];
  }
  return result;
}

const BODY_TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const PATCH_TYPES = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
];

const parameter = (name: string, type: string): unknown => ({
  name,
  in: 'query',
  schema: { type, uniqueItems: true },
});
const WRITE_PARAMETERS = ['dryRun', 'fieldManager', 'fieldValidation'].map((name) =>
  parameter(name, 'string'),
);
const LIST_PARAMETERS = [
  ...['continue', 'fieldSelector', 'labelSelector', 'resourceVersion', 'resourceVersionMatch'].map((name) =>
    parameter(name, 'string'),
  ),
  ...['limit', 'timeoutSeconds'].map((name) => parameter(name, 'integer')),
  ...['allowWatchBookmarks', 'sendInitialEvents', 'watch'].map((name) => parameter(name, 'boolean')),
];
const DELETE_PARAMETERS = [
  parameter('dryRun', 'string'),
  parameter('gracePeriodSeconds', 'integer'),
  parameter('propagationPolicy', 'string'),
];

interface OperationForm {
  readonly verb: string;
  readonly action: string;
  readonly parameters: readonly unknown[];
  readonly body?: readonly string[];
}

function pathsOf(resource: ResourceInfo, schema: string | undefined): Record<string, unknown> {
  const { group, version, kind } = resource;
  const base = `/${group ? `apis/${apiVersionOf(resource)}` : `api/${version}`}`;
  const collection = `${base}${resource.namespaced ? '/namespaces/{namespace}' : ''}/${resource.resource}`;
  const ref = schema === undefined ? { type: 'object' } : { $ref: `#/components/schemas/${schema}` };
  const operation = (
    form: OperationForm,
    own: { group: string; version: string; kind: string },
  ): unknown => ({
    tags: [group ? `${group.split('.')[0]}_${version}` : `core_${version}`],
    operationId: `${form.verb}${pascal(group || 'core')}${pascal(version)}${resource.namespaced ? 'Namespaced' : ''}${kind}`,
    parameters: form.parameters,
    ...(form.body && {
      requestBody: {
        content: Object.fromEntries(form.body.map((type) => [type, { schema: ref }])),
        required: true,
      },
    }),
    responses: { 200: { description: 'OK', content: { 'application/json': { schema: ref } } } },
    'x-kubernetes-action': form.action,
    'x-kubernetes-group-version-kind': own,
  });
  const own = { group, version, kind };
  const served = (verb: string): boolean => resource.verbs.includes(verb);
  const paths: Record<string, unknown> = {};
  const many = {
    ...(served('list') && {
      get: operation({ verb: 'list', action: 'list', parameters: LIST_PARAMETERS }, own),
    }),
    ...(served('create') && {
      post: operation(
        { verb: 'create', action: 'post', parameters: WRITE_PARAMETERS, body: BODY_TYPES },
        own,
      ),
    }),
    ...(served('deletecollection') && {
      delete: operation(
        {
          verb: 'deleteCollection',
          action: 'deletecollection',
          parameters: [...LIST_PARAMETERS, ...DELETE_PARAMETERS],
        },
        own,
      ),
    }),
  };
  if (Object.keys(many).length > 0) paths[collection] = many;
  const one = itemOperations(resource.verbs, own, operation);
  if (Object.keys(one).length > 0) paths[`${collection}/{name}`] = one;
  for (const subresource of resource.subresources) {
    const target = {
      group: subresource.version ? (subresource.group ?? '') : group,
      version: subresource.version || version,
      kind: subresource.kind,
    };
    paths[`${collection}/{name}/${subresource.name}`] = itemOperations(subresource.verbs, target, operation);
  }
  return paths;
}

function itemOperations(
  verbs: readonly string[],
  own: { group: string; version: string; kind: string },
  operation: (form: OperationForm, own: { group: string; version: string; kind: string }) => unknown,
): Record<string, unknown> {
  return {
    ...(verbs.includes('get') && { get: operation({ verb: 'read', action: 'get', parameters: [] }, own) }),
    ...(verbs.includes('update') && {
      put: operation({ verb: 'replace', action: 'put', parameters: WRITE_PARAMETERS, body: BODY_TYPES }, own),
    }),
    ...(verbs.includes('delete') && {
      delete: operation({ verb: 'delete', action: 'delete', parameters: DELETE_PARAMETERS }, own),
    }),
    ...(verbs.includes('patch') && {
      patch: operation(
        {
          verb: 'patch',
          action: 'patch',
          parameters: [...WRITE_PARAMETERS, parameter('force', 'boolean')],
          body: PATCH_TYPES,
        },
        own,
      ),
    }),
  };
}

const pascal = (name: string): string =>
  name
    .split(/[.-]/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
