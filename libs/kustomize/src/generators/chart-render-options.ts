import { isJsonObject, type JsonObject } from '@lotse/manifests';
import type { HelmInflationRequest } from './helm-charts.js';

/** What `helm template` gets for an entry of `helmCharts`. */
export interface ChartRenderOptions {
  readonly releaseName: string;
  readonly namespace: string;
  readonly values: { kind: 'object'; name: string; value: JsonObject }[];
  readonly includeCrds: boolean;
  readonly skipTests: boolean;
  readonly noHooks: boolean;
  readonly kubeVersion?: string;
  readonly apiVersions?: readonly string[];
}

/** What an entry does not say itself. */
export interface ChartRenderDefaults {
  readonly kubeVersion?: string | undefined;
  readonly apiVersions?: readonly string[] | undefined;
  /** Makes the name of a release from a template. */
  readonly nameFromTemplate: (template: string) => string;
  /** The end of a name where the entry has none. */
  readonly nameSuffix: string;
}

/** Options for rendering a chart as `kustomize build --enable-helm` lets helm do it. */
export function chartRenderOptions(
  { chart, values }: HelmInflationRequest,
  defaults: ChartRenderDefaults,
): ChartRenderOptions {
  if (chart.releaseName && chart.nameTemplate)
    throw new Error('cannot set --name-template and also specify a name');
  const kubeVersion = chart.kubeVersion || defaults.kubeVersion;
  const apiVersions = chart.apiVersions?.length ? chart.apiVersions : defaults.apiVersions;
  return {
    releaseName: chart.nameTemplate
      ? defaults.nameFromTemplate(chart.nameTemplate)
      : chart.releaseName || `${chart.name ?? 'chart'}-${defaults.nameSuffix}`,
    namespace: chart.namespace || 'default',
    values: values.map((value) => ({
      kind: 'object',
      name: 'values',
      value: isJsonObject(value) ? value : {},
    })),
    includeCrds: chart.includeCRDs === true,
    skipTests: chart.skipTests === true,
    noHooks: chart.skipHooks === true,
    ...(kubeVersion !== undefined && { kubeVersion }),
    ...(apiVersions && { apiVersions }),
  };
}
