import { createHash } from 'node:crypto';
import type { ApiRequest, FullResponse } from '../api-request.js';
import type { Discovery } from '../discovery.js';
import type { Group, VersionResources } from '../group-versions.js';
import { acceptClauses } from '../negotiation.js';
import { SERVER_VERSION } from '../version.js';
import { encodeOpenApiV2 } from './gnostic.js';
import { operationsOf, type OperationForm } from './paths.js';
import { SchemaCollector } from './schemas.js';

/** What is answered; the name with `@`, which clients ask for too, is no media type that they could parse. */
const PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
const ASKED = new Set([PROTOBUF, 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf']);

interface Answer {
  readonly body: Buffer | string;
  readonly etag: string;
}

/** `/openapi/v2`: one document for everything, as JSON or as protobuf. Made when first asked for. */
export class OpenApiV2 {
  readonly #discovery: Discovery;
  #groups: readonly Group[] | undefined;
  #answers = new Map<string, Answer>();

  constructor(discovery: Discovery) {
    this.#discovery = discovery;
  }

  answer(request: ApiRequest): FullResponse | undefined {
    if (request.path !== '/openapi/v2') return undefined;
    const asked = acceptClauses(request.header('accept')).map(({ type }) => type);
    const protobuf = asked.some((type) => ASKED.has(type));
    const { body, etag } = this.#make(protobuf);
    const headers = {
      'content-type': protobuf ? PROTOBUF : 'application/json',
      etag,
      vary: 'Accept',
    };
    if (request.header('if-none-match') === etag) return { status: 304, headers, body: '' };
    return { status: 200, headers, body };
  }

  #make(protobuf: boolean): Answer {
    const { groups } = this.#discovery;
    if (this.#groups !== groups) {
      this.#groups = groups;
      this.#answers = new Map();
    }
    const key = protobuf ? 'protobuf' : 'json';
    let answer = this.#answers.get(key);
    if (!answer) {
      const document = toOpenApiV2(groups);
      const body = protobuf ? encodeOpenApiV2(document) : JSON.stringify(document);
      answer = { body, etag: `"${createHash('sha512').update(body).digest('hex').toUpperCase()}"` };
      this.#answers.set(key, answer);
    }
    return answer;
  }
}

/** The document of everything that is served. */
export function toOpenApiV2(groups: readonly Group[]): Record<string, unknown> {
  const schemas = new SchemaCollector('v2');
  const paths: Record<string, unknown> = {};
  const foreign: NonNullable<NonNullable<VersionResources['remote']>['openApiV2']>[] = [];
  for (const { versions } of groups) {
    for (const { resources, remote } of versions) {
      if (remote?.openApiV2) foreign.push(remote.openApiV2);
      for (const resource of resources) {
        for (const { path, operations } of operationsOf(resource, schemas.of(resource)))
          paths[path] = Object.fromEntries(operations.map((form) => [form.method, operation(form)]));
      }
    }
  }
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: SERVER_VERSION.gitVersion },
    paths: { ...Object.assign({}, ...foreign.map((document) => document.paths)), ...paths },
    // A definition of the same name is ours: types that all servers share have one meaning.
    definitions: {
      ...Object.assign({}, ...foreign.map((document) => document.definitions)),
      ...schemas.all(),
    },
  };
}

function operation(form: OperationForm): Record<string, unknown> {
  return {
    tags: [form.tag],
    operationId: form.operationId,
    ...(form.consumes.length > 0 && { consumes: form.consumes }),
    parameters: [
      ...(form.consumes.length > 0
        ? [{ name: 'body', in: 'body', required: true, schema: form.schema }]
        : []),
      ...form.parameters.map((parameter) => ({ ...parameter, in: 'query', uniqueItems: true })),
    ],
    responses: { 200: { description: 'OK', schema: form.answer } },
    'x-kubernetes-action': form.action,
    'x-kubernetes-group-version-kind': form.kind,
  };
}
