import type { HistoryEntry, RollbackHold } from '../../../api/types.js';

/**
 * The id of the entry that describes what runs now, newest entry first. After a rollback that is the entry it went
 * back to, until a delivery leaves an entry of its own.
 */
export function currentEntry(
  entries: readonly HistoryEntry[],
  hold: RollbackHold | undefined,
): number | undefined {
  const newest = entries[0];
  if (!hold || newest === undefined || newest.revision === hold.revision) return newest?.id;
  return entries.some(({ id }) => id === hold.historyId) ? hold.historyId : newest.id;
}
