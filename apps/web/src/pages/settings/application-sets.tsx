import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Layers, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { AllowedButton } from '../../access/allowed-button.js';
import { applicationSetsQuery, deleteApplicationSet } from '../../api/administration.js';
import type { ApplicationSet } from '../../api/types.js';
import { toast } from '../../app/toasts.js';
import { ErrorNotice, Notice } from '../../kit/notice.js';
import { SkeletonLines } from '../../kit/skeleton.js';
import { Glyph } from '../../status/glyph.js';
import { ConfirmDialog } from './confirm-dialog.js';
import { describeSet } from './describe-set.js';
import s from './settings-page.module.css';
import t from './projects.module.css';

/** Sets that make applications from lists, clusters and repositories, and how each is doing. */
export function ApplicationSets() {
  const client = useQueryClient();
  const sets = useQuery({ ...applicationSetsQuery, refetchInterval: 15_000 });
  const [leaving, setLeaving] = useState<string>();
  const remove = useMutation({
    mutationFn: deleteApplicationSet,
    onSuccess: () => {
      toast('good', 'Application set deleted');
      setLeaving(undefined);
      void client.invalidateQueries({ queryKey: applicationSetsQuery.queryKey });
    },
  });
  if (sets.isError && !sets.data)
    return (
      <ErrorNotice
        what="The application sets could not be read"
        error={sets.error}
        onRetry={() => void sets.refetch()}
      />
    );
  if (!sets.data) return <SkeletonLines count={3} height={52} />;
  if (sets.data.length === 0)
    return (
      <Notice icon={<Layers size={20} />} title="No application sets">
        An ApplicationSet makes many applications of one template. Apply one with kubectl, or send it to
        /api/v1/applicationsets.
      </Notice>
    );
  return (
    <>
      <ul className={s.cards}>
        {sets.data.map((set) => (
          <SetRow key={set.metadata.name} set={set} onDelete={() => setLeaving(set.metadata.name)} />
        ))}
      </ul>
      {leaving ? (
        <ConfirmDialog
          title="Delete the application set?"
          action="Delete"
          isBusy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(leaving)}
          onClose={() => {
            remove.reset();
            setLeaving(undefined);
          }}
        >
          <strong>{leaving}</strong> and all its applications are deleted, and what they delivered with them
          unless the set preserves it.
        </ConfirmDialog>
      ) : null}
    </>
  );
}

function SetRow({ set, onDelete }: { set: ApplicationSet; onDelete: () => void }) {
  const { name } = set.metadata;
  const { project, generators, count, trouble, isKnown } = describeSet(set);
  return (
    <li className={s.row}>
      <span className={s.state}>
        <Glyph
          shape={trouble ? 'alert' : isKnown ? 'check' : 'question'}
          tone={trouble ? 'bad' : isKnown ? 'good' : 'mute'}
          size={15}
        />
        {trouble ? 'Error' : isKnown ? 'Up to date' : 'Not seen'}
      </span>
      <div className={s.main}>
        <p className={s.name}>{name}</p>
        <p className={s.sub}>
          {generators} · project {project}
        </p>
        {trouble ? <p className={`${s.sub} ${s.trouble}`}>{trouble}</p> : null}
      </div>
      <Link to="/applications" search={{ q: name }} className={t.link}>
        {count} {count === 1 ? 'application' : 'applications'}
      </Link>
      <AllowedButton
        right={{ resource: 'applicationsets', action: 'delete', object: `${project}/${name}` }}
        size="s"
        label={`Delete ${name}`}
        onClick={onDelete}
      >
        <Trash2 size={14} />
      </AllowedButton>
    </li>
  );
}
