import type { ApiClient } from './api/api-client.js';

/** The parts of a project that commands change. */
export interface EditableProject {
  readonly metadata: { readonly name: string; readonly resourceVersion?: string };
  readonly spec?: {
    readonly roles?: readonly Role[];
    readonly syncWindows?: readonly Window[];
  };
}
/** A role: `policies` are lines of the access rules. */
export interface Role {
  readonly name: string;
  readonly description?: string;
  readonly policies?: readonly string[];
  readonly groups?: readonly string[];
}
/** A sync window. */
export interface Window {
  readonly kind?: string;
  readonly schedule?: string;
  readonly duration?: string;
  readonly applications?: readonly string[];
  readonly namespaces?: readonly string[];
  readonly clusters?: readonly string[];
  readonly manualSync?: boolean;
  readonly syncOverrun?: boolean;
  readonly timeZone?: string;
  readonly description?: string;
}

/** Where a project is in the API. */
export const projectPath = (name: string): string => `/api/v1/projects/${encodeURIComponent(name)}`;

/** Reads a project, changes it, and writes it back if nobody else has meanwhile. */
export async function editProject(
  api: ApiClient,
  name: string,
  change: (spec: NonNullable<EditableProject['spec']>) => NonNullable<EditableProject['spec']>,
): Promise<void> {
  const { metadata, spec } = await api.get<EditableProject>(projectPath(name));
  await api.put(projectPath(name), { project: { metadata, spec: change(spec ?? {}) } });
}
