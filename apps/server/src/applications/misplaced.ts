import { ARGO_GROUP, type ClusterEvent } from '@lotse/gitops';
import { CONTROL_NAMESPACE } from '../cluster/cluster-host.js';

const KINDS: ReadonlySet<string> = new Set(['Application', 'ApplicationSet', 'AppProject']);

/** What to tell of a new object that is where nobody looks for its kind; undefined for every other change. */
export function misplaced({ type, object }: ClusterEvent): string | undefined {
  const { apiVersion, kind, metadata } = object;
  if (type !== 'ADDED' || metadata.namespace === CONTROL_NAMESPACE) return undefined;
  if (!KINDS.has(kind) || !apiVersion.startsWith(`${ARGO_GROUP}/`)) return undefined;
  return `nothing is done about this ${kind}: only those in the namespace "${CONTROL_NAMESPACE}" are watched; apply it there and delete this one`;
}
