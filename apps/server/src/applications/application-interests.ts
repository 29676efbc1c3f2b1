import { Injectable } from '@nestjs/common';
import { allSources, type Application, type ApplicationSource } from '@lotse/gitops';
import { ChartInterests } from '../charts/chart-interests.js';
import { chartOfSource } from '../charts/chart-of-source.js';
import { RepositoryInterests } from '../repositories/repository-interests.js';
import { sameRepository } from '../repositories/repository.service.js';
import { KustomizeRemotes } from './kustomize-remotes.js';

/** Which repositories and charts are asked for news on behalf of which application. */
@Injectable()
export class ApplicationInterests {
  constructor(
    private readonly repositories: RepositoryInterests,
    private readonly charts: ChartInterests,
    private readonly remotes: KustomizeRemotes,
  ) {}

  /** Follows the sources an application has now, and no others. */
  follow({ metadata, spec }: Application): void {
    const name = metadata.name ?? '';
    const owner = ownerOf(name);
    const { project } = spec;
    const sources = allSources(spec).map((source) => ({ source, named: chartOfSource(source) }));
    this.remotes.forget(name);
    this.repositories.set(
      owner,
      sources
        .filter(({ named }) => !named)
        .map(({ source: { repoURL, targetRevision } }) => ({
          url: repoURL,
          revision: targetRevision ?? 'HEAD',
          project,
        })),
    );
    this.charts.set(
      owner,
      sources.flatMap(({ source: { targetRevision, helm }, named }) =>
        named
          ? {
              ...named,
              version: targetRevision ?? '',
              project,
              passCredentials: helm?.passCredentials === true,
            }
          : [],
      ),
    );
  }

  /** The application is gone. */
  forget(name: string): void {
    this.repositories.remove(ownerOf(name));
    this.charts.remove(ownerOf(name));
    this.remotes.forget(name);
  }

  /** The names of those applications that come from a repository, of Git or of charts. */
  usersOf(url: string, applications: readonly Application[]): Set<string> {
    const names = new Set(this.remotes.usersOf(url));
    for (const { metadata, spec } of applications)
      if (allSources(spec).some((source) => isFrom(source, url))) names.add(metadata.name ?? '');
    return names;
  }
}

function ownerOf(name: string): string {
  return `application/${name}`;
}

function isFrom(source: ApplicationSource, url: string): boolean {
  const named = chartOfSource(source);
  return named ? named.repoURL === url : source.repoURL === url || sameRepository(source.repoURL, url);
}
