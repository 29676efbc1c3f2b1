import { createHash } from 'node:crypto';
import type { RemoteApis } from '../aggregation/remote-api.js';
import { aggregatedEntries } from '../aggregation/remote-documents.js';
import type { Registry } from '../registry/registry.js';
import type { ResourceInfo, SubresourceInfo } from '../registry/resource.js';
import type { ApiRequest, FullResponse } from './api-request.js';
import { apiVersionOf } from './check-object.js';
import { groupsOf, type Group, type VersionResources } from './group-versions.js';
import { acceptClauses } from './negotiation.js';

type Form = 'v2' | 'v2beta1' | 'legacy';

/** Answers of the discovery endpoints, made once per state of the registry. */
export class Discovery {
  readonly #registry: Registry;
  readonly #remote: RemoteApis | undefined;
  #generation = '';
  #groups: readonly Group[] = [];
  #documents = new Map<string, { body: string; etag: string }>();

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
      return version && parts.length === 2 ? json(resourceList(version)) : undefined;
    }
    const group = groups.find(({ name }) => name !== '' && name === first);
    if (!group) return undefined;
    if (parts.length === 2) return json(legacyGroup(group, true));
    const version = group.versions.find((found) => found.version === second);
    return version && parts.length === 3 ? json(resourceList(version)) : undefined;
  }

  #root(request: ApiRequest, prefix: 'api' | 'apis'): FullResponse {
    const form = formOf(request.header('accept'));
    const { body, etag } = this.#document(prefix, form);
    const headers = {
      'content-type':
        form === 'legacy'
          ? 'application/json'
          : `application/json;g=apidiscovery.k8s.io;v=${form};as=APIGroupDiscoveryList`,
      vary: 'Accept',
      ...(form !== 'legacy' && { etag, 'cache-control': 'public' }),
    };
    if (form !== 'legacy' && request.header('if-none-match') === etag)
      return { status: 304, headers, body: '' };
    return { status: 200, headers, body };
  }

  #document(prefix: 'api' | 'apis', form: Form): { body: string; etag: string } {
    const groups = this.groups.filter(({ name }) => (name === '') === (prefix === 'api'));
    const key = `${prefix} ${form}`;
    let document = this.#documents.get(key);
    if (!document) {
      const value = form === 'legacy' ? legacyRoot(prefix, groups) : aggregated(groups, form);
      const body = `${JSON.stringify(value)}\n`;
      document = { body, etag: `"${createHash('sha512').update(body).digest('hex').toUpperCase()}"` };
      this.#documents.set(key, document);
    }
    return document;
  }
}

function formOf(accept: string | undefined): Form {
  for (const { type, parameters } of acceptClauses(accept)) {
    if (parameters.get('as') !== 'APIGroupDiscoveryList') {
      if (type === 'application/json' || type === '*/*') return 'legacy';
      continue;
    }
    const version = parameters.get('v');
    if (parameters.get('g') === 'apidiscovery.k8s.io' && (version === 'v2' || version === 'v2beta1'))
      return version;
  }
  return 'legacy';
}

function json(value: unknown): FullResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: `${JSON.stringify(value)}\n` };
}

const CLIENT_ADDRESSES = [{ clientCIDR: '0.0.0.0/0', serverAddress: '' }];

function legacyRoot(prefix: 'api' | 'apis', groups: readonly Group[]): unknown {
  return prefix === 'api'
    ? {
        kind: 'APIVersions',
        versions: groups.flatMap(({ versions }) => versions.map(({ version }) => version)),
        serverAddressByClientCIDRs: CLIENT_ADDRESSES,
      }
    : { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map((group) => legacyGroup(group, false)) };
}

function legacyGroup({ name, versions }: Group, withType: boolean): unknown {
  const list = versions.map(({ group, version }) => ({ groupVersion: `${group}/${version}`, version }));
  return {
    ...(withType && { kind: 'APIGroup', apiVersion: 'v1' }),
    name,
    versions: list,
    preferredVersion: list[0],
  };
}

function resourceList(version: VersionResources): unknown {
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
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
        ...(listedVerbs(resource).includes('list') && { storageVersionHash: storageHash(resource) }),
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

function storageHash({ group, version, kind }: ResourceInfo): string {
  return createHash('sha256')
    .update(`${group}/${version}/${kind}`)
    .digest()
    .subarray(0, 8)
    .toString('base64');
}

function aggregated(groups: readonly Group[], form: 'v2' | 'v2beta1'): unknown {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${form}`,
    metadata: {},
    items: groups.map(({ name, versions }) => ({
      metadata: { ...(name !== '' && { name }), creationTimestamp: null },
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
  const { group, version, kind } = resource;
  return {
    resource: resource.resource,
    responseKind: { group, version, kind },
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: listedVerbs(resource),
    ...(resource.shortNames.length > 0 && { shortNames: resource.shortNames }),
    ...(resource.categories.length > 0 && { categories: resource.categories }),
    ...(resource.subresources.length > 0 && {
      subresources: resource.subresources.map((subresource: SubresourceInfo) => ({
        subresource: subresource.name,
        responseKind: {
          group: subresource.version ? (subresource.group ?? '') : group,
          version: subresource.version || version,
          kind: subresource.kind,
        },
        verbs: subresource.verbs,
      })),
    }),
  };
}
