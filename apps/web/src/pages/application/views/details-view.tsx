import { useMutation, useQueryClient } from '@tanstack/react-query';
import { describeError } from '../../../api/api-error.js';
import { applicationQuery, patchApplication } from '../../../api/applications.js';
import type { Application } from '../../../api/types.js';
import { toast } from '../../../app/toasts.js';
import { ExternalLink } from '../../../kit/external-link.js';
import { Facts, Fact } from '../../../kit/facts.js';
import { Checkbox } from '../../../kit/field.js';
import { Group } from '../../../kit/group.js';
import { sourceOf } from '../../applications/app-row.js';
import { YamlPanel } from '../panel/yaml-panel.js';
import s from './details-view.module.css';

/** What the application is told to be: source, destination, policy, and the object itself. */
export function DetailsView({ app }: { app: Application }) {
  const client = useQueryClient();
  const source = sourceOf(app);
  const automated = app.spec.syncPolicy?.automated;
  const isAuto = automated !== undefined && automated.enabled !== false;
  const change = useMutation({
    mutationFn: (patch: unknown) => patchApplication(app.metadata.name, patch),
    onSuccess: (next) => {
      if (next.metadata?.name) client.setQueryData(applicationQuery(app.metadata.name).queryKey, next);
      toast('good', 'Sync policy changed');
    },
    onError: (error) => toast('bad', 'The sync policy was not changed', describeError(error).message),
  });
  const setPolicy = (automatedPatch: Record<string, unknown> | null) =>
    change.mutate({ spec: { syncPolicy: { automated: automatedPatch } } });

  return (
    <div className={s.page}>
      <section className={s.column} aria-label="Summary">
        <Facts>
          <Fact name="Project">{app.spec.project}</Fact>
          <Fact name="Repository">
            <ExternalLink href={source?.repoURL ?? ''} />
          </Fact>
          <Fact name="Path">
            <code>{source?.path ?? source?.chart ?? '–'}</code>
          </Fact>
          <Fact name="Revision">
            <code>{source?.targetRevision || 'HEAD'}</code>
          </Fact>
          <Fact name="Source type">{app.status?.sourceType ?? 'not known yet'}</Fact>
          <Fact name="Destination">
            {app.spec.destination.name ?? app.spec.destination.server} / {app.spec.destination.namespace}
          </Fact>
          <Fact name="Labels">
            {Object.entries(app.metadata.labels ?? {})
              .map(([key, value]) => `${key}=${value}`)
              .join(', ') || '–'}
          </Fact>
          <Fact name="Images">
            {(app.status?.summary?.images ?? []).map((image) => (
              <div key={image}>
                <code>{image}</code>
              </div>
            ))}
          </Fact>
          <Fact name="Links">
            {(app.status?.summary?.externalURLs ?? []).map((url) => (
              <div key={url}>
                <ExternalLink href={url} />
              </div>
            ))}
          </Fact>
          <Fact name="Sync options">{app.spec.syncPolicy?.syncOptions?.join(', ') || '–'}</Fact>
        </Facts>
        <Group legend="Delivery" className={s.policy} disabled={change.isPending}>
          <Checkbox
            label="Sync automatically"
            hint="Every new commit is delivered without asking"
            checked={isAuto}
            onChange={(event) => setPolicy(event.target.checked ? { prune: false, selfHeal: false } : null)}
          />
          <Checkbox
            label="Prune"
            hint="Delete what is no longer in Git"
            disabled={!isAuto}
            checked={isAuto && automated.prune === true}
            onChange={(event) => setPolicy({ prune: event.target.checked })}
          />
          <Checkbox
            label="Self-heal"
            hint="Undo changes made in the cluster by hand"
            disabled={!isAuto}
            checked={isAuto && automated.selfHeal === true}
            onChange={(event) => setPolicy({ selfHeal: event.target.checked })}
          />
        </Group>
      </section>
      <section className={s.yaml} aria-label="The application as YAML">
        <YamlPanel
          value={{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', ...app }}
          label={`Application ${app.metadata.name}`}
        />
      </section>
    </div>
  );
}
