import type { ApplicationSource } from '@lotse/gitops';

/** A chart by the address it is fetched from. */
export interface NamedChart {
  readonly repoURL: string;
  readonly chart: string;
}

/**
 * The chart a source names: its `chart`, or, for an `oci://` address without one, the last part of the address.
 * Undefined for sources in Git.
 */
export function chartOfSource({ repoURL, chart }: ApplicationSource): NamedChart | undefined {
  if (chart) return { repoURL, chart };
  const [, parent, name] = /^(oci:\/\/[^/]+(?:\/.+)?)\/([^/]+)\/?$/i.exec(repoURL) ?? [];
  return parent !== undefined && name !== undefined ? { repoURL: parent, chart: name } : undefined;
}
