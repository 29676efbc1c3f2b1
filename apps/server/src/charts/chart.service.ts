import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type ChartAddress, parseChartAddress, type RepositoryAccess } from '@lotse/helm';
import { CONFIG, type Config } from '../config/config.js';
import { redactText } from '../logging/redact.js';
import { Counters } from '../metrics/counters.js';
import { ChartReach } from '../repositories/chart-reach.js';
import { CredentialsService } from '../repositories/credentials.service.js';
import type { GitRemote } from '../repositories/git/git-client.port.js';
import { heldKey } from '../repositories/repository-use.js';
import { RepositoryStateService } from '../repositories/repository-state.service.js';
import { ChartFetcher, type ChartRequest, type FetchedChart } from './chart-fetcher.port.js';
import { ChartFiles } from './chart-files.js';
import { type ChartInterest, ChartInterests } from './chart-interests.js';
import { chartKey } from './chart-key.js';
import { ChartMetrics } from './chart-metrics.js';
import type { Freshness } from './chart-origin.js';
import { ChartRepository } from './chart-repository.js';
import { ChartSources } from './chart-sources.js';
import { guardedTransport } from './guarded-transport.js';
import { HttpOrigin } from './http-origin.js';
import type { ListedChart } from './index-protocol.js';
import { IndexReader } from './index-reader.js';
import { OciOrigin } from './oci-origin.js';

/** Indexes and archives on disk. */
const MAX_CACHE_BYTES = 1024 * 1024 * 1024;
/** Without the poller (nobody follows the repository) what is known is good for this many poll intervals. */
const STALE_INTERVALS = 2;
/** Changed credentials count after this long. */
const CREDENTIALS_MS = 2_000;
/** Repositories held in memory, with all credentials they are reached with. */
const MAX_HELD = 2_000;
/** Hosts that are this machine: registries there have no certificate. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/;

/** Charts for the rest of the server, from Helm repositories and registries; see `ChartFetcher`. */
@Injectable()
export class ChartService extends ChartFetcher implements OnApplicationShutdown {
  readonly #held = new Map<string, ChartRepository>();
  readonly #remotes = new Map<string, { readonly at: number; readonly remote: Promise<GitRemote> }>();
  readonly #files: ChartFiles;
  readonly #reader = new IndexReader();
  readonly #metrics: ChartMetrics;
  readonly #stopping = new AbortController();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    counters: Counters,
    private readonly credentials: CredentialsService,
    private readonly states: RepositoryStateService,
    private readonly interests: ChartInterests,
    private readonly sources: ChartSources,
    reach: ChartReach,
  ) {
    super();
    reach.test = (repoURL, project) => this.test(repoURL, project);
    this.#files = new ChartFiles(join(config.dataDir, 'charts'), MAX_CACHE_BYTES);
    this.#metrics = new ChartMetrics(counters);
  }

  override async fetchChart(request: ChartRequest): Promise<FetchedChart> {
    const { project, permittedAs } = request;
    const repoURL = await this.sources.address(request.repoURL, project);
    this.sources.assertPermitted(permittedAs ?? repoURL, project);
    const repository = await this.#repository(repoURL, project, request.passCredentials === true);
    const freshness = this.#freshness(repoURL, request.refresh === true);
    return repository.fetch(request, freshness, this.config.pollIntervalMs);
  }

  /** The charts of a Helm repository, for pickers. */
  async charts(repoURL: string, project: string): Promise<readonly ListedChart[]> {
    const repository = await this.#repository(repoURL, project, false);
    return repository.charts(this.#freshness(repoURL, false));
  }

  /** The versions of one chart, newest first in a Helm repository, in a registry as it lists them. */
  async versions(repoURL: string, project: string, chart: string): Promise<readonly string[]> {
    const repository = await this.#repository(repoURL, project, false);
    return repository.versions(chart, this.#freshness(repoURL, false));
  }

  /** Tries to reach a repository with the credentials it has now. */
  async test(repoURL: string, project: string): Promise<void> {
    this.#remotes.clear();
    await (await this.#repository(repoURL, project, false)).test();
  }

  /** Asks again for followed charts of one repository. Answers which of them lead elsewhere now, or all after a failure. */
  async poll(followed: readonly ChartInterest[]): Promise<readonly ChartInterest[]> {
    const groups = new Map<ChartRepository, ChartInterest[]>();
    for (const interest of followed) {
      const repository = await this.#repository(interest.repoURL, interest.project, interest.passCredentials);
      groups.set(repository, [...(groups.get(repository) ?? []), interest]);
    }
    const moved: ChartInterest[] = [];
    for (const [repository, group] of groups) {
      const wanted = await repository.poll(group);
      const names = new Set((wanted ?? group).map(({ chart, version }) => `${chart} ${version}`));
      moved.push(...group.filter(({ chart, version }) => names.has(`${chart} ${version}`)));
    }
    return moved;
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopping.abort();
    await this.#reader.close();
  }

  #freshness(repoURL: string, refresh: boolean): Freshness {
    const isFollowed = this.interests.isFollowed(chartKey(parseChartAddress(repoURL)));
    const maxAgeMs = refresh
      ? 0
      : isFollowed
        ? Number.POSITIVE_INFINITY
        : this.config.pollIntervalMs * STALE_INTERVALS;
    return { askedAt: Date.now(), maxAgeMs };
  }

  async #repository(repoURL: string, project: string, passCredentials: boolean): Promise<ChartRepository> {
    const address = parseChartAddress(repoURL);
    const where = credentialsUrl(address);
    const scope = this.credentials.scopeOf(where, project);
    const remote = await this.#remote(where, scope);
    const key = heldKey(chartKey(address), scope);
    const seen = JSON.stringify([key, { ...remote, url: '' }, passCredentials]);
    const space = createHash('sha256').update(seen).digest('hex').slice(0, 24);
    const known = this.#held.get(space);
    if (known) return known;
    const repository = this.#make(address, key, space, remote, passCredentials);
    if (this.#held.size >= MAX_HELD) this.#held.clear();
    this.#held.set(space, repository);
    return repository;
  }

  #make(
    address: ChartAddress,
    key: string,
    space: string,
    remote: GitRemote,
    passCredentials: boolean,
  ): ChartRepository {
    const access: RepositoryAccess = {
      transport: guardedTransport({
        allowInside: this.config.allowLocalRepositories,
        insecure: remote.insecure,
        signal: this.#stopping.signal,
      }),
      credentials: remote.credentials,
      passCredentials,
    };
    const measure = this.#metrics.of(chartKey(address));
    const origin =
      address.kind === 'http'
        ? new HttpOrigin(address.url, space, access, { files: this.#files, reader: this.#reader, measure })
        : new OciOrigin(originOf(address.registry, remote.plainHttp === true), address.path, access, measure);
    const driver = address.kind === 'http' ? 'helm' : 'oci';
    return new ChartRepository(key, space, origin, this.#files, {
      succeeded: (what) => this.states.succeeded(key, what, driver, ''),
      failed: (error) =>
        this.states.failed(
          key,
          redactText(error instanceof Error ? error.message : String(error)),
          driver,
          '',
        ),
    });
  }

  async #remote(where: string, scope: string): Promise<GitRemote> {
    const key = heldKey(where, scope);
    const known = this.#remotes.get(key);
    if (known && Date.now() - known.at < CREDENTIALS_MS) return known.remote;
    const remote = this.credentials.remoteFor(where, scope);
    if (this.#remotes.size >= MAX_HELD) this.#remotes.clear();
    this.#remotes.set(key, { at: Date.now(), remote });
    remote.catch(() => this.#remotes.delete(key));
    return remote;
  }
}

/** The address credentials are registered for. */
function credentialsUrl(address: ChartAddress): string {
  return address.kind === 'http' ? address.url : chartKey(address);
}

function originOf(registry: string, plainHttp: boolean): string {
  return `${plainHttp || LOOPBACK.test(registry) ? 'http' : 'https'}://${registry}`;
}
