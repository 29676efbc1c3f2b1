import { createHash } from 'node:crypto';
import type { RemoteApis } from '../aggregation/remote-api.js';
import { aggregatedEntries } from '../aggregation/remote-documents.js';
import type { Registry } from '../registry/registry.js';
import type { ResourceInfo, SubresourceInfo } from '../registry/resource.js';
import type { ApiRequest, FullResponse } from './api-request.js';
import { apiVersionOf } from './check-object.js';
import { groupsOf, type Group, type VersionResources } from './group-versions.js';
import { acceptClauses, negotiate, negotiateRoute, type Accepted } from './negotiation.js';
import { encode, mediaType } from './serialize.js';
import { storageHash } from './storage-hash.js';

/** Kubernetes has given up `v2beta1`; clients up to 1.29 know no other aggregated form. */
type Form = 'v2' | 'v2beta1' | 'legacy';

/** Answers of the discovery endpoints, made once per state of the registry. */
export class Discovery {
  readonly #registry: Registry;
  readonly #remote: RemoteApis | undefined;
  #generation = '';
  #groups: readonly Group[] = [];
  #documents = new Map<string, { value: object; body: string; etag: string }>();

  constructor(registry: Registry, remote?: RemoteApis) {
    this.#registry = registry;
    this.#remote = remote;
  }

  /** Groups as discovery lists them. */
  get groups(): readonly Group[] {
    const generation = `${this.#registry.generation} ${this.#remote?.generation}`;
    if (this.#generation !== generation) {
      this.#generation = generation;
      this.#groups = groupsOf(this.#registry, this.#remote?.versions());
      this.#documents = new Map();
    }
    return this.#groups;
  }

  /** `/api`, `/apis`, `/api/v1`, `/apis/g`, `/apis/g/v`; undefined for paths that are none of them. */
  answer(request: ApiRequest): FullResponse | undefined {
    const parts = request.path.split('/').filter((part) => part !== '');
    const [prefix, first, second] = parts;
    if (prefix !== 'api' && prefix !== 'apis') return undefined;
    const groups = this.groups;
    if (parts.length === 1) return this.#root(request, prefix);
    if (prefix === 'api') {
      const core = groups.find(({ name }) => name === '');
      const version = core?.versions.find((found) => found.version === first);
      return version && parts.length === 2 ? resourcesOf(version, request) : undefined;
    }
    const group = groups.find(({ name }) => name !== '' && name === first);
    if (!group) return undefined;
    if (parts.length === 2) return answered(legacyGroup(group, true), request);
    const version = group.versions.find((found) => found.version === second);
    return version && parts.length === 3 ? resourcesOf(version, request) : undefined;
  }

  #root(request: ApiRequest, prefix: 'api' | 'apis'): FullResponse {
    const form = request.path.endsWith('/') ? 'legacy' : formOf(request.header('accept'));
    const { value, body, etag } = this.#document(prefix, form);
    if (form === 'legacy') return answered(value, request);
    const headers = {
      'content-type': `application/json;g=apidiscovery.k8s.io;v=${form};as=APIGroupDiscoveryList`,
      vary: 'Accept',
      etag,
      'cache-control': 'public',
    };
    if (request.header('if-none-match') === etag) return { status: 304, headers, body: '' };
    return { status: 200, headers, body };
  }

  #document(prefix: 'api' | 'apis', form: Form): { value: object; body: string; etag: string } {
    const groups = this.groups.filter(({ name }) => (name === '') === (prefix === 'api'));
    const key = `${prefix} ${form}`;
    let document = this.#documents.get(key);
    if (!document) {
      const value = form === 'legacy' ? legacyRoot(prefix, groups) : aggregated(groups, form);
      const body = `${JSON.stringify(value)}\n`;
      document = { value, body, etag: `"${createHash('sha512').update(body).digest('hex').toUpperCase()}"` };
      this.#documents.set(key, document);
    }
    return document;
  }
}

function formOf(accept: string | undefined): Form {
  for (const { type, parameters } of acceptClauses(accept)) {
    if (!parameters.has('as') && (type === 'application/json' || type === '*/*')) return 'legacy';
    if (parameters.get('as') !== 'APIGroupDiscoveryList' || parameters.get('g') !== 'apidiscovery.k8s.io')
      continue;
    const version = parameters.get('v');
    if (version === 'v2' || version === 'v2beta1') return version;
  }
  return 'legacy';
}

/** A document in the form that is wanted. Throws 406 when it can't be had. */
function answered(value: object, request: ApiRequest): FullResponse {
  const { encoding }: Accepted = negotiate(request.header('accept'), false);
  return { status: 200, headers: { 'content-type': mediaType(encoding) }, body: encode(value, encoding) };
}

function resourcesOf(version: VersionResources, request: ApiRequest): FullResponse {
  negotiateRoute(request.header('accept'), {}, { verb: 'get', subresource: '' });
  return answered(resourceList(version), request);
}

const CLIENT_ADDRESSES = [{ clientCIDR: '0.0.0.0/0', serverAddress: '' }];

function legacyRoot(prefix: 'api' | 'apis', groups: readonly Group[]): object {
  return prefix === 'api'
    ? {
        kind: 'APIVersions',
        versions: groups.flatMap(({ versions }) => versions.map(({ version }) => version)),
        serverAddressByClientCIDRs: CLIENT_ADDRESSES,
      }
    : { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map((group) => legacyGroup(group, false)) };
}

function legacyGroup({ name, versions }: Group, withType: boolean): object {
  const list = versions.map(({ group, version }) => ({ groupVersion: `${group}/${version}`, version }));
  return {
    ...(withType && { kind: 'APIGroup', apiVersion: 'v1' }),
    name,
    versions: list,
    preferredVersion: list[0],
  };
}

function resourceList(version: VersionResources): object {
  return {
    kind: 'APIResourceList',
    // Older than the word: the list of the first group has always been without it.
    ...(version.group !== '' && { apiVersion: 'v1' }),
    groupVersion: apiVersionOf(version),
    resources: version.resources.flatMap((resource) => [
      {
        name: resource.resource,
        singularName: resource.singular,
        namespaced: resource.namespaced,
        kind: resource.kind,
        verbs: listedVerbs(resource),
        ...(resource.shortNames.length > 0 && { shortNames: resource.shortNames }),
        ...(resource.categories.length > 0 && { categories: resource.categories }),
        ...withHash(storageHash(resource)),
      },
      ...resource.subresources.map((subresource) => ({
        name: `${resource.resource}/${subresource.name}`,
        singularName: '',
        namespaced: resource.namespaced,
        ...(subresource.version && { group: subresource.group ?? '', version: subresource.version }),
        kind: subresource.kind,
        verbs: subresource.verbs,
      })),
    ]),
  };
}

/**
 * Clients map a kind to its path by any entry, but take stock of a cluster by those with verbs: without them an old
 * version can be applied, and nothing is found twice.
 */
function listedVerbs({ retired, verbs }: ResourceInfo): readonly string[] {
  return retired ? [] : verbs;
}

const withHash = (hash: string | undefined): object =>
  hash === undefined ? {} : { storageVersionHash: hash };

function aggregated(groups: readonly Group[], form: 'v2' | 'v2beta1'): object {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${form}`,
    metadata: {},
    items: groups.map(({ name, versions }) => ({
      metadata: { ...(name !== '' && { name }) },
      versions: versions.map(({ version, resources, remote }) => ({
        version,
        resources: remote
          ? aggregatedEntries(name, version, remote.resources)
          : resources.map(aggregatedResource),
        freshness: remote?.isStale ? 'Stale' : 'Current',
      })),
    })),
  };
}

function aggregatedResource(resource: ResourceInfo): unknown {
  return {
    resource: resource.resource,
    responseKind: responseKind(resource, resource),
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: listedVerbs(resource),
    ...(resource.shortNames.length > 0 && { shortNames: resource.shortNames }),
    ...(resource.categories.length > 0 && { categories: resource.categories }),
    ...(resource.subresources.length > 0 && {
      subresources: resource.subresources.map((subresource: SubresourceInfo) => ({
        subresource: subresource.name,
        responseKind: responseKind(
          resource,
          subresource.version ? subresource : { ...resource, kind: subresource.kind },
        ),
        verbs: subresource.verbs,
      })),
    }),
  };
}

/** What is answered with: of the path's own group and version where nothing is said, which custom resources always say. */
function responseKind(
  { group, version, custom }: ResourceInfo,
  answered: Pick<SubresourceInfo, 'group' | 'version' | 'kind'>,
): object {
  const isOwn = (answered.group ?? '') === group && answered.version === version;
  return isOwn && !custom
    ? { group: '', version: '', kind: answered.kind }
    : { group: answered.group ?? '', version: answered.version ?? '', kind: answered.kind };
}
