import { useState } from 'react';
import { Button } from '../../kit/button.js';
import { Dialog } from '../../kit/dialog.js';
import { Checkbox } from '../../kit/field.js';
import { SyncLabel } from '../../status/status-label.js';
import type { AppRow } from './app-row.js';
import s from './bulk-sync-dialog.module.css';
import { useAppActions } from './use-app-actions.js';

interface BulkSyncDialogProps {
  rows: readonly AppRow[];
  onClose: () => void;
  onDone: () => void;
}

/** Syncing many at once: first what would be touched, then the deed. */
export function BulkSyncDialog({ rows, onClose, onDone }: BulkSyncDialogProps) {
  const { sync } = useAppActions();
  const behind = rows.filter((row) => row.sync !== 'Synced');
  const [onlyBehind, setOnlyBehind] = useState(behind.length > 0);
  const [prune, setPrune] = useState(false);
  const [dryRun, setDryRun] = useState(false);
  const chosen = onlyBehind ? behind : rows;

  const start = () => {
    for (const { name } of chosen) sync.mutate({ name, request: { prune, dryRun } });
    onClose();
    onDone();
  };

  return (
    <Dialog
      title="Sync applications"
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={chosen.length === 0} onClick={start}>
            {dryRun ? 'Dry run' : 'Sync'} {chosen.length}{' '}
            {chosen.length === 1 ? 'application' : 'applications'}
          </Button>
        </>
      }
    >
      <div className={s.options}>
        <Checkbox
          label={`Only what is out of sync (${behind.length} of ${rows.length})`}
          checked={onlyBehind}
          onChange={(event) => setOnlyBehind(event.target.checked)}
        />
        <Checkbox
          label="Prune"
          hint="Delete objects that are no longer in Git"
          checked={prune}
          onChange={(event) => setPrune(event.target.checked)}
        />
        <Checkbox
          label="Dry run"
          hint="Say what would happen, change nothing"
          checked={dryRun}
          onChange={(event) => setDryRun(event.target.checked)}
        />
      </div>
      <ul className={s.list}>
        {chosen.map((row) => (
          <li key={row.name} className={s.row}>
            <span className={s.name}>{row.name}</span>
            <SyncLabel sync={row.sync} />
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
