import { queryOptions } from '@tanstack/react-query';
import { api } from './http.js';
import type {
  Application,
  HistoryEntry,
  KubeEvent,
  ManagedResource,
  ObjectList,
  ObjectRef,
  ResourceTree,
  RevisionMetadata,
} from './types.js';

const root = '/api/v1/applications';
const at = (name: string, rest = '') => `${root}/${encodeURIComponent(name)}${rest}`;

export const applicationsQuery = queryOptions({
  queryKey: ['applications'],
  queryFn: ({ signal }) => api<ObjectList<Application>>(root, { signal }),
});

export const applicationQuery = (name: string) =>
  queryOptions({
    queryKey: ['application', name],
    queryFn: ({ signal }) => api<Application>(at(name), { signal }),
  });

export const treeQuery = (name: string) =>
  queryOptions({
    queryKey: ['application', name, 'tree'],
    queryFn: ({ signal }) => api<ResourceTree>(at(name, '/resource-tree'), { signal }),
  });

export const managedQuery = (name: string) =>
  queryOptions({
    queryKey: ['application', name, 'managed'],
    queryFn: async ({ signal }) =>
      (await api<{ items?: ManagedResource[] }>(at(name, '/managed-resources'), { signal })).items ?? [],
  });

export const historyQuery = (name: string) =>
  queryOptions({
    queryKey: ['application', name, 'history'],
    queryFn: async ({ signal }) =>
      (await api<{ items?: HistoryEntry[] }>(at(name, '/history'), { signal })).items ?? [],
  });

/** Manifests of a history entry never change, so they are kept for the life of the page. */
export const historyManifestsQuery = (name: string, id: number) =>
  queryOptions({
    queryKey: ['application', name, 'history', id, 'manifests'],
    queryFn: async ({ signal }) =>
      (await api<{ manifests?: string[] }>(at(name, `/history/${id}/manifests`), { signal })).manifests ?? [],
    staleTime: Infinity,
  });

export const eventsQuery = (name: string, ref?: ObjectRef & { uid?: string | undefined }) =>
  queryOptions({
    queryKey: ['application', name, 'events', ref ?? null],
    queryFn: async ({ signal }) => {
      const query = ref && { resourceNamespace: ref.namespace, resourceName: ref.name, resourceUID: ref.uid };
      return (await api<{ items?: KubeEvent[] }>(at(name, '/events'), { signal, query })).items ?? [];
    },
  });

/** Who made a commit and why. Commits never change, and applications of one repository share the answer. */
export const revisionQuery = (name: string, repoURL: string, revision: string) =>
  queryOptions({
    queryKey: ['revision', repoURL, revision],
    queryFn: ({ signal }) =>
      api<RevisionMetadata>(at(name, `/revisions/${encodeURIComponent(revision)}/metadata`), { signal }),
    staleTime: Infinity,
    retry: false,
  });

const refQuery = (ref: ObjectRef) => ({
  group: ref.group ?? '',
  version: ref.version ?? 'v1',
  kind: ref.kind,
  namespace: ref.namespace,
  resourceName: ref.name,
});

export const resourceQuery = (name: string, ref: ObjectRef) =>
  queryOptions({
    queryKey: ['application', name, 'resource', ref],
    queryFn: async ({ signal }) => {
      const answer = await api<{ manifest?: string | Record<string, unknown> }>(at(name, '/resource'), {
        signal,
        query: refQuery(ref),
      });
      return typeof answer.manifest === 'string'
        ? answer.manifest
        : JSON.stringify(answer.manifest ?? answer);
    },
  });

export interface SyncRequest {
  revision?: string | undefined;
  prune?: boolean;
  dryRun?: boolean;
  resources?: ObjectRef[] | undefined;
  strategy?: { apply?: { force?: boolean }; hook?: { force?: boolean } };
  syncOptions?: { items: string[] };
  retryStrategy?:
    { limit: number; backoff?: { duration: string; factor: number; maxDuration: string } } | undefined;
}

export const syncApplication = (name: string, body: SyncRequest = {}) =>
  api<Application>(at(name, '/sync'), { method: 'POST', body });

export const refreshApplication = (name: string, kind: 'normal' | 'hard' = 'normal') =>
  api<Application>(at(name), { query: { refresh: kind } });

export const rollbackApplication = (name: string, body: { id: number; prune: boolean; dryRun: boolean }) =>
  api<Application>(at(name, '/rollback'), { method: 'POST', body });

export const releaseHold = (name: string) => api<unknown>(at(name, '/hold'), { method: 'DELETE' });

export const stopOperation = (name: string) => api<unknown>(at(name, '/operation'), { method: 'DELETE' });

export const createApplication = (body: Application) => api<Application>(root, { method: 'POST', body });

export const patchApplication = (name: string, patch: unknown) =>
  api<Application>(at(name), { method: 'PATCH', body: { patch: JSON.stringify(patch), patchType: 'merge' } });

export const deleteApplication = (name: string, cascade: boolean, propagation: string) =>
  api<unknown>(at(name), {
    method: 'DELETE',
    query: { cascade, ...(cascade ? { propagationPolicy: propagation } : {}) },
  });

export const deleteResource = (name: string, ref: ObjectRef, force: boolean, orphan: boolean) =>
  api<unknown>(at(name, '/resource'), { method: 'DELETE', query: { ...refQuery(ref), force, orphan } });
