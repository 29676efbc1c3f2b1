import {
  builtInPriority,
  CUSTOM_PRIORITY,
  type ApiServicePriority,
} from '../aggregation/api-service-priorities.js';
import type { RemoteVersion } from '../aggregation/remote-api.js';
import type { Registry } from '../registry/registry.js';
import type { ResourceInfo } from '../registry/resource.js';

/** The resources of one group in one version. */
export interface VersionResources {
  readonly group: string;
  readonly version: string;
  /** Those served here: none where another server answers. */
  readonly resources: readonly ResourceInfo[];
  readonly remote?: RemoteVersion;
}

/** One API group with its versions, the preferred one first. */
export interface Group {
  readonly name: string;
  readonly versions: readonly VersionResources[];
}

/** Groups in the order of their priority, with resources sorted by name. */
export function groupsOf(registry: Registry, remote: Iterable<RemoteVersion> = []): Group[] {
  const groups = new Map<string, Map<string, Ranked>>();
  const versionOf = (group: string, version: string, priority: ApiServicePriority): Ranked => {
    let versions = groups.get(group);
    if (!versions) groups.set(group, (versions = new Map()));
    let found = versions.get(version);
    if (!found) versions.set(version, (found = { priority, resources: [] }));
    return found;
  };
  for (const resource of [...registry.all(), ...registry.retired()]) {
    const { group, version } = resource;
    versionOf(group, version, builtInPriority(group, version) ?? CUSTOM_PRIORITY).resources.push(resource);
  }
  for (const served of remote)
    Object.assign(versionOf(served.group, served.version, served.priority), {
      priority: served.priority,
      remote: served,
      resources: [],
    });
  const rank = (versions: Map<string, Ranked>): number =>
    Math.max(...[...versions.values()].map(({ priority }) => priority.group));
  return [...groups]
    .sort(([a, left], [b, right]) => rank(right) - rank(left) || (a < b ? -1 : 1))
    .map(([name, versions]) => ({
      name,
      versions: [...versions]
        .sort(
          ([a, left], [b, right]) => right.priority.version - left.priority.version || compareVersions(a, b),
        )
        .map(([version, { resources, remote: served }]) => ({
          group: name,
          version,
          resources: resources.toSorted((a, b) => (a.resource < b.resource ? -1 : 1)),
          ...(served && { remote: served }),
        })),
    }));
}

interface Ranked {
  readonly priority: ApiServicePriority;
  readonly resources: ResourceInfo[];
  readonly remote?: RemoteVersion;
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
