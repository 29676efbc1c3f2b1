import { queryOptions } from '@tanstack/react-query';
import { api } from './http.js';
import type { Account, ApplicationSet, GpgKey, ObjectList, Project } from './types.js';

interface ProjectBody {
  metadata: { name: string; resourceVersion?: string };
  spec: NonNullable<Project['spec']>;
}

export const createProject = (project: ProjectBody) =>
  api<Project>('/api/v1/projects', { method: 'POST', body: { project } });

export const updateProject = (project: ProjectBody) =>
  api<Project>(`/api/v1/projects/${encodeURIComponent(project.metadata.name)}`, {
    method: 'PUT',
    body: { project },
  });

export const deleteProject = (name: string) =>
  api<unknown>(`/api/v1/projects/${encodeURIComponent(name)}`, { method: 'DELETE' });

const account = (name: string) => `/api/v1/account/${encodeURIComponent(name)}`;

export const createAccount = (body: { name: string; password?: string }) =>
  api<Account>('/api/v1/account', { method: 'POST', body });

export const setAccountEnabled = ({ name, enabled }: { name: string; enabled: boolean }) =>
  api<Account>(account(name), { method: 'PUT', body: { enabled } });

export const deleteAccount = (name: string) => api<unknown>(account(name), { method: 'DELETE' });

export const createToken = ({ name, label, days }: { name: string; label: string; days: number }) =>
  api<{ token: string; id: string }>(`${account(name)}/token`, {
    method: 'POST',
    body: { id: label, expiresIn: days * 86_400 },
  });

export const deleteToken = ({ name, id }: { name: string; id: string }) =>
  api<unknown>(`${account(name)}/token/${encodeURIComponent(id)}`, { method: 'DELETE' });

/** The policy of the server: Argo CD's lines, and the role of everybody who is in none. */
export interface Policy {
  csv: string;
  default: string;
}

export const policyQuery = queryOptions({
  queryKey: ['policy'],
  queryFn: ({ signal }) => api<Policy>('/api/v1/settings/rbac', { signal }),
});

export const changePolicy = (body: Policy) => api<Policy>('/api/v1/settings/rbac', { method: 'PUT', body });

export const gpgKeysQuery = queryOptions({
  queryKey: ['gpg-keys'],
  queryFn: async ({ signal }) => (await api<{ items?: GpgKey[] }>('/api/v1/gpgkeys', { signal })).items ?? [],
});

export const addGpgKeys = (keyData: string) =>
  api<{ created: { items: GpgKey[] }; skipped: string[] }>('/api/v1/gpgkeys', {
    method: 'POST',
    body: { keyData },
  });

export const removeGpgKey = (keyID: string) =>
  api<unknown>('/api/v1/gpgkeys', { method: 'DELETE', query: { keyID } });

export const applicationSetsQuery = queryOptions({
  queryKey: ['application-sets'],
  queryFn: async ({ signal }) =>
    (await api<ObjectList<ApplicationSet>>('/api/v1/applicationsets', { signal })).items ?? [],
});

export const deleteApplicationSet = (name: string) =>
  api<unknown>(`/api/v1/applicationsets/${encodeURIComponent(name)}`, { method: 'DELETE' });
