import { createHash } from 'node:crypto';
import type { ApiRequest, FullResponse } from '../api-request.js';
import type { Discovery } from '../discovery.js';
import type { VersionResources } from '../group-versions.js';
import { SERVER_VERSION } from '../version.js';
import { operationsOf, type OperationForm } from './paths.js';
import { DESCRIPTIONS_DIGEST } from './descriptions.js';
import type { OpenApiSchema } from './openapi-schema.js';
import { SchemaCollector } from './schemas.js';

/** A group version without a document is answered with nothing at all (kube-openapi handler3). */
const NO_DOCUMENT: FullResponse = { status: 404, headers: {}, body: '' };

/** The OpenAPI v3 documents: one per group version, made when first asked for. */
export class OpenApiV3 {
  readonly #discovery: Discovery;
  #groups: Discovery['groups'] | undefined;
  #hashes = new Map<string, string>();
  #documents = new Map<string, Buffer>();

  constructor(discovery: Discovery) {
    this.#discovery = discovery;
  }

  /** `/openapi/v3` and `/openapi/v3/api/v1`, …; undefined for other paths. */
  answer(request: ApiRequest): FullResponse | undefined {
    const match = /^\/openapi\/v3(?:\/(.+?))?\/?$/.exec(request.path);
    if (!match) return undefined;
    const path = match[1];
    return path === undefined ? this.#index() : (this.#document(path, request) ?? NO_DOCUMENT);
  }

  #index(): FullResponse {
    const paths: Record<string, { serverRelativeURL: string }> = {};
    for (const { versions } of this.#discovery.groups) {
      for (const version of versions) {
        const path = pathOf(version);
        // Another server's document is passed on under the digest that server gave it.
        const hash = version.remote ? version.remote.openApiHash : this.#hash(version);
        if (hash !== undefined) paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` };
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
    const hash = this.#hash(version);
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
    return { status: 200, headers, body: this.#make(version) };
  }

  #make(version: VersionResources): Buffer {
    const key = pathOf(version);
    this.#forgetPast();
    let document = this.#documents.get(key);
    if (!document)
      this.#documents.set(key, (document = Buffer.from(`${JSON.stringify(toOpenApi(version))}\n`)));
    return document;
  }

  /** Of what a document is made of, not of its text: the index names all of them, and few are ever asked for. */
  #hash(version: VersionResources): string {
    const key = pathOf(version);
    this.#forgetPast();
    let hash = this.#hashes.get(key);
    if (hash === undefined) {
      const parts = version.resources.map((resource) => ({ ...resource, strategy: undefined }));
      const source = JSON.stringify([SERVER_VERSION, DESCRIPTIONS_DIGEST, parts]);
      hash = createHash('sha512').update(source).digest('hex').toUpperCase();
      this.#hashes.set(key, hash);
    }
    return hash;
  }

  #forgetPast(): void {
    const groups = this.#discovery.groups;
    if (this.#groups === groups) return;
    this.#groups = groups;
    this.#documents = new Map();
    this.#hashes = new Map();
  }
}

const pathOf = ({ group, version }: { group: string; version: string }): string =>
  group ? `apis/${group}/${version}` : `api/${version}`;

/** The document of one group version. */
export function toOpenApi(version: VersionResources): unknown {
  const schemas = new SchemaCollector('v3');
  const paths: Record<string, unknown> = {};
  for (const resource of version.resources) {
    for (const { path, operations } of operationsOf(resource, schemas.of(resource)))
      paths[path] = Object.fromEntries(operations.map((form) => [form.method, operation(form)]));
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: SERVER_VERSION.gitVersion },
    paths,
    components: { schemas: schemas.all() },
  };
}

function operation(form: OperationForm): Record<string, unknown> {
  const content = (types: readonly string[], schema: OpenApiSchema): object =>
    Object.fromEntries(types.map((type) => [type, { schema }]));
  return {
    tags: [form.tag],
    operationId: form.operationId,
    parameters: form.parameters.map(({ name, type, description }) => ({
      name,
      in: 'query',
      description,
      schema: { type, uniqueItems: true },
    })),
    ...(form.consumes.length > 0 && {
      requestBody: { content: content(form.consumes, form.schema), required: true },
    }),
    responses: { 200: { description: 'OK', content: content(['application/json'], form.answer) } },
    'x-kubernetes-action': form.action,
    'x-kubernetes-group-version-kind': form.kind,
  };
}
