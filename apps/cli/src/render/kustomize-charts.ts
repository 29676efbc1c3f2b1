import { chartArchiveTree, renderChart, textRenderer } from '@lotse/helm';
import { chartRenderOptions, type InflateHelm } from '@lotse/kustomize';
import { fetchChart } from './fetch-chart.js';

/** A chart of a repository. */
interface Wanted {
  readonly name: string;
  readonly repository: string;
  readonly version: string;
}

/** Thrown in a build, which can't wait: it is done again when the chart is here. */
export class ChartNeeded extends Error {
  readonly chart: Wanted;

  constructor(chart: Wanted) {
    super(`the chart ${chart.name} has to be fetched first`);
    this.chart = chart;
    this.name = 'ChartNeeded';
  }
}

/** What the command line says instead of the kustomization. */
interface ToldToCharts {
  readonly kubeVersion?: string | undefined;
  readonly apiVersions?: readonly string[] | undefined;
}

/** Renders the charts of kustomizations; those of repositories when they may be fetched. */
export class KustomizeCharts {
  readonly #archives = new Map<string, Uint8Array>();
  readonly inflateHelm: InflateHelm;

  constructor(mayFetch: boolean, { kubeVersion, apiVersions }: ToldToCharts = {}) {
    this.inflateHelm = {
      ...(mayFetch && {
        fetch: ({ name = '', repo: repository = '', version = '' }) => {
          const archive = this.#archives.get(keyOf({ name, repository, version }));
          if (!archive) throw new ChartNeeded({ name, repository, version });
          return { tree: chartArchiveTree(archive), path: '' };
        },
      }),
      render: (request) =>
        renderChart({
          ...chartRenderOptions(
            {
              ...request,
              chart: {
                ...request.chart,
                ...(kubeVersion !== undefined && { kubeVersion }),
                ...(apiVersions && { apiVersions: [...apiVersions] }),
              },
            },
            {
              nameFromTemplate: (template) =>
                textRenderer({ missingKey: 'default', ...CHANCE })(template, {}),
              nameSuffix: String(Math.floor(Date.now() / 1000)),
            },
          ),
          tree: request.tree,
          path: request.chartPath,
          ...CHANCE,
        }).text,
    };
  }

  async fetch(chart: Wanted): Promise<void> {
    this.#archives.set(keyOf(chart), await fetchChart(chart.repository, chart.name, chart.version, {}));
  }
}

const CHANCE = { random: () => Math.random(), now: () => Date.now() };

function keyOf({ name, repository, version }: Wanted): string {
  return `${repository}|${name}|${version}`;
}
