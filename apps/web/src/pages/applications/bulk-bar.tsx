import { RefreshCw, RotateCw, X } from 'lucide-react';
import { useState } from 'react';
import { Button, IconButton } from '../../kit/button.js';
import type { AppRow } from './app-row.js';
import s from './bulk-bar.module.css';
import { BulkSyncDialog } from './bulk-sync-dialog.js';
import { useAppActions } from './use-app-actions.js';

/** What can be done with the marked applications. */
export function BulkBar({ rows, onClear }: { rows: readonly AppRow[]; onClear: () => void }) {
  const { refresh } = useAppActions();
  const [isSyncing, setSyncing] = useState(false);
  return (
    <>
      <div className={s.bar} role="toolbar" aria-label="Marked applications">
        <span className={s.count}>{rows.length} selected</span>
        <Button size="s" onClick={() => setSyncing(true)}>
          <RefreshCw size={14} /> Sync…
        </Button>
        <Button
          size="s"
          disabled={refresh.isPending}
          onClick={() => rows.forEach(({ name }) => refresh.mutate({ name }))}
        >
          <RotateCw size={14} /> Refresh
        </Button>
        <IconButton size="s" label="Clear selection" onClick={onClear}>
          <X size={14} />
        </IconButton>
      </div>
      {isSyncing ? <BulkSyncDialog rows={rows} onClose={() => setSyncing(false)} onDone={onClear} /> : null}
    </>
  );
}
