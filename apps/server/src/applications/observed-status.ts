import type { KubeObject } from '@lotse/manifests';
import {
  ANNOTATION,
  annotation,
  applicationHealth,
  applicationSyncStatus,
  imagesOf,
  primarySource,
  readSyncOptions,
  resourceStatus,
  type Application,
  type ApplicationStatus,
  type ComparedObject,
} from '@lotse/gitops';
import { CONTROL_NAMESPACE } from '../cluster/cluster-host.js';
import type { Comparison } from './comparison.js';
import type { ResolvedSource } from './source-resolver.js';

/** The status as a comparison shows it. */
export function observedStatus(
  { spec }: Application,
  resolved: ResolvedSource,
  { objects }: Comparison,
): Partial<ApplicationStatus> {
  const options = readSyncOptions(spec.syncPolicy?.syncOptions ?? []);
  return {
    sync: {
      status: applicationSyncStatus(objects, false),
      revision: resolved.revision,
      ...(resolved.revisions && { revisions: [...resolved.revisions] }),
      comparedTo: {
        source: resolved.source,
        destination: spec.destination,
        ...(spec.ignoreDifferences && { ignoreDifferences: spec.ignoreDifferences }),
      },
    },
    health: applicationHealth(objects),
    resources: objects
      .filter(isListed)
      .map((object) => resourceStatus(object, options))
      .sort(byIdentity),
    sourceType: resolved.sourceType,
    summary: summaryOf(objects),
    controllerNamespace: CONTROL_NAMESPACE,
  };
}

/** Git can't be asked, but the cluster can: health stays true, sync is unknown. */
export function statusWithoutSource(
  { spec, status }: Application,
  lives: readonly KubeObject[],
): Partial<ApplicationStatus> {
  const parts = lives.map((live) => ({
    kind: live.kind,
    namespace: live.metadata.namespace ?? '',
    name: live.metadata.name ?? '',
    live,
    hook: annotation(live, ANNOTATION.hook) !== undefined,
  }));
  const source = primarySource(spec);
  return {
    sync: {
      status: 'Unknown',
      ...(status?.sync?.revision !== undefined && { revision: status.sync.revision }),
      comparedTo: { ...(source && { source }), destination: spec.destination },
    },
    health: lives.length > 0 ? applicationHealth(parts) : { status: status?.health?.status ?? 'Unknown' },
  };
}

/** A hook that isn't there is nothing to list. */
function isListed(object: ComparedObject): boolean {
  return !object.hook || object.live !== undefined;
}

function byIdentity(a: { kind: string; namespace?: string; name: string }, b: typeof a): number {
  const left = `${a.kind} ${a.namespace ?? ''} ${a.name}`;
  const right = `${b.kind} ${b.namespace ?? ''} ${b.name}`;
  return left < right ? -1 : left > right ? 1 : 0;
}

function summaryOf(objects: readonly ComparedObject[]): NonNullable<ApplicationStatus['summary']> {
  const lives = objects.flatMap(({ live }) => (live ? [live] : []));
  const images = [...new Set(lives.flatMap(imagesOf))].sort();
  const externalURLs = [...new Set(lives.flatMap(ingressUrls))].sort();
  return { ...(images.length > 0 && { images }), ...(externalURLs.length > 0 && { externalURLs }) };
}

function ingressUrls(object: KubeObject): string[] {
  if (object.kind !== 'Ingress') return [];
  const spec = object['spec'] as { rules?: { host?: string }[]; tls?: unknown[] } | undefined;
  return (spec?.rules ?? []).flatMap(({ host }) =>
    host ? [`${spec?.tls ? 'https' : 'http'}://${host}/`] : [],
  );
}
