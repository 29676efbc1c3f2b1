/** A chart somebody needs, as an application or a `Chart.yaml` names it. */
export interface ChartRequest {
  /** `https://…` of a Helm repository, or `oci://…` (also without scheme) of a registry. */
  readonly repoURL: string;
  /** Name in the repository; in a registry what follows the address. */
  readonly chart: string;
  /** A version, a range of them, or empty for the newest release. */
  readonly version: string;
  /** The project it is for: its `sourceRepos` and its credentials count. */
  readonly project: string;
  /** The address that `sourceRepos` have to allow, where it is not `repoURL`. */
  readonly permittedAs?: string;
  /** Sends the repository's credentials to other hosts, too, where its index names them. */
  readonly passCredentials?: boolean;
  /** Asks the repository now, whatever is known. */
  readonly refresh?: boolean;
}

/** A chart on this machine. */
export interface FetchedChart {
  /** The version a range came to. */
  readonly version: string;
  /** SHA-256 of the archive in hex: the same digest is the same content. */
  readonly digest: string;
  /** File with the archive (.tgz). It may go once the caller is done: read it soon, or ask again. */
  readonly archive: string;
}

/** Fetches charts from Helm repositories and OCI registries. Inject it by this class. */
export abstract class ChartFetcher {
  /** @throws CodedError saying what is wrong with the project, the repository, the chart or the version. */
  abstract fetchChart(request: ChartRequest): Promise<FetchedChart>;
}
