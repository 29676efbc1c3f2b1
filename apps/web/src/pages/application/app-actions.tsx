import { EllipsisVertical, FileDiff, RefreshCw, RotateCw, Square, Trash2, Zap } from 'lucide-react';
import { useMutation } from '@tanstack/react-query';
import { describeError } from '../../api/api-error.js';
import { stopOperation } from '../../api/applications.js';
import type { Application } from '../../api/types.js';
import { toast } from '../../app/toasts.js';
import { Button, IconButton } from '../../kit/button.js';
import { Menu, MenuItem, MenuSeparator } from '../../kit/menu.js';
import { useAppActions } from '../applications/use-app-actions.js';
import s from './app-actions.module.css';
import type { ApplicationSearch } from './application-search.js';

interface AppActionsProps {
  app: Application;
  onDialog: (dialog: ApplicationSearch['dialog']) => void;
  onView: (view: ApplicationSearch['view']) => void;
}

/** What can be done with an application, the commonest in plain sight. */
export function AppActions({ app, onDialog, onView }: AppActionsProps) {
  const { name } = app.metadata;
  const { refresh } = useAppActions();
  const isRunning = app.status?.operationState?.phase === 'Running';
  const stop = useMutation({
    mutationFn: () => stopOperation(name),
    onSuccess: () => toast('good', `The operation of ${name} is being stopped`),
    onError: (error) => toast('bad', 'The operation was not stopped', describeError(error).message),
  });

  return (
    <>
      <Button
        className={s.wide}
        disabled={refresh.isPending}
        onClick={() => refresh.mutate({ name })}
        aria-keyshortcuts="r"
      >
        <RotateCw size={14} />
        {refresh.isPending ? 'Comparing…' : 'Refresh'}
      </Button>
      {isRunning ? (
        <Button disabled={stop.isPending} onClick={() => stop.mutate()}>
          <Square size={13} /> Stop
        </Button>
      ) : null}
      <Button look="primary" onClick={() => onDialog('sync')} aria-keyshortcuts="s">
        <RefreshCw size={14} /> Sync
      </Button>
      <Menu
        trigger={
          <IconButton label="More actions" look="plain">
            <EllipsisVertical size={15} />
          </IconButton>
        }
      >
        <MenuItem icon={<RotateCw size={15} />} keys="r" onSelect={() => refresh.mutate({ name })}>
          Refresh
        </MenuItem>
        <MenuItem icon={<Zap size={15} />} onSelect={() => refresh.mutate({ name, kind: 'hard' })}>
          Hard refresh
        </MenuItem>
        <MenuItem icon={<FileDiff size={15} />} keys="d" onSelect={() => onView('diff')}>
          Diff
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={<Trash2 size={15} />} danger onSelect={() => onDialog('delete')}>
          Delete…
        </MenuItem>
      </Menu>
    </>
  );
}
