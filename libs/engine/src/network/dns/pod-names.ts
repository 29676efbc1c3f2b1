import type { Pod } from '../../types/index.js';
import { podResolver, type PodResolver } from './pod-resolver.js';

/** What a pod makes of names. */
export interface PodNames {
  /** Addresses of its `hostAliases`, by name. */
  readonly aliases: ReadonlyMap<string, string>;
  readonly resolver: PodResolver;
  /** Whether it asks the cluster's DNS at all: servers outside know nothing of the cluster. */
  readonly knows: boolean;
}

/** The names of a pod in a cluster whose DNS is at `server`. */
export function podNames(pod: Pod, domain: string, server: string): PodNames {
  const aliases = new Map(
    (pod.spec?.hostAliases ?? []).flatMap(({ ip, hostnames = [] }) =>
      hostnames.map((name): [string, string] => [name, ip]),
    ),
  );
  const resolver = podResolver(pod, domain, server);
  return { aliases, resolver, knows: resolver.servers.includes(server) };
}
