import { queryOptions } from '@tanstack/react-query';
import { api } from './http.js';
import type {
  Account,
  ApiResource,
  KubeObject,
  ObjectList,
  Project,
  Repository,
  Settings,
  UserInfo,
} from './types.js';

export const userInfoQuery = queryOptions({
  queryKey: ['userinfo'],
  queryFn: ({ signal }) => api<UserInfo>('/api/v1/session/userinfo', { signal, keepUnauthorized: true }),
  retry: false,
  staleTime: 60_000,
});

export const signIn = (body: { username: string; password: string } | { oneTimeToken: string }) =>
  api<{ token?: string }>('/api/v1/session', { method: 'POST', body, keepUnauthorized: true });

export const signOut = () => api<unknown>('/api/v1/session', { method: 'DELETE', keepUnauthorized: true });

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => api<Settings>('/api/v1/settings', { signal }),
  staleTime: 300_000,
});

export const versionQuery = queryOptions({
  queryKey: ['version'],
  queryFn: ({ signal }) => api<Record<string, string>>('/api/version', { signal }),
  staleTime: 300_000,
});

export const projectsQuery = queryOptions({
  queryKey: ['projects'],
  queryFn: async ({ signal }) => (await api<ObjectList<Project>>('/api/v1/projects', { signal })).items ?? [],
});

export const repositoriesQuery = queryOptions({
  queryKey: ['repositories'],
  queryFn: async ({ signal }) =>
    (await api<ObjectList<Repository>>('/api/v1/repositories', { signal })).items ?? [],
});

export interface RepositoryInput {
  repo: string;
  name?: string;
  type?: string;
  project?: string;
  username?: string;
  password?: string;
  sshPrivateKey?: string;
  insecure?: boolean;
}

export const addRepository = (body: RepositoryInput) =>
  api<Repository>('/api/v1/repositories', { method: 'POST', body });

export const removeRepository = (repo: string) =>
  api<unknown>(`/api/v1/repositories/${encodeURIComponent(repo)}`, { method: 'DELETE' });

/** Asks the server to connect again now; the answer carries the fresh connection state. */
export const testRepository = (repo: string) =>
  api<Repository>(`/api/v1/repositories/${encodeURIComponent(repo)}/validate`, { method: 'POST' });

export interface ListedChart {
  name: string;
  versions: string[];
}

/** The charts of a Helm repository; empty for a registry, which doesn't tell. */
export const chartsQuery = (repo: string) =>
  queryOptions({
    queryKey: ['repositories', repo, 'charts'],
    queryFn: async ({ signal }) =>
      (
        await api<{ items?: ListedChart[] }>(`/api/v1/repositories/${encodeURIComponent(repo)}/helmcharts`, {
          signal,
        })
      ).items ?? [],
    retry: false,
    staleTime: 60_000,
  });

export const chartVersionsQuery = (repo: string, chart: string) =>
  queryOptions({
    queryKey: ['repositories', repo, 'charts', chart, 'versions'],
    queryFn: async ({ signal }) =>
      (
        await api<{ versions?: string[] }>(
          `/api/v1/repositories/${encodeURIComponent(repo)}/helmcharts/${encodeURIComponent(chart)}/versions`,
          { signal },
        )
      ).versions ?? [],
    retry: false,
    staleTime: 60_000,
  });

export const accountsQuery = queryOptions({
  queryKey: ['accounts'],
  queryFn: async ({ signal }) =>
    (await api<{ items?: Account[] }>('/api/v1/account', { signal })).items ?? [],
});

export const changePassword = (body: { name: string; currentPassword: string; newPassword: string }) =>
  api<unknown>('/api/v1/account/password', { method: 'PUT', body });

export const kindsQuery = queryOptions({
  queryKey: ['cluster', 'kinds'],
  queryFn: async ({ signal }) =>
    (await api<{ items?: ApiResource[] }>('/api/v1/cluster/resources', { signal })).items ?? [],
});

export interface ObjectsOf {
  group: string;
  version: string;
  resource: string;
  namespace?: string | undefined;
}

export const objectsQuery = (of: ObjectsOf) =>
  queryOptions({
    queryKey: ['cluster', 'objects', of.group, of.version, of.resource, of.namespace ?? ''],
    queryFn: ({ signal }) =>
      api<ObjectList<KubeObject>>('/api/v1/cluster/objects', { signal, query: { ...of } }),
  });

export const nodesQuery = objectsQuery({ group: '', version: 'v1', resource: 'nodes' });

export const podsQuery = objectsQuery({ group: '', version: 'v1', resource: 'pods' });
