import type { ChartAddress } from '@lotse/helm';

/** Names a repository of charts: the same for all ways to write its address, and never that of a Git repository. */
export function chartKey(address: ChartAddress): string {
  if (address.kind === 'http') return `helm+${address.url}`;
  return `oci://${[address.registry, address.path].filter((part) => part !== '').join('/')}`;
}
