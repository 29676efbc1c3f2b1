import { createHash } from 'node:crypto';
import type { ApiRequest, FullResponse } from '../api-request.js';
import type { Discovery } from '../discovery.js';
import type { ResourceInfo } from '../../registry/resource.js';
import type { Group } from '../group-versions.js';
import { MoreToDo } from '../more-to-do.js';
import { acceptClauses } from '../negotiation.js';
import { SERVER_VERSION } from '../version.js';
import {
  documentPart,
  encodedPart,
  namesOf,
  withoutNames,
  type DocumentForm,
  type DocumentPart,
  type EncodedPart,
  type PartNames,
} from './document-part.js';
import { joinOpenApiV2 } from './gnostic.js';

/** What is answered; the name with `@`, which clients ask for too, is no media type that they could parse. */
const PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
const ASKED = new Set([PROTOBUF, 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf']);

interface Answer {
  readonly body: Buffer;
  readonly etag: string;
}

/** Custom resources whose part is made in one go: some tens of milliseconds of work for large definitions. */
const PARTS_AT_ONCE = 10;

/**
 * `/openapi/v2`: one document for everything, as JSON or as protobuf. It is put together from a part for all built-in resources and
 * one for each custom resource, so that a new definition costs its own part only. A caller that takes turns is asked to
 * come again while many parts are missing.
 */
export class OpenApiV2 {
  readonly #discovery: Discovery;
  readonly #makers = { json: new DocumentMaker('json'), protobuf: new DocumentMaker('protobuf') };

  constructor(discovery: Discovery) {
    this.#discovery = discovery;
  }

  answer(request: ApiRequest): FullResponse | undefined {
    if (request.path !== '/openapi/v2') return undefined;
    const asked = acceptClauses(request.header('accept')).map(({ type }) => type);
    const protobuf = asked.some((type) => ASKED.has(type));
    const maker = this.#makers[protobuf ? 'protobuf' : 'json'];
    const { body, etag } = maker.make(this.#discovery.groups, request.takesTurns ? PARTS_AT_ONCE : Infinity);
    const headers = {
      'content-type': protobuf ? PROTOBUF : 'application/json',
      etag,
      vary: 'Accept',
    };
    if (request.header('if-none-match') === etag) return { status: 304, headers, body: '' };
    return { status: 200, headers, body };
  }
}

/** Makes the document in one form and keeps its parts. */
class DocumentMaker {
  readonly #form: DocumentForm;
  #groups: readonly Group[] | undefined;
  #answer: Answer | undefined;
  #builtIn: { readonly resources: readonly ResourceInfo[]; readonly part: EncodedPart } | undefined;
  /** By resource: one that is defined anew is another object. */
  #custom = new WeakMap<ResourceInfo, EncodedPart>();

  constructor(form: DocumentForm) {
    this.#form = form;
  }

  /** Makes at most that many parts; throws MoreToDo when that is not enough. */
  make(groups: readonly Group[], most: number): Answer {
    if (this.#groups === groups && this.#answer) return this.#answer;
    const resources = resourcesOf(groups);
    const builtIn = this.#partOfBuiltIn(resources.filter(({ custom }) => !custom));
    const parts = [builtIn];
    let left = most;
    for (const resource of resources) {
      if (!resource.custom) continue;
      let part = this.#custom.get(resource);
      if (!part) {
        if (left-- === 0) throw new MoreToDo();
        part = encodedPart(documentPart([resource], builtIn.names.definitions), this.#form);
        this.#custom.set(resource, part);
      }
      parts.push(part);
    }
    const foreign = foreignPart(
      groups,
      parts.map(({ names }) => names),
    );
    if (foreign) parts.push(encodedPart(foreign, this.#form));
    this.#groups = groups;
    this.#answer = joined(parts, this.#form);
    return this.#answer;
  }

  #partOfBuiltIn(resources: readonly ResourceInfo[]): EncodedPart {
    const known = this.#builtIn;
    if (
      known?.resources.length === resources.length &&
      known.resources.every((one, index) => one === resources[index])
    )
      return known.part;
    const part = encodedPart(documentPart(resources), this.#form);
    this.#builtIn = { resources, part };
    // Which definitions are left out of the other parts depends on it.
    this.#custom = new WeakMap();
    return part;
  }
}

function joined(parts: readonly EncodedPart[], form: DocumentForm): Answer {
  const digest = createHash('sha512');
  for (const part of parts) digest.update(part.digest);
  const etag = `"${digest.digest('hex').toUpperCase()}"`;
  const paths = parts.map((part) => part.paths);
  const definitions = parts.map((part) => part.definitions);
  if (form === 'protobuf') return { body: joinOpenApiV2(HEAD, paths, definitions), etag };
  const comma = Buffer.from(',');
  const list = (members: readonly Buffer[]): Buffer[] =>
    members.filter(({ length }) => length > 0).flatMap((one, index) => (index === 0 ? [one] : [comma, one]));
  const body = Buffer.concat([
    Buffer.from(`${JSON.stringify(HEAD).slice(0, -1)},"paths":{`),
    ...list(paths),
    Buffer.from('},"definitions":{'),
    ...list(definitions),
    Buffer.from('}}'),
  ]);
  return { body, etag };
}

const HEAD = { swagger: '2.0', info: { title: 'Kubernetes', version: SERVER_VERSION.gitVersion } };

function resourcesOf(groups: readonly Group[]): ResourceInfo[] {
  return groups.flatMap(({ versions }) => versions.flatMap(({ resources }) => resources));
}

/** What other servers say of what they serve. A definition of the same name is ours: types that all servers share have one meaning. */
function foreignPart(groups: readonly Group[], ours: readonly PartNames[]): DocumentPart | undefined {
  const documents = groups
    .flatMap(({ versions }) => versions)
    .flatMap(({ remote }) => (remote?.openApiV2 ? [remote.openApiV2] : []));
  if (documents.length === 0) return undefined;
  const all: DocumentPart = {
    paths: Object.assign({}, ...documents.map((document) => document.paths)) as DocumentPart['paths'],
    definitions: Object.assign(
      {},
      ...documents.map((document) => document.definitions),
    ) as DocumentPart['definitions'],
  };
  return withoutNames(all, ours);
}

/** The document of everything that is served. */
export function toOpenApiV2(groups: readonly Group[]): Record<string, unknown> {
  const own = documentPart(resourcesOf(groups));
  const foreign = foreignPart(groups, [namesOf(own)]);
  return {
    ...HEAD,
    paths: { ...foreign?.paths, ...own.paths },
    definitions: { ...foreign?.definitions, ...own.definitions },
  };
}
