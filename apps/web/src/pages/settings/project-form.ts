import type { Project, ProjectKind, ProjectRole } from '../../api/types.js';

type Spec = NonNullable<Project['spec']>;

/** Lists of kinds a project has, and what each means. */
export const KIND_LISTS = [
  { field: 'clusterResourceWhitelist', label: 'Cluster-wide kinds allowed', hint: 'None when empty' },
  { field: 'clusterResourceBlacklist', label: 'Cluster-wide kinds refused', hint: undefined },
  { field: 'namespaceResourceWhitelist', label: 'Kinds in namespaces allowed', hint: 'All when empty' },
  { field: 'namespaceResourceBlacklist', label: 'Kinds in namespaces refused', hint: undefined },
] as const;
type KindField = (typeof KIND_LISTS)[number]['field'];

export interface DestinationRow {
  cluster: string;
  namespace: string;
}

export interface RoleRow {
  name: string;
  description: string;
  policies: string;
  groups: string;
}

/** A project as the form has it: lists are texts with an entry on each line. */
export interface ProjectForm {
  name: string;
  description: string;
  sources: string;
  destinations: DestinationRow[];
  kinds: Record<KindField, string>;
  signatureKeys: string;
  roles: RoleRow[];
}

const lines = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** `apps/Deployment`; kinds of the core group have no group before them. */
const kindText = ({ group, kind, name }: ProjectKind) =>
  [...(group || name ? [group] : []), kind, ...(name ? [name] : [])].join('/');

function toKind(line: string): ProjectKind {
  const parts = line.split('/');
  if (parts.length === 1) return { group: '', kind: line };
  const [group = '', kind = '', name] = parts;
  return { group, kind, ...(name ? { name } : {}) };
}

export function toForm(project: Project | undefined): ProjectForm {
  const spec = project?.spec ?? {};
  const kinds = (field: KindField) => (spec[field] ?? []).map(kindText).join('\n');
  return {
    name: project?.metadata.name ?? '',
    description: spec.description ?? '',
    sources: (spec.sourceRepos ?? []).join('\n'),
    destinations: (spec.destinations ?? []).map(({ server, name, namespace }) => ({
      cluster: server ?? name ?? '*',
      namespace: namespace ?? '*',
    })),
    kinds: {
      clusterResourceWhitelist: kinds('clusterResourceWhitelist'),
      clusterResourceBlacklist: kinds('clusterResourceBlacklist'),
      namespaceResourceWhitelist: kinds('namespaceResourceWhitelist'),
      namespaceResourceBlacklist: kinds('namespaceResourceBlacklist'),
    },
    signatureKeys: (spec.signatureKeys ?? []).map(({ keyID }) => keyID).join('\n'),
    roles: (spec.roles ?? []).map((role) => ({
      name: role.name,
      description: role.description ?? '',
      policies: (role.policies ?? []).join('\n'),
      groups: (role.groups ?? []).join('\n'),
    })),
  };
}

/** What the form says, on top of what the project has and the form doesn't show. */
export function toSpec(form: ProjectForm, before: Spec = {}): Spec {
  const spec: Spec = {
    ...before,
    description: form.description.trim(),
    sourceRepos: lines(form.sources),
    destinations: form.destinations.map(toDestination),
    signatureKeys: lines(form.signatureKeys).map((keyID) => ({ keyID })),
    roles: form.roles.map((row) =>
      toRole(
        row,
        before.roles?.find(({ name }) => name === row.name),
      ),
    ),
  };
  for (const { field } of KIND_LISTS) {
    const list = lines(form.kinds[field]).map(toKind);
    // An empty list and none are not the same: of kinds in namespaces, none allows all.
    if (list.length > 0 || before[field]?.length === 0) spec[field] = list;
    else delete spec[field];
  }
  return spec;
}

function toDestination({ cluster, namespace }: DestinationRow) {
  const where = cluster.trim() || '*';
  const isAddress = where === '*' || where.includes('://') || where.startsWith('!');
  return { ...(isAddress ? { server: where } : { name: where }), namespace: namespace.trim() || '*' };
}

function toRole(row: RoleRow, before: ProjectRole | undefined): ProjectRole {
  return {
    ...before,
    name: row.name.trim(),
    description: row.description.trim(),
    policies: lines(row.policies),
    groups: lines(row.groups),
  };
}

/** Why the form can't be sent yet; the server says the rest. */
export function problemOf(form: ProjectForm): string | undefined {
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(form.name))
    return 'The name needs lower-case letters, digits and "-", up to 63.';
  const names = form.roles.map(({ name }) => name.trim());
  if (names.some((name) => name === '')) return 'Every role needs a name.';
  if (new Set(names).size < names.length) return 'Two roles have the same name.';
  for (const { name, policies } of form.roles)
    for (const line of lines(policies)) {
      const [type, subject, , , object] = line.split(',').map((part) => part.trim());
      if (
        type !== 'p' ||
        subject !== `proj:${form.name}:${name.trim()}` ||
        !object?.startsWith(`${form.name}/`)
      )
        return `The role ${name} has a line without effect. Lines look like: ${policyExample(form.name, name)}`;
    }
  return undefined;
}

export function policyExample(project: string, role: string): string {
  return `p, proj:${project || 'PROJECT'}:${role || 'ROLE'}, applications, sync, ${project || 'PROJECT'}/*, allow`;
}
