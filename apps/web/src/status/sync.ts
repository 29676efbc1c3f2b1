/** Sync words, the ones that need a person first. */
export const SYNC_STATUSES = ['OutOfSync', 'Unknown', 'Synced'] as const;

export type SyncStatus = (typeof SYNC_STATUSES)[number];

/** The sync status a server string stands for; anything unheard of is Unknown. */
export function toSync(value: string | undefined): SyncStatus {
  return SYNC_STATUSES.find((status) => status === value) ?? 'Unknown';
}

const LABELS: Record<SyncStatus, string> = {
  OutOfSync: 'Out of sync',
  Unknown: 'Sync unknown',
  Synced: 'Synced',
};

/** The words shown to people; the API's spelling stays in addresses and commands. */
export function syncLabel(status: SyncStatus): string {
  return LABELS[status];
}
