import { buildKustomization, type KustomizeBuildRequest, type KustomizeBuildResult } from '@lotse/kustomize';
import { CliError } from '../cli-error.js';

/** What a build may reach beside the files of this machine. */
export interface BuildNetwork {
  /** Charts are rendered. */
  readonly enableHelm: boolean;
  /** Remote bases, files and charts are fetched. */
  readonly allowRemote: boolean;
  /** What charts are told, whatever the kustomization says. */
  readonly kubeVersion?: string | undefined;
  readonly apiVersions?: readonly string[] | undefined;
}

/** Fetches for one build at most; a kustomization that needs more leads in circles. */
const MAX_FETCHES = 100;

/** Builds again and again until everything it needs has been fetched: a build itself can't wait. */
export async function buildWithNetwork(
  request: KustomizeBuildRequest,
  { enableHelm, allowRemote, kubeVersion, apiVersions }: BuildNetwork,
): Promise<KustomizeBuildResult> {
  if (!enableHelm && !allowRemote) return buildKustomization(request);
  // Loaded when asked for: most builds need neither.
  const { ChartNeeded, KustomizeCharts } = await import('./kustomize-charts.js');
  const { RemoteBases, RemoteNeeded } = await import('./remote-bases.js');
  const charts = enableHelm ? new KustomizeCharts(allowRemote, { kubeVersion, apiVersions }) : undefined;
  const bases = allowRemote ? new RemoteBases() : undefined;
  try {
    for (let fetches = 0; fetches <= MAX_FETCHES; fetches++) {
      try {
        return buildKustomization({
          ...request,
          inflateHelm: charts?.inflateHelm,
          resolveRemote: bases?.resolveRemote,
          readRemote: bases?.readRemote,
        });
      } catch (error) {
        if (error instanceof RemoteNeeded) await bases?.fetch(error.address);
        else if (error instanceof ChartNeeded) await charts?.fetch(error.chart);
        else throw error;
      }
    }
    throw new CliError(`the kustomization needs more than ${MAX_FETCHES} addresses`);
  } finally {
    bases?.dispose();
  }
}
