import {
  authorizationOf,
  chooseChartVersion,
  exactTag,
  followRedirects,
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
import { CliError, EXIT } from '../cli-error.js';
import { chartTransport, type TlsOptions } from './chart-transport.js';

/** How repositories are reached; the options have Helm's names. */
export interface FetchOptions extends TlsOptions {
  readonly username?: string;
  readonly password?: string;
  readonly passCredentials?: boolean;
  readonly plainHttp?: boolean;
}

/** The archive of a chart of a Helm repository or registry, in the newest version a range allows. */
export async function fetchChart(
  repository: string,
  chart: string,
  version: string,
  options: FetchOptions,
  digest?: string,
): Promise<Uint8Array> {
  const access: RepositoryAccess = {
    transport: chartTransport(options),
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
  const tag = digest ?? exactTag(version) ?? (await newestTag(registry, version));
  if (tag === undefined)
    throw new CliError(`chart "${chart}" version "${version}" not found in ${repository}`);
  return (await registry.archive((await registry.manifest(tag)).layer)).archive;
}

/** The archive of a chart by its own address: `oci://host/path/chart`, with `:version` or `@sha256:…` behind it or not. */
export async function fetchOciChart(
  reference: string,
  version: string,
  options: FetchOptions,
): Promise<Uint8Array> {
  const slash = reference.lastIndexOf('/');
  const [, chart = '', tag, digest] =
    /^([^:@]*)(?::([^@]*))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(reference.slice(slash + 1)) ?? [];
  if (tag !== undefined && version !== '' && version !== tag)
    throw new CliError(`chart reference and version mismatch: ${version} is not ${tag}`, EXIT.usage);
  return fetchChart(reference.slice(0, slash), chart, tag ?? version, options, digest);
}

const MAX_ARCHIVE_BYTES = 64 * 1024 * 1024;
const MAX_VALUES_BYTES = 8 * 1024 * 1024;

/** The archive at an address of its own. */
export async function fetchArchive(url: string, options: FetchOptions): Promise<Uint8Array> {
  return fetchFile(url, options, MAX_ARCHIVE_BYTES);
}

/** Values from the web. */
export async function fetchValues(url: string, options: FetchOptions): Promise<string> {
  return new TextDecoder().decode(await fetchFile(url, options, MAX_VALUES_BYTES));
}

async function fetchFile(url: string, options: FetchOptions, maxBytes: number): Promise<Uint8Array> {
  const authorization = authorizationOf(options);
  const { status, body } = await followRedirects(chartTransport(options), {
    method: 'GET',
    url,
    headers: authorization === undefined ? {} : { Authorization: authorization },
    maxBytes,
  });
  if (status !== 200) throw new CliError(`getting ${url} failed: the server answered ${status}`);
  return body;
}

async function newestTag(registry: OciRegistry, range: string): Promise<string | undefined> {
  const found = newestMatch((await registry.tags()).map(versionOf), range);
  return found === undefined ? undefined : tagOf(found);
}
