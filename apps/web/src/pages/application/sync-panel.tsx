import { Search } from 'lucide-react';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { Application } from '../../api/types.js';
import { Button } from '../../kit/button.js';
import { FormDialog } from '../../kit/form-dialog.js';
import { Checkbox, Field, Input } from '../../kit/field.js';
import { Group } from '../../kit/group.js';
import { SearchInput } from '../../kit/search-input.js';
import { KindIcon } from '../../status/kind-icon.js';
import { SyncGlyph } from '../../status/status-label.js';
import { syncLabel, toSync } from '../../status/sync.js';
import { sourceOf } from '../applications/app-row.js';
import { useAppActions } from '../applications/use-app-actions.js';
import { objectId } from './object-id.js';
import s from './sync-panel.module.css';
import { initialSyncForm, toSyncRequest, type SyncForm } from './sync-request.js';

const route = getRouteApi('/app/applications/$name');

/** Everything a sync can be told. */
export function SyncPanel({ app, onClose }: { app: Application; onClose: () => void }) {
  const navigate = route.useNavigate();
  const { sync } = useAppActions();
  const resources = app.status?.resources?.filter(({ hook }) => !hook) ?? [];
  const policy = app.spec.syncPolicy;
  const [form, setForm] = useState<SyncForm>(() =>
    initialSyncForm(policy?.automated?.prune ?? false, policy?.syncOptions ?? [], 0),
  );
  const [find, setFind] = useState('');
  const set = (patch: Partial<SyncForm>) => setForm((was) => ({ ...was, ...patch }));
  const chosen = resources.filter((resource) => !form.excluded.has(objectId(resource)));
  const shown = resources.filter(({ kind, name }) =>
    `${kind} ${name}`.toLowerCase().includes(find.toLowerCase()),
  );
  const choose = (wanted: (id: string) => boolean) =>
    set({ excluded: new Set(resources.map(objectId).filter((id) => !wanted(id))) });
  const behind = new Set(resources.filter(({ status }) => status === 'OutOfSync').map(objectId));

  const start = () =>
    sync.mutate(
      { name: app.metadata.name, request: toSyncRequest(form, resources) },
      {
        onSuccess: () =>
          void navigate({ search: (was) => ({ ...was, dialog: 'operation' as const }), replace: true }),
      },
    );

  const check = (
    key: keyof SyncForm &
      (
        | 'prune'
        | 'dryRun'
        | 'applyOnly'
        | 'force'
        | 'replace'
        | 'serverSide'
        | 'createNamespace'
        | 'pruneLast'
        | 'outOfSyncOnly'
        | 'skipValidation'
      ),
    label: string,
    hint: string,
  ) => (
    <Checkbox
      label={label}
      hint={hint}
      checked={form[key]}
      onChange={(event) => set({ [key]: event.target.checked })}
    />
  );

  const action = (
    <>
      {sync.isPending ? 'Starting…' : form.dryRun ? 'Dry run' : 'Sync'}
      {resources.length > 0 && chosen.length < resources.length ? ` ${chosen.length} objects` : ''}
    </>
  );

  return (
    <FormDialog
      title={`Sync ${app.metadata.name}`}
      onClose={onClose}
      side
      action={action}
      look={form.force || form.replace ? 'danger' : 'primary'}
      isReady={!sync.isPending && (resources.length === 0 || chosen.length > 0)}
      onSubmit={start}
      error={sync.error}
    >
      <Field label="Revision" hint="Empty: what the application follows">
        {(control) => (
          <Input
            {...control}
            mono
            value={form.revision}
            placeholder={sourceOf(app)?.targetRevision || 'HEAD'}
            onChange={(event) => set({ revision: event.target.value })}
          />
        )}
      </Field>
      <Group legend="How" className={s.options}>
        {check('prune', 'Prune', 'Delete what is no longer in Git')}
        {check('dryRun', 'Dry run', 'Say what would happen, change nothing')}
        {check('applyOnly', 'Apply only', 'Run no hooks')}
        {check('force', 'Force', 'Delete and create what cannot be changed')}
        {check('replace', 'Replace', 'Put objects in place whole instead of merging')}
        {check('serverSide', 'Server-side apply', 'Let the API server merge')}
        {check('createNamespace', 'Create the namespace', 'When it is missing')}
        {check('pruneLast', 'Prune last', 'After everything else is healthy')}
        {check('outOfSyncOnly', 'Only what differs', 'Leave the rest untouched')}
        {check('skipValidation', 'Skip validation', 'Do not check against schemas')}
      </Group>
      <Field label="Retries when it fails">
        {(control) => (
          <Input
            {...control}
            type="number"
            min={0}
            max={20}
            className={s.number}
            value={form.retryLimit}
            onChange={(event) =>
              set({ retryLimit: Math.max(0, Math.trunc(event.target.valueAsNumber || 0)) })
            }
          />
        )}
      </Field>
      <section aria-label="Objects">
        <div className={s.objectsHead}>
          <h3 className={s.objectsTitle}>
            Objects{' '}
            <span className={s.quiet}>
              {chosen.length} of {resources.length}
            </span>
          </h3>
          <Button size="s" look="quiet" onClick={() => choose(() => true)}>
            All
          </Button>
          <Button size="s" look="quiet" onClick={() => choose((id) => behind.has(id))}>
            Out of sync
          </Button>
          <Button size="s" look="quiet" onClick={() => choose(() => false)}>
            None
          </Button>
        </div>
        {resources.length > 10 ? (
          <SearchInput
            label="Find objects"
            placeholder="Find"
            icon={<Search size={13} />}
            value={find}
            onChange={setFind}
          />
        ) : null}
        <ul className={s.objects}>
          {shown.map((resource) => {
            const id = objectId(resource);
            const status = toSync(resource.status);
            return (
              <li key={id}>
                <label className={s.object}>
                  <Checkbox
                    checked={!form.excluded.has(id)}
                    onChange={(event) => {
                      const excluded = new Set(form.excluded);
                      if (event.target.checked) excluded.delete(id);
                      else excluded.add(id);
                      set({ excluded });
                    }}
                  />
                  <KindIcon kind={resource.kind} />
                  <span className={s.name}>{resource.name}</span>
                  <span className={s.quiet}>{resource.kind}</span>
                  <span className={s.state} title={syncLabel(status)}>
                    {resource.requiresPruning ? <span className={s.prune}>prune</span> : null}
                    <SyncGlyph sync={status} size={13} />
                    <span className={s.hidden}>{syncLabel(status)}</span>
                  </span>
                </label>
              </li>
            );
          })}
        </ul>
      </section>
    </FormDialog>
  );
}
