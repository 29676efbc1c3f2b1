import { Injectable } from '@nestjs/common';
import { CodedError } from '@lotse/manifests';
import {
  appendHistory,
  primarySource,
  type Application,
  type OperationState,
  type RevisionHistory,
} from '@lotse/gitops';
import { chartOfSource } from '../charts/chart-of-source.js';
import { Logger } from '../logging/logger.js';
import type { RepositoryUse } from '../repositories/repository-use.js';
import { RepositoryService } from '../repositories/repository.service.js';
import { HistoryRepository, type HistoryEntry, type HistoryOwner } from './history.repository.js';

/** A commit message can be a book; its beginning says what it is about. */
const MAX_MESSAGE_LENGTH = 4_000;

/** Keeps every deployment, with who asked for it, what it was made of and what came of each object. */
@Injectable()
export class HistoryService {
  constructor(
    private readonly entries: HistoryRepository,
    private readonly repositories: RepositoryService,
    private readonly logger: Logger,
  ) {}

  /** Records a finished operation; answers the history the application's status shows from now on, when that changes. */
  async record(application: Application, state: OperationState): Promise<RevisionHistory[] | undefined> {
    const { operation, syncResult } = state;
    const { sync } = operation;
    // what never got to manifests, was only tried, or touched a part is no deployment
    if (!sync || sync.dryRun === true || sync.resources || !syncResult?.manifestDigest) return undefined;
    const source = syncResult.source ?? primarySource(application.spec);
    if (!source) return undefined;
    const rollback = sync.rollbackTo === undefined ? {} : { rollbackTo: sync.rollbackTo };
    const finishedAt = state.finishedAt ?? new Date().toISOString();
    const id = await this.entries.add(ownerOf(application), {
      revision: syncResult.revision,
      source,
      inputs: syncResult.inputs ?? [],
      manifestDigest: syncResult.manifestDigest,
      deployStartedAt: state.startedAt,
      deployedAt: finishedAt,
      initiatedBy: operation.initiatedBy ?? {},
      metadata: chartOfSource(source)
        ? {}
        : await this.#commit({ url: source.repoURL, project: application.spec.project }, syncResult.revision),
      phase: state.phase,
      message: state.message ?? '',
      results: syncResult.resources ?? [],
      ...rollback,
    });
    if (state.phase !== 'Succeeded') return undefined;
    return appendHistory(
      application.status?.history ?? [],
      {
        id,
        revision: syncResult.revision,
        source,
        inputs: syncResult.inputs,
        startedAt: state.startedAt,
        finishedAt,
        initiatedBy: operation.initiatedBy,
        ...rollback,
      },
      application.spec.revisionHistoryLimit,
    );
  }

  async list(application: Application, limit: number, before?: number): Promise<HistoryEntry[]> {
    return this.entries.list(application.metadata.uid ?? '', limit, before);
  }

  /** @throws CodedError `history_not_found`. */
  async need(application: Application, id: number): Promise<HistoryEntry> {
    const entry = Number.isSafeInteger(id)
      ? await this.entries.get(application.metadata.uid ?? '', id)
      : undefined;
    if (entry) return entry;
    throw new CodedError(
      'history_not_found',
      `The history of ${application.metadata.name ?? ''} has no entry ${id}. List them with GET /api/v1/applications/${application.metadata.name ?? ''}/history.`,
    );
  }

  /** The repository may be out of reach when a deployment from the history ends: then the commit stays unsaid. */
  async #commit(where: RepositoryUse, revision: string): Promise<HistoryEntry['metadata']> {
    try {
      const { author, authorEmail, date, message } = await this.repositories.metadata(where, revision);
      return {
        author: `${author} <${authorEmail}>`,
        date: date.toISOString(),
        message: message.trim().slice(0, MAX_MESSAGE_LENGTH),
      };
    } catch (error) {
      this.logger.debug('The commit of a deployment could not be read', { revision, error });
      return {};
    }
  }
}

function ownerOf({ metadata, spec }: Application): HistoryOwner {
  return {
    uid: metadata.uid ?? '',
    namespace: metadata.namespace ?? '',
    name: metadata.name ?? '',
    project: spec.project,
  };
}
