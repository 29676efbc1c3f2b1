/** What all conditions have in common. */
export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  lastUpdateTime?: string;
}

/**
 * `conditions` with this one set: the transition time is kept while the status stays, the object itself while nothing
 * changes.
 */
export function withCondition<C extends Condition>(conditions: readonly C[] | undefined, wanted: C): C[] {
  const list = conditions ?? [];
  const old = list.find(({ type }) => type === wanted.type);
  if (!old) return [...list, wanted];
  if (old.status === wanted.status && old.reason === wanted.reason && old.message === wanted.message)
    return [...list];
  const next =
    old.status === wanted.status && old.lastTransitionTime !== undefined
      ? { ...wanted, lastTransitionTime: old.lastTransitionTime }
      : wanted;
  return list.map((entry) => (entry.type === wanted.type ? next : entry));
}

/** `conditions` without that type. */
export function withoutCondition<C extends Condition>(
  conditions: readonly C[] | undefined,
  type: string,
): C[] {
  return (conditions ?? []).filter((entry) => entry.type !== type);
}
