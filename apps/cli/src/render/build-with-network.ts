import { buildKustomization, type KustomizeBuildRequest, type KustomizeBuildResult } from '@lotse/kustomize';
import { CliError } from '../cli-error.js';
import { ChartNeeded, KustomizeCharts } from './kustomize-charts.js';
import { RemoteBases, RemoteNeeded } from './remote-bases.js';

/** What a build may reach beside the files of this machine. */
export interface BuildNetwork {
  /** Charts are rendered. */
  readonly enableHelm: boolean;
  /** Remote bases, files and charts are fetched. */
  readonly allowRemote: boolean;
}

/** Fetches for one build at most; a kustomization that needs more leads in circles. */
const MAX_FETCHES = 100;

/** Builds again and again until everything it needs has been fetched: a build itself can't wait. */
export async function buildWithNetwork(
  request: KustomizeBuildRequest,
  { enableHelm, allowRemote }: BuildNetwork,
): Promise<KustomizeBuildResult> {
  const charts = enableHelm ? new KustomizeCharts(allowRemote) : undefined;
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
