import { RefreshCw, RotateCw } from 'lucide-react';
import { IconButton } from '../../kit/button.js';
import { useAppActions } from './use-app-actions.js';
import s from './row-actions.module.css';

/** The two commonest deeds, one click away on every tile and row. */
export function RowActions({ name }: { name: string }) {
  const { sync, refresh } = useAppActions();
  return (
    <span className={s.actions}>
      <IconButton
        size="s"
        label={`Refresh ${name}`}
        disabled={refresh.isPending}
        onClick={() => refresh.mutate({ name })}
      >
        <RotateCw size={14} />
      </IconButton>
      <IconButton
        size="s"
        label={`Sync ${name}`}
        disabled={sync.isPending}
        onClick={() => sync.mutate({ name })}
      >
        <RefreshCw size={14} />
      </IconButton>
    </span>
  );
}
