import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { deleteResource } from '../../../api/applications.js';
import type { ObjectRef } from '../../../api/types.js';
import { toast } from '../../../app/toasts.js';
import { Button } from '../../../kit/button.js';
import { Dialog } from '../../../kit/dialog.js';
import { Checkbox } from '../../../kit/field.js';
import { InlineError } from '../../../kit/inline-error.js';

interface DeleteResourceDialogProps {
  name: string;
  refTo: ObjectRef;
  isManaged: boolean;
  onClose: () => void;
  onDone: () => void;
}

export function DeleteResourceDialog({ name, refTo, isManaged, onClose, onDone }: DeleteResourceDialogProps) {
  const client = useQueryClient();
  const [force, setForce] = useState(false);
  const [orphan, setOrphan] = useState(false);
  const remove = useMutation({
    mutationFn: () => deleteResource(name, refTo, force, orphan),
    onSuccess: () => {
      toast('good', `${refTo.kind} ${refTo.name} deleted`);
      void client.invalidateQueries({ queryKey: ['application', name] });
      onDone();
    },
  });
  return (
    <Dialog
      title={`Delete ${refTo.kind} ${refTo.name}?`}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="danger" disabled={remove.isPending} onClick={() => remove.mutate()}>
            {remove.isPending ? 'Deleting…' : 'Delete'}
          </Button>
        </>
      }
    >
      <p>
        {isManaged
          ? 'It is in Git: the application becomes out of sync, and a sync, or self-heal, makes it again.'
          : 'Something in the cluster made it; its owner may make another one at once.'}
      </p>
      <Checkbox
        label="Force"
        hint="Do not wait for a graceful end"
        checked={force}
        onChange={(event) => setForce(event.target.checked)}
      />
      <br />
      <Checkbox
        label="Orphan"
        hint="Leave what it owns behind"
        checked={orphan}
        onChange={(event) => setOrphan(event.target.checked)}
      />
      <InlineError error={remove.error} />
    </Dialog>
  );
}
