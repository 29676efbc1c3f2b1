import type { Deployment, ReplicaSet } from '../../types/index.js';
import { scaledValue } from '../shared/int-or-percent.js';
import { byAge, MAX_REPLICAS } from './revision.js';

/** A ReplicaSet and the size it should get. */
export interface Resize {
  readonly replicaSet: ReplicaSet;
  readonly replicas: number;
}

const size = (replicaSet: ReplicaSet): number => replicaSet.spec?.replicas ?? 1;
const available = (replicaSet: ReplicaSet): number => replicaSet.status?.availableReplicas ?? 0;
const sum = (replicaSets: readonly ReplicaSet[], of: (replicaSet: ReplicaSet) => number): number =>
  replicaSets.reduce((total, replicaSet) => total + of(replicaSet), 0);

/** How many pods a rollout may have beyond and be short of the wanted number (ResolveFenceposts). */
export function rolloutBounds(deployment: Deployment): { maxSurge: number; maxUnavailable: number } {
  if (deployment.spec?.strategy?.type === 'Recreate') return { maxSurge: 0, maxUnavailable: 0 };
  const replicas = deployment.spec?.replicas ?? 1;
  const { rollingUpdate } = deployment.spec?.strategy ?? {};
  const maxSurge = scaledValue(rollingUpdate?.maxSurge, replicas, 'up', '25%');
  const maxUnavailable = scaledValue(rollingUpdate?.maxUnavailable, replicas, 'down', '25%');
  // Both zero would stand still for ever.
  const most = maxSurge === 0 && maxUnavailable === 0 ? 1 : maxUnavailable;
  return { maxSurge, maxUnavailable: Math.min(most, replicas) };
}

/**
 * The next step of a rolling update (deployment/rolling.go): grow the new ReplicaSet as far as the surge allows; when
 * there is nothing to grow, shrink old ones as far as availability allows, broken pods first.
 */
export function rollingStep(
  deployment: Deployment,
  newSet: ReplicaSet,
  oldSets: readonly ReplicaSet[],
): Resize[] {
  const wanted = deployment.spec?.replicas ?? 1;
  const { maxSurge, maxUnavailable } = rolloutBounds(deployment);
  const all = [...oldSets, newSet];
  if (size(newSet) > wanted) return [{ replicaSet: newSet, replicas: wanted }];
  if (size(newSet) < wanted) {
    const room = wanted + maxSurge - sum(all, size);
    if (room > 0)
      return [{ replicaSet: newSet, replicas: size(newSet) + Math.min(room, wanted - size(newSet)) }];
  }
  return shrinkOld(newSet, oldSets, wanted - maxUnavailable, sum(all, size));
}

function shrinkOld(
  newSet: ReplicaSet,
  oldSets: readonly ReplicaSet[],
  minAvailable: number,
  total: number,
): Resize[] {
  const newUnavailable = size(newSet) - available(newSet);
  let mayRemove = total - minAvailable - newUnavailable;
  if (mayRemove <= 0) return [];
  const sizes = new Map(byAge(oldSets).map((replicaSet) => [replicaSet, size(replicaSet)]));
  // Pods that do not work cost no availability: they go first, oldest ReplicaSet first.
  for (const [replicaSet, replicas] of sizes) {
    const broken = Math.min(mayRemove, replicas - available(replicaSet));
    if (broken <= 0) continue;
    sizes.set(replicaSet, replicas - broken);
    mayRemove -= broken;
  }
  let spare = sum([...oldSets, newSet], available) - minAvailable;
  for (const [replicaSet, replicas] of sizes) {
    if (spare <= 0) break;
    const removed = Math.min(replicas, spare, Math.max(0, mayRemove));
    if (removed <= 0) continue;
    sizes.set(replicaSet, replicas - removed);
    spare -= removed;
    mayRemove -= removed;
  }
  return [...sizes]
    .filter(([replicaSet, replicas]) => replicas !== size(replicaSet))
    .map(([replicaSet, replicas]) => ({ replicaSet, replicas }));
}

/**
 * Resizes for a deployment that was scaled while several ReplicaSets have pods, or while paused: everybody gets a share
 * in proportion to its size, leftovers go to the largest (deployment/sync.go, scale).
 */
export function proportionalStep(
  deployment: Deployment,
  newSet: ReplicaSet | undefined,
  oldSets: readonly ReplicaSet[],
): Resize[] {
  const wanted = deployment.spec?.replicas ?? 1;
  const all = newSet ? [...oldSets, newSet] : [...oldSets];
  const active = all.filter((replicaSet) => size(replicaSet) > 0);
  const only =
    active.length === 1 ? active[0] : active.length === 0 ? (newSet ?? byAge(oldSets).at(-1)) : undefined;
  if (only) return size(only) === wanted ? [] : [{ replicaSet: only, replicas: wanted }];
  if (newSet && size(newSet) === wanted && (newSet.status?.availableReplicas ?? 0) === wanted) {
    return active
      .filter((replicaSet) => replicaSet !== newSet)
      .map((replicaSet) => ({ replicaSet, replicas: 0 }));
  }
  const { maxSurge } = rolloutBounds(deployment);
  const allowed = wanted > 0 ? wanted + maxSurge : 0;
  let toAdd = allowed - sum(active, size);
  if (toAdd === 0 || deployment.spec?.strategy?.type === 'Recreate') return [];
  const growing = toAdd > 0;
  const ordered = byAge(active)
    .reverse()
    .sort((a, b) => size(b) - size(a));
  if (!growing)
    ordered.sort((a, b) => size(b) - size(a) || byAge([a, b]).indexOf(a) - byAge([a, b]).indexOf(b));
  const resized = ordered.map((replicaSet) => {
    const before = Number(replicaSet.metadata.annotations?.[MAX_REPLICAS] ?? 0) || allowed;
    const share = Math.round((size(replicaSet) * allowed) / before) - size(replicaSet);
    const part = growing ? Math.max(0, Math.min(share, toAdd)) : Math.min(0, Math.max(share, toAdd));
    toAdd -= part;
    return { replicaSet, replicas: size(replicaSet) + part };
  });
  return resized
    .map((entry, index) =>
      index === 0 ? { ...entry, replicas: Math.max(0, entry.replicas + toAdd) } : entry,
    )
    .filter(({ replicaSet, replicas }) => replicas !== size(replicaSet));
}
