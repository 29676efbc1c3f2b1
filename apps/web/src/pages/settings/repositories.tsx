import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { FolderGit2, Plug, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { describeError } from '../../api/api-error.js';
import { removeRepository, repositoriesQuery, testRepository } from '../../api/system.js';
import type { Repository } from '../../api/types.js';
import { toast } from '../../app/toasts.js';
import { Ago } from '../../kit/ago.js';
import { Button, IconButton } from '../../kit/button.js';
import { Dialog } from '../../kit/dialog.js';
import { ErrorNotice, Notice } from '../../kit/notice.js';
import { SkeletonLines } from '../../kit/skeleton.js';
import { Glyph } from '../../status/glyph.js';
import { AddRepositoryDialog } from './add-repository-dialog.js';
import s from './settings-page.module.css';

/** The repositories Lotse may read, and whether it can. */
export function Repositories({ isAdding, onAdd }: { isAdding: boolean; onAdd: (isAdding: boolean) => void }) {
  const repositories = useQuery(repositoriesQuery);
  const client = useQueryClient();
  const [leaving, setLeaving] = useState<Repository>();

  const test = useMutation({
    mutationFn: testRepository,
    onSuccess: (next, repo) => {
      client.setQueryData(repositoriesQuery.queryKey, (list) =>
        list?.map((each) => (each.repo === repo ? { ...each, ...next } : each)),
      );
      const isFine = next.connectionState?.status !== 'Failed';
      toast(
        isFine ? 'good' : 'bad',
        isFine ? 'The repository can be read' : 'The repository cannot be read',
        next.connectionState?.message,
      );
    },
    onError: (error) => toast('bad', 'The repository was not tested', describeError(error).message),
  });
  const remove = useMutation({
    mutationFn: removeRepository,
    onSuccess: () => {
      toast('good', 'Repository removed');
      setLeaving(undefined);
      void client.invalidateQueries({ queryKey: repositoriesQuery.queryKey });
    },
    onError: (error) => toast('bad', 'The repository was not removed', describeError(error).message),
  });

  if (repositories.isError && !repositories.data)
    return (
      <ErrorNotice
        what="The repositories could not be read"
        error={repositories.error}
        onRetry={() => void repositories.refetch()}
      />
    );
  return (
    <>
      <div className={s.head}>
        <p className={s.intro}>
          Public repositories need no entry here; private ones need their credentials.
        </p>
        <Button look="primary" onClick={() => onAdd(true)}>
          <Plus size={15} /> Add repository
        </Button>
      </div>
      {!repositories.data ? (
        <SkeletonLines count={3} height={52} />
      ) : repositories.data.length === 0 ? (
        <Notice icon={<FolderGit2 size={20} />} title="No repositories">
          Add one to give applications something to deliver.
        </Notice>
      ) : (
        <ul className={s.cards}>
          {repositories.data.map((repository) => (
            <li key={repository.repo} className={s.row}>
              <Connection state={repository.connectionState?.status} />
              <div className={s.main}>
                <p className={s.name}>{repository.name || repository.repo}</p>
                <p className={s.sub}>
                  {repository.name ? `${repository.repo} · ` : ''}
                  {repository.type ?? 'git'}
                  {repository.driver ? (
                    <span title={repository.driverReason}> · {repository.driver}</span>
                  ) : null}
                  {repository.username ? ` · as ${repository.username}` : ''}
                  {repository.connectionState?.attemptedAt ? (
                    <>
                      {' '}
                      · asked <Ago time={repository.connectionState.attemptedAt} long />
                    </>
                  ) : null}
                </p>
                {repository.connectionState?.status === 'Failed' ? (
                  <p className={`${s.sub} ${s.trouble}`}>{repository.connectionState.message}</p>
                ) : null}
              </div>
              <Button
                size="s"
                disabled={test.isPending && test.variables === repository.repo}
                onClick={() => test.mutate(repository.repo)}
              >
                <Plug size={13} />{' '}
                {test.isPending && test.variables === repository.repo ? 'Testing…' : 'Test'}
              </Button>
              {repository.registered === false ? null : (
                <IconButton
                  size="s"
                  label={`Remove ${repository.repo}`}
                  onClick={() => setLeaving(repository)}
                >
                  <Trash2 size={14} />
                </IconButton>
              )}
            </li>
          ))}
        </ul>
      )}
      {isAdding ? <AddRepositoryDialog onClose={() => onAdd(false)} /> : null}
      {leaving ? (
        <Dialog
          title="Remove the repository?"
          onClose={() => setLeaving(undefined)}
          foot={
            <>
              <Button onClick={() => setLeaving(undefined)}>Cancel</Button>
              <Button look="danger" disabled={remove.isPending} onClick={() => remove.mutate(leaving.repo)}>
                Remove
              </Button>
            </>
          }
        >
          <p>
            <strong>{leaving.repo}</strong> and its credentials are forgotten. Applications that use it stay,
            and can no longer be compared if it is private.
          </p>
        </Dialog>
      ) : null}
    </>
  );
}

function Connection({ state }: { state: string | undefined }) {
  const isFine = state === 'Successful';
  const isBroken = state === 'Failed';
  return (
    <span className={s.state} title={state}>
      <Glyph
        shape={isFine ? 'check' : isBroken ? 'alert' : 'question'}
        tone={isFine ? 'good' : isBroken ? 'bad' : 'mute'}
        size={15}
      />
      {isFine ? 'Connected' : isBroken ? 'Failed' : 'Not asked'}
    </span>
  );
}
