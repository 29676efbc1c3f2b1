import { withoutTrailing } from '@lotse/manifests';
import type { Volume, VolumeProjection } from '../../types/index.js';

interface Source {
  readonly path: string;
  readonly from: string;
}

/** Files of a volume that are compared with one another; who has more of them writes no list by hand. */
const MOST_FILES = 1000;
/** Overlaps that are looked for: an answer has room for fewer warnings. */
const MOST_OVERLAPS = 100;

/** Files of a volume that would lie on or below one another (warningsForOverlappingVirtualPaths). */
export function overlapWarnings({ name, configMap, secret, downwardAPI, projected }: Volume): string[] {
  const told = (what: string, overlaps: readonly string[]) =>
    overlaps.map((text) => `volume ${JSON.stringify(name)} (${what}): overlapping paths: ${text}`);
  const warnings: string[] = [];
  if (configMap?.items)
    warnings.push(
      ...told(`ConfigMap ${JSON.stringify(configMap.name ?? '')}`, overlapsOf(plain(configMap.items))),
    );
  if (secret?.items)
    warnings.push(
      ...told(`Secret ${JSON.stringify(secret.secretName ?? '')}`, overlapsOf(plain(secret.items))),
    );
  if (downwardAPI?.items) warnings.push(...told('DownwardAPI', overlapsOf(plain(downwardAPI.items))));
  const all: Source[] = [];
  for (const source of projected?.sources ?? []) {
    if (Object.values(source).every((one) => one === undefined))
      warnings.push(`volume ${JSON.stringify(name)} (Projected) has no sources provided`);
    for (const one of sourcesOf(source)) {
      if (all.length >= MOST_FILES || warnings.length >= MOST_OVERLAPS) break;
      warnings.push(...told('Projected', collisions(all, one)));
      all.push(one);
    }
  }
  return warnings;
}

function plain(items: readonly { readonly path: string }[], from = ''): Source[] {
  return items.map(({ path }) => ({ path: withoutTrailing(path, '/'), from }));
}

function sourcesOf(source: VolumeProjection): Source[] {
  const { configMap, secret, downwardAPI, serviceAccountToken: token, clusterTrustBundle: bundle } = source;
  const named = (kind: string, value: string | undefined) => `${kind} ${JSON.stringify(value ?? '')}`;
  if (configMap?.items) return plain(configMap.items, named('ConfigMap', configMap.name));
  if (secret?.items) return plain(secret.items, named('Secret', secret.name));
  if (downwardAPI?.items) return plain(downwardAPI.items, 'DownwardAPI');
  if (token) return plain([token], 'ServiceAccountToken');
  if (bundle) return plain([bundle], named('ClusterTrustBundle', bundle.name ?? bundle.signerName));
  return [];
}

function overlapsOf(sources: readonly Source[]): string[] {
  const overlaps: string[] = [];
  for (const [index, one] of sources.slice(0, MOST_FILES).entries()) {
    if (overlaps.length >= MOST_OVERLAPS) break;
    overlaps.push(...collisions(sources.slice(0, index), one));
  }
  return overlaps;
}

function collisions(before: readonly Source[], one: Source): string[] {
  const shown = ({ path, from }: Source) =>
    from ? `${JSON.stringify(path)} (${from})` : JSON.stringify(path);
  return before
    .filter(
      ({ path }) => path === one.path || path.startsWith(`${one.path}/`) || one.path.startsWith(`${path}/`),
    )
    .map((other) => `${shown(one)} with ${shown(other)}`);
}
