import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { FileKey2, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { AllowedButton } from '../../access/allowed-button.js';
import { addGpgKeys, gpgKeysQuery, removeGpgKey } from '../../api/administration.js';
import type { GpgKey } from '../../api/types.js';
import { toast } from '../../app/toasts.js';
import { CopyButton } from '../../kit/copy-button.js';
import { FormDialog } from '../../kit/form-dialog.js';
import { Field, TextArea } from '../../kit/field.js';
import { ErrorNotice, Notice } from '../../kit/notice.js';
import { SkeletonLines } from '../../kit/skeleton.js';
import { Glyph } from '../../status/glyph.js';
import { ConfirmDialog } from './confirm-dialog.js';
import s from './settings-page.module.css';

interface GpgKeysProps {
  isAdding: boolean;
  onAdd: (isAdding: boolean) => void;
}

/** The public keys commits can be signed with; projects say which of them they trust. */
export function GpgKeys({ isAdding, onAdd }: GpgKeysProps) {
  const client = useQueryClient();
  const keys = useQuery(gpgKeysQuery);
  const [leaving, setLeaving] = useState<GpgKey>();
  const remove = useMutation({
    mutationFn: removeGpgKey,
    onSuccess: () => {
      toast('good', 'Key removed');
      setLeaving(undefined);
      void client.invalidateQueries({ queryKey: gpgKeysQuery.queryKey });
    },
  });
  if (keys.isError && !keys.data)
    return (
      <ErrorNotice what="The keys could not be read" error={keys.error} onRetry={() => void keys.refetch()} />
    );
  return (
    <>
      <div className={s.head}>
        <p className={s.intro}>Projects can demand that commits or tags are signed with one of these keys.</p>
        <AllowedButton
          right={{ resource: 'gpgkeys', action: 'create', object: '*' }}
          look="primary"
          onClick={() => onAdd(true)}
        >
          <Plus size={15} /> Add keys
        </AllowedButton>
      </div>
      {!keys.data ? (
        <SkeletonLines count={3} height={52} />
      ) : keys.data.length === 0 ? (
        <Notice icon={<FileKey2 size={20} />} title="No keys">
          Add the public keys of those whose commits may be delivered.
        </Notice>
      ) : (
        <ul className={s.cards}>
          {keys.data.map((key) => (
            <li key={key.keyID} className={s.row}>
              <span className={s.state}>
                <Glyph
                  shape={key.trust === 'ultimate' ? 'check' : 'alert'}
                  tone={key.trust === 'ultimate' ? 'good' : 'warn'}
                  size={15}
                />
                {key.trust === 'ultimate' ? 'Valid' : key.trust}
              </span>
              <div className={s.main}>
                <p className={s.name}>{key.owner || 'without a name'}</p>
                <p className={s.sub}>
                  <code>{key.keyID}</code> · {key.subType} · {key.fingerprint}
                </p>
              </div>
              <CopyButton text={key.keyID} label={`Copy the id of ${key.owner || key.keyID}`} />
              <AllowedButton
                right={{ resource: 'gpgkeys', action: 'delete', object: key.keyID }}
                size="s"
                label={`Remove ${key.owner || key.keyID}`}
                onClick={() => setLeaving(key)}
              >
                <Trash2 size={14} />
              </AllowedButton>
            </li>
          ))}
        </ul>
      )}
      {isAdding ? <AddKeysDialog onClose={() => onAdd(false)} /> : null}
      {leaving ? (
        <ConfirmDialog
          title="Remove the key?"
          action="Remove"
          isBusy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(leaving.keyID)}
          onClose={() => {
            remove.reset();
            setLeaving(undefined);
          }}
        >
          Projects that demand a signature of <strong>{leaving.owner || leaving.keyID}</strong> deliver
          nothing more that only this key signed.
        </ConfirmDialog>
      ) : null}
    </>
  );
}

function AddKeysDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [text, setText] = useState('');
  const add = useMutation({
    mutationFn: addGpgKeys,
    onSuccess: ({ created, skipped }) => {
      const count = created.items.length;
      toast(
        'good',
        `${count} ${count === 1 ? 'key' : 'keys'} added${skipped.length > 0 ? `, ${skipped.length} known already` : ''}`,
      );
      void client.invalidateQueries({ queryKey: gpgKeysQuery.queryKey });
      onClose();
    },
  });
  const isReady = text.trim() !== '' && !add.isPending;
  return (
    <FormDialog
      title="Add keys"
      onClose={onClose}
      action={add.isPending ? 'Adding…' : 'Add'}
      isReady={isReady}
      onSubmit={() => add.mutate(text)}
      error={add.error}
    >
      <Field
        label="Public keys"
        hint={
          <>
            What <code>gpg --armor --export KEY</code> prints; several one after another
          </>
        }
      >
        {(control) => (
          <TextArea
            {...control}
            rows={10}
            className={s.code}
            placeholder="-----BEGIN PGP PUBLIC KEY BLOCK-----"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
    </FormDialog>
  );
}
