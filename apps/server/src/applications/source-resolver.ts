import { Injectable } from '@nestjs/common';
import { CodedError, type KubeObject } from '@lotse/manifests';
import {
  renderedSources,
  type Application,
  type ApplicationSource,
  type SourceInput,
  type SourceType,
} from '@lotse/gitops';
import { ClusterHost, IN_CLUSTER } from '../cluster/cluster-host.js';
import { ChartFetcher, type ChartRequest } from '../charts/chart-fetcher.port.js';
import { chartOfSource } from '../charts/chart-of-source.js';
import { ManifestRepository } from '../rendering/manifest.repository.js';
import type { RenderHelp } from '../rendering/render-pool.js';
import { RenderService } from '../rendering/render.service.js';
import { withoutRepeats } from '../rendering/source-inputs.js';
import { revisionOf, type SentFiles, type SourceLocation } from '../rendering/source-tree.js';
import type { GitFileTree, GitTreeLocation } from '../repositories/git/objects/git-file-tree.js';
import { isCorruption } from '../repositories/git/git.errors.js';
import type { RepositoryUse } from '../repositories/repository-use.js';
import { RepositoryService } from '../repositories/repository.service.js';
import { BUILD_OPTIONS_MAP, buildOptionsOf } from './build-options.js';
import { ClusterLookup } from './cluster-lookup.js';
import { KustomizeRemotes } from './kustomize-remotes.js';
import { KUBERNETES_VERSION } from './kubernetes-version.js';
import type { DeliveredCommit } from '../gpg-keys/signature-policy.js';
import { assertPermitted } from './project-rules.js';

/** What a revision of an application's source came to. */
export interface ResolvedSource {
  readonly revision: string;
  /** Of each source, where there are several. */
  readonly revisions?: readonly string[];
  readonly source: ApplicationSource;
  /** Every commit something was read from, those of sources that only lend their files among them. */
  readonly commits: readonly DeliveredCommit[];
  /** What was used of other repositories, for people to see. */
  readonly inputs: readonly SourceInput[];
  readonly digest: string;
  readonly sourceType: SourceType;
  readonly warnings: readonly string[];
  readonly objects: readonly KubeObject[];
}

/** Trees of commits kept open: the many applications of one repository ask for the same one. */
const KEPT_TREES = 16;

/** From an application to the manifests of a revision: resolves, fetches, renders; each only when needed. */
@Injectable()
export class SourceResolver {
  readonly #trees = new Map<string, GitFileTree>();
  #apiVersions: { generation: number; list: readonly string[] } = { generation: -1, list: [] };

  constructor(
    private readonly repositories: RepositoryService,
    private readonly rendering: RenderService,
    private readonly manifests: ManifestRepository,
    private readonly host: ClusterHost,
    private readonly charts: ChartFetcher,
    private readonly lookups: ClusterLookup,
    private readonly remotes: KustomizeRemotes,
  ) {}

  /**
   * @param revision overrides the one of the source.
   * @param sent files in place of those of the source.
   * @throws CodedError saying what is wrong with the destination, the project, the repository, the revision or the manifests.
   */
  async resolve(
    application: Application,
    options: {
      revision?: string | undefined;
      source?: ApplicationSource | undefined;
      refresh?: boolean;
      fresh?: boolean;
      sent?: SentFiles;
    } = {},
  ): Promise<ResolvedSource> {
    assertDestination(application);
    assertPermitted(application, this.host.client, options.source);
    const [source, ...others] = options.source ? [options.source] : renderedSources(application.spec);
    if (!source) throw new CodedError('source_missing', 'The application has no source. Set spec.source.');
    const refs = await this.#refs(application, options.refresh === true);
    if (!options.sent) this.lookups.forget(application.metadata.name ?? '');
    const first = await this.#render(
      application,
      source,
      options.revision || source.targetRevision,
      refs,
      options,
    );
    const lent = (application.spec.sources ?? []).flatMap(({ ref, repoURL, targetRevision }) => {
      const commit = ref === undefined ? undefined : refs[ref]?.commit;
      return commit === undefined ? [] : [{ repoURL, revision: targetRevision ?? 'HEAD', commit }];
    });
    if (others.length === 0)
      return {
        ...first,
        commits: [...first.commits, ...lent],
        inputs: withoutRepeats([...first.inputs, ...lent]),
      };
    const parts = [first];
    for (const other of others)
      parts.push(await this.#render(application, other, other.targetRevision, refs, options));
    const digest = await this.manifests.put(JSON.stringify(parts.flatMap(({ objects }) => objects)));
    const warnings = parts.flatMap((part) => part.warnings);
    const revisions = parts.map((part) => part.revision);
    const commits = [...parts.flatMap((part) => part.commits), ...lent];
    const inputs = withoutRepeats([...parts.flatMap((part) => part.inputs), ...lent]);
    const objects = await this.manifests.get(digest);
    return { ...first, commits, inputs, revisions, digest, warnings, objects };
  }

  async #render(
    application: Application,
    source: ApplicationSource,
    wanted: string | undefined,
    refs: Record<string, GitTreeLocation>,
    options: { refresh?: boolean; fresh?: boolean; sent?: SentFiles },
  ): Promise<ResolvedSource> {
    const where = { url: source.repoURL, project: application.spec.project };
    const { location, tree } = options.sent
      ? { location: options.sent, tree: undefined }
      : await this.#locate(where, source, wanted, options.refresh === true);
    const rendering = this.rendering.render(
      {
        source,
        location,
        ...(Object.keys(refs).length > 0 && { refs }),
        application: {
          name: application.metadata.name ?? '',
          namespace: application.spec.destination.namespace ?? '',
          project: application.spec.project,
        },
        kubeVersion: KUBERNETES_VERSION,
        apiVersions: this.#served(),
        ...this.#buildOptions(),
      },
      tree,
      {
        fresh: options.fresh === true,
        help: {
          ...this.#help(application, source, options.fresh === true),
          ...this.remotes.of(application, options.refresh === true),
        },
      },
    );
    const rendered = await rendering.catch(async (error: unknown) => {
      // Objects that can't be read: the next try finds a mirror that was made anew.
      if (isCorruption(error)) await this.repositories.repair(where);
      throw error;
    });
    const commits =
      'commit' in location
        ? [{ repoURL: source.repoURL, revision: wanted || 'HEAD', commit: location.commit }]
        : [];
    return {
      revision: revisionOf(location),
      source,
      commits: [...commits, ...rendered.remotes],
      inputs: rendered.inputs,
      digest: rendered.digest,
      sourceType: rendered.sourceType,
      warnings: rendered.warnings,
      objects: await this.manifests.get(rendered.digest),
    };
  }

  async #locate(
    where: { url: string; project: string },
    source: ApplicationSource,
    wanted: string | undefined,
    refresh: boolean,
  ): Promise<{ location: SourceLocation; tree: GitFileTree | undefined }> {
    const named = chartOfSource(source);
    if (named) {
      const request: ChartRequest = {
        ...named,
        version: wanted ?? '',
        project: where.project,
        permittedAs: source.repoURL,
        passCredentials: source.helm?.passCredentials === true,
        refresh,
      };
      return { location: await this.charts.fetchChart(request), tree: undefined };
    }
    const { commit } = await this.repositories.resolve(where, wanted || 'HEAD', { refresh });
    const location = await this.repositories.locate(where, commit);
    return { location, tree: await this.#tree(where, location) };
  }

  /** The operator's options for kustomizations, where Argo CD has them. */
  #buildOptions(): { buildOptions?: string } {
    const buildOptions = buildOptionsOf(this.host.client.getNow(BUILD_OPTIONS_MAP));
    return buildOptions === undefined ? {} : { buildOptions };
  }

  #help(application: Application, source: ApplicationSource, refresh: boolean): RenderHelp {
    return {
      lookup: this.lookups.of(application),
      fetchCharts: async (needs) => {
        const fetched = needs.map(async ({ key, repository, name, version }) => {
          const chart = await this.charts.fetchChart({
            repoURL: repository,
            chart: name,
            version,
            project: application.spec.project,
            passCredentials: source.helm?.passCredentials === true,
            refresh,
          });
          return [key, chart] as const;
        });
        return Object.fromEntries(await Promise.all(fetched));
      },
    };
  }

  /** Trees of `spec.sources` that only lend their files, by their ref. */
  async #refs(application: Application, refresh: boolean): Promise<Record<string, GitTreeLocation>> {
    const refs: Record<string, GitTreeLocation> = Object.create(null) as Record<string, GitTreeLocation>;
    for (const lent of application.spec.sources ?? []) {
      const { ref, repoURL, targetRevision } = lent;
      if (!ref) continue;
      if (chartOfSource(lent))
        throw new CodedError(
          'source_ref_invalid',
          `The source $${ref} is a chart, and charts can't lend their files. Give ref to a source in Git.`,
        );
      const where = { url: repoURL, project: application.spec.project };
      const { commit } = await this.repositories.resolve(where, targetRevision ?? 'HEAD', { refresh });
      refs[ref] = await this.repositories.locate(where, commit);
    }
    return refs;
  }

  async #tree(where: RepositoryUse, location: GitTreeLocation): Promise<GitFileTree> {
    const key = `${location.gitDir} ${location.commit}`;
    const known = this.#trees.get(key);
    if (known) return known;
    const tree = await this.repositories.tree(where, location.commit);
    this.#trees.set(key, tree);
    for (const oldest of this.#trees.keys()) {
      if (this.#trees.size <= KEPT_TREES) break;
      this.#trees.delete(oldest);
    }
    return tree;
  }

  #served(): readonly string[] {
    const { registry } = this.host.cluster;
    if (this.#apiVersions.generation !== registry.generation) {
      const list = new Set<string>();
      for (const { group, version, kind } of registry.all()) {
        const apiVersion = group ? `${group}/${version}` : version;
        list.add(apiVersion).add(`${apiVersion}/${kind}`);
      }
      this.#apiVersions = { generation: registry.generation, list: [...list].sort() };
    }
    return this.#apiVersions.list;
  }
}

function assertDestination({ spec: { destination } }: Application): void {
  const { server, name } = destination;
  if (server === IN_CLUSTER || name === 'in-cluster') return;
  throw new CodedError(
    'destination_unsupported',
    `The destination ${JSON.stringify(server ?? name ?? '')} is not known. Use ${IN_CLUSTER} (or the name in-cluster), the built-in cluster.`,
  );
}
