import type { Registry } from '../registry/registry.js';
import type { ResourceInfo } from '../registry/resource.js';

/** The resources of one group in one version. */
export interface VersionResources {
  readonly group: string;
  readonly version: string;
  readonly resources: readonly ResourceInfo[];
}

/** One API group with its versions, the preferred one first. */
export interface Group {
  readonly name: string;
  readonly versions: readonly VersionResources[];
}

/** Order in which Kubernetes ranks its groups; others follow by name. */
const GROUP_ORDER = [
  '',
  'apiregistration.k8s.io',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
  'resource.k8s.io',
  'flowcontrol.apiserver.k8s.io',
];

/** Groups in the order of discovery, with resources sorted by name. */
export function groupsOf(registry: Registry): Group[] {
  const groups = new Map<string, Map<string, ResourceInfo[]>>();
  for (const resource of [...registry.all(), ...registry.retired()]) {
    let versions = groups.get(resource.group);
    if (!versions) groups.set(resource.group, (versions = new Map()));
    const resources = versions.get(resource.version);
    if (resources) resources.push(resource);
    else versions.set(resource.version, [resource]);
  }
  const rank = (name: string): number => {
    const index = GROUP_ORDER.indexOf(name);
    return index < 0 ? GROUP_ORDER.length : index;
  };
  return [...groups]
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map(([name, versions]) => ({
      name,
      versions: [...versions]
        .sort(([a], [b]) => compareVersions(a, b))
        .map(([version, resources]) => ({
          group: name,
          version,
          resources: resources.toSorted((a, b) => (a.resource < b.resource ? -1 : 1)),
        })),
    }));
}

/** Kubernetes' order of versions: stable before beta before alpha, newer first, other names last. */
export function compareVersions(a: string, b: string): number {
  const read = (text: string): [number, number, number] | undefined => {
    const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(text);
    if (!match) return undefined;
    const stability = match[2] === undefined ? 2 : match[2] === 'beta' ? 1 : 0;
    return [stability, Number(match[1]), Number(match[3] ?? 0)];
  };
  const left = read(a);
  const right = read(b);
  if (!left || !right) return left ? -1 : right ? 1 : a < b ? -1 : 1;
  return right[0] - left[0] || right[1] - left[1] || right[2] - left[2];
}
