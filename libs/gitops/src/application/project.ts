import type { ObjectMeta } from '@lotse/manifests';
import type { SyncWindow } from '../sync-windows/sync-window.js';
import { globMatch } from '../sources/glob.js';
import { addressesToJudge, plainAddress } from './repository-addresses.js';
import { allSources, ARGO_API_VERSION, type Application } from './types.js';

/** A kind a project allows or refuses; `*` matches anything. */
export interface ProjectKind {
  group: string;
  kind: string;
}

/** What a project lets its applications do. */
export interface AppProjectSpec {
  description?: string;
  sourceRepos?: string[];
  destinations?: { server?: string; name?: string; namespace?: string }[];
  clusterResourceWhitelist?: ProjectKind[];
  clusterResourceBlacklist?: ProjectKind[];
  namespaceResourceWhitelist?: ProjectKind[];
  namespaceResourceBlacklist?: ProjectKind[];
  /** Commits must be signed with one of these OpenPGP keys; an empty list asks for nothing. */
  signatureKeys?: { keyID?: string }[];
  /** When its applications may be synced. */
  syncWindows?: SyncWindow[];
}

/** An `argoproj.io/v1alpha1` AppProject. */
export interface AppProject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: AppProjectSpec;
}

/** The project every cluster starts with: everything is allowed. */
export function defaultProject(namespace: string): AppProject {
  return {
    apiVersion: ARGO_API_VERSION,
    kind: 'AppProject',
    metadata: { name: 'default', namespace },
    spec: {
      sourceRepos: ['*'],
      destinations: [{ server: '*', namespace: '*' }],
      clusterResourceWhitelist: [{ group: '*', kind: '*' }],
    },
  };
}

/**
 * True when the project lets its applications take something from this repository: some pattern must allow the address and
 * none with `!` refuse it. Addresses are compared as Argo CD does, whatever their case and with or without `.git`, and as
 * a client would follow them: `..` leads nowhere else than it says.
 */
export function sourceAllowed(project: AppProject, repoURL: string): boolean {
  const addresses = addressesToJudge(repoURL);
  const matches = (pattern: string): boolean =>
    addresses.some((address) => globMatch(plainAddress(pattern), address, { separator: false }));
  const patterns = project.spec.sourceRepos ?? [];
  if (patterns.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1)))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && matches(pattern));
}

/** Why the project refuses this application; an empty list when it doesn't. */
export function projectRefusals(project: AppProject, application: Application): string[] {
  const refusals: string[] = [];
  const name = project.metadata.name ?? '';
  const { spec } = application;
  for (const source of allSources(spec)) {
    if (!sourceAllowed(project, source.repoURL)) {
      refusals.push(
        `application repo ${source.repoURL} is not permitted in project '${name}'. Add it to the project's sourceRepos.`,
      );
    }
  }
  if (!destinationAllowed(project, spec.destination, spec.destination.namespace ?? '')) {
    const server = spec.destination.server ?? spec.destination.name ?? '';
    refusals.push(
      `application destination server '${server}' and namespace '${spec.destination.namespace ?? ''}' do not match any of the allowed destinations in project '${name}'. Add it to the project's destinations.`,
    );
  }
  return refusals;
}

/** True when the project allows objects in this namespace of the destination. */
export function destinationAllowed(
  project: AppProject,
  destination: { server?: string; name?: string },
  namespace: string,
): boolean {
  const destinations = project.spec.destinations ?? [];
  const matches = (
    pattern: { server?: string; name?: string; namespace?: string },
    negated: boolean,
  ): boolean => {
    const place = negated ? (pattern.namespace ?? '').replace(/^!/, '') : (pattern.namespace ?? '*');
    if (!globMatch(place, namespace, { separator: false })) return false;
    if (pattern.name !== undefined && destination.name !== undefined) {
      return globMatch(pattern.name, destination.name, { separator: false });
    }
    return (
      pattern.server === undefined ||
      globMatch(pattern.server, destination.server ?? '', { separator: false })
    );
  };
  if (destinations.some((pattern) => pattern.namespace?.startsWith('!') && matches(pattern, true)))
    return false;
  return destinations.some((pattern) => !pattern.namespace?.startsWith('!') && matches(pattern, false));
}

/** True when the project allows objects of this kind. Namespaced kinds are allowed unless refused, cluster kinds only when listed. */
export function kindAllowed(project: AppProject, group: string, kind: string, namespaced: boolean): boolean {
  const listed = (list: readonly ProjectKind[] | undefined): boolean =>
    (list ?? []).some(
      (entry) =>
        globMatch(entry.group, group, { separator: false }) &&
        globMatch(entry.kind, kind, { separator: false }),
    );
  const { spec } = project;
  if (namespaced) {
    const white = spec.namespaceResourceWhitelist;
    return !listed(spec.namespaceResourceBlacklist) && (white === undefined || listed(white));
  }
  return listed(spec.clusterResourceWhitelist) && !listed(spec.clusterResourceBlacklist);
}
