import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { chartsQuery, chartVersionsQuery, repositoriesQuery } from '../../api/system.js';
import { Field, Input, TextArea } from '../../kit/field.js';
import type { SourceFieldsProps } from './create-form.js';
import { RepositoryField } from './repository-field.js';
import s from './create-dialog.module.css';

/** A chart of a Helm repository or a registry. What is offered can be typed over: lists help, they don't limit. */
export function ChartSourceFields({ form, problems, set }: SourceFieldsProps) {
  const [isNameWhole, setNameWhole] = useState(false);
  const repositories = useQuery(repositoriesQuery);
  const known = (repositories.data ?? []).filter(({ type }) => type === 'helm');
  const repo = form.chartRepoURL.trim();
  const isKnown = known.some((each) => each.repo === repo && each.registered !== false);
  const charts = useQuery({ ...chartsQuery(repo), enabled: isKnown });
  const chart = form.chart.trim();
  const listed = charts.data?.find(({ name }) => name === chart)?.versions;
  const asked = useQuery({
    ...chartVersionsQuery(repo, chart),
    // a registry doesn't say which charts it has, and is asked only about a name that is whole
    enabled: isKnown && isNameWhole && chart !== '' && charts.data?.length === 0,
  });
  const versions = listed ?? asked.data ?? [];
  const failure = charts.error ?? asked.error;

  return (
    <>
      <RepositoryField
        label="Chart repository"
        hint="https, or oci:// for a registry; those of the settings are offered"
        error={problems.chartRepoURL}
        name="chartRepoURL"
        placeholder="https://charts.example.org"
        value={form.chartRepoURL}
        onChange={(chartRepoURL) => set({ chartRepoURL })}
        known={known}
      />
      <Field label="Chart" error={problems.chart} hint={chartHint(charts)}>
        {(control) => (
          <Input
            {...control}
            name="chart"
            mono
            list="known-charts"
            required
            value={form.chart}
            onChange={(event) => {
              set({ chart: event.target.value });
              setNameWhole(false);
            }}
            onBlur={() => setNameWhole(true)}
            placeholder="podinfo"
          />
        )}
      </Field>
      <datalist id="known-charts">
        {(charts.data ?? []).map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Field
        label="Version"
        hint={
          versions[0] === undefined
            ? 'A version or a range such as ^2.1; empty for the newest'
            : `Newest: ${versions[0]}. A range such as ^2.1 follows; empty for the newest`
        }
      >
        {(control) => (
          <Input
            {...control}
            name="chartVersion"
            mono
            list="known-chart-versions"
            value={form.chartVersion}
            onChange={(event) => set({ chartVersion: event.target.value })}
            placeholder="*"
          />
        )}
      </Field>
      <datalist id="known-chart-versions">
        {versions.map((version) => (
          <option key={version} value={version} />
        ))}
      </datalist>
      {failure ? (
        <p className={s.note} role="status">
          The repository can&apos;t be listed: {failure.message} The names can be typed.
        </p>
      ) : null}
      <div className={s.whole}>
        <Field label="Values" hint="YAML, over the chart's own values">
          {(control) => (
            <TextArea
              {...control}
              name="values"
              rows={5}
              className={s.values}
              value={form.values}
              onChange={(event) => set({ values: event.target.value })}
              placeholder={'replicaCount: 2'}
            />
          )}
        </Field>
      </div>
    </>
  );
}

function chartHint(charts: { isFetching: boolean; data: readonly unknown[] | undefined }): string {
  if (charts.isFetching) return 'Asking the repository…';
  if (charts.data === undefined) return 'The name of the chart';
  if (charts.data.length === 0) return "A registry doesn't list its charts: type the name";
  return charts.data.length === 1 ? 'One chart is offered' : `${charts.data.length} charts are offered`;
}
