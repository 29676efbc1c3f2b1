import {
  chooseChartVersion,
  exactTag,
  HttpRepository,
  newestMatch,
  OciRegistry,
  ociRepositoryOf,
  parseChartAddress,
  readChartVersions,
  tagOf,
  versionOf,
  type RepositoryAccess,
} from '@lotse/helm';
import { CliError } from '../cli-error.js';
import { chartTransport } from './chart-transport.js';

/** How repositories are reached; the options have Helm's names. */
export interface FetchOptions {
  readonly username?: string;
  readonly password?: string;
  readonly passCredentials?: boolean;
  readonly insecureSkipTlsVerify?: boolean;
  readonly plainHttp?: boolean;
}

/** The archive of a chart of a Helm repository or registry, in the newest version a range allows. */
export async function fetchChart(
  repository: string,
  chart: string,
  version: string,
  options: FetchOptions,
): Promise<Uint8Array> {
  const access: RepositoryAccess = {
    transport: chartTransport(options.insecureSkipTlsVerify === true),
    credentials: { username: options.username, password: options.password },
    passCredentials: options.passCredentials === true,
  };
  const address = parseChartAddress(repository);
  if (address.kind === 'http') {
    const remote = new HttpRepository(address.url, access);
    const index = await remote.index();
    const versions = readChartVersions(new TextDecoder().decode(index?.body), chart) ?? [];
    return (await remote.archive(chooseChartVersion(new Map([[chart, versions]]), chart, version))).archive;
  }
  const origin = `${options.plainHttp === true ? 'http' : 'https'}://${address.registry}`;
  const registry = new OciRegistry(origin, ociRepositoryOf(address.path, chart), access);
  const tag = exactTag(version) ?? (await newestTag(registry, version));
  if (tag === undefined)
    throw new CliError(`chart "${chart}" version "${version}" not found in ${repository}`);
  return (await registry.archive((await registry.manifest(tag)).layer)).archive;
}

/** The archive of a chart by its own address: `oci://host/path/chart`. */
export async function fetchOciChart(
  reference: string,
  version: string,
  options: FetchOptions,
): Promise<Uint8Array> {
  const slash = reference.lastIndexOf('/');
  return fetchChart(reference.slice(0, slash), reference.slice(slash + 1), version, options);
}

async function newestTag(registry: OciRegistry, range: string): Promise<string | undefined> {
  const found = newestMatch((await registry.tags()).map(versionOf), range);
  return found === undefined ? undefined : tagOf(found);
}
