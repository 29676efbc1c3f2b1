import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { applicationQuery, rollbackApplication } from '../../../api/applications.js';
import type { Application, HistoryEntry } from '../../../api/types.js';
import { toast } from '../../../app/toasts.js';
import { Ago } from '../../../kit/ago.js';
import { Button } from '../../../kit/button.js';
import { Dialog } from '../../../kit/dialog.js';
import { Checkbox } from '../../../kit/field.js';
import { InlineError } from '../../../kit/inline-error.js';
import { ShortRevision } from '../../applications/short-revision.js';
import s from './rollback-dialog.module.css';

/** Going back, with what that means for auto-sync said before it happens. */
export function RollbackDialog({
  app,
  entry,
  onClose,
}: {
  app: Application;
  entry: HistoryEntry;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const { name } = app.metadata;
  const automated = app.spec.syncPolicy?.automated;
  const isAuto = automated !== undefined && automated.enabled !== false;
  const [prune, setPrune] = useState(true);
  const [dryRun, setDryRun] = useState(false);
  const go = useMutation({
    mutationFn: () => rollbackApplication(name, { id: entry.id, prune, dryRun }),
    onSuccess: (next) => {
      if (next?.metadata?.name) client.setQueryData(applicationQuery(name).queryKey, next);
      void client.invalidateQueries({ queryKey: ['application', name] });
      toast('busy', dryRun ? 'Dry run started' : `Rolling ${name} back to entry ${entry.id}`);
      onClose();
    },
  });
  return (
    <Dialog
      title={`Roll back to entry ${entry.id}?`}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={go.isPending} onClick={() => go.mutate()}>
            {go.isPending ? 'Starting…' : dryRun ? 'Dry run' : 'Roll back'}
          </Button>
        </>
      }
    >
      <div className={s.body}>
        <p className={s.entry}>
          <ShortRevision revision={entry.revision} />{' '}
          <strong>{entry.message?.split('\n', 1)[0] ?? ''}</strong>
          <span className={s.quiet}>
            delivered <Ago time={entry.deployedAt} long />
          </span>
        </p>
        <p>The manifests kept with this entry are applied again as they were; the repository is not asked.</p>
        {isAuto ? (
          <p className={s.hold}>
            <strong>Auto-sync is held afterwards</strong>, so that it does not undo the rollback at once. New
            commits are compared and not delivered until you release the hold.
          </p>
        ) : null}
        <Checkbox
          label="Prune"
          hint="Delete what this entry did not have"
          checked={prune}
          onChange={(event) => setPrune(event.target.checked)}
        />
        <Checkbox
          label="Dry run"
          hint="Say what would happen, change nothing"
          checked={dryRun}
          onChange={(event) => setDryRun(event.target.checked)}
        />
        <InlineError error={go.error} />
      </div>
    </Dialog>
  );
}
