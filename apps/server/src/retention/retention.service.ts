import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ApplicationStore } from '../applications/application-store.js';
import { AuditService } from '../audit/audit.service.js';
import { CONFIG, type Config } from '../config/config.js';
import { HistoryRepository } from '../history/history.repository.js';
import { Logger } from '../logging/logger.js';
import { ManifestRepository } from '../rendering/manifest.repository.js';
import { RenderService } from '../rendering/render.service.js';
import { RepositoryService } from '../repositories/repository.service.js';

const DAY_MS = 86_400_000;
/** Long after a start, when everything is known that is in use, and then a few times a day. */
const SWEEP_EVERY_MS = 6 * 3_600_000;
/** Deployments of an application: years of several a day. A rollback reaches as far as the application's own history. */
const HISTORY_ENTRIES = 5_000;
/** What was deployed by applications that are no more is of interest for a while. */
const HISTORY_OF_DELETED_DAYS = 90;
/** A render that was not made anew for so long is made again when it is needed: that costs a second. */
const RENDER_DAYS = 30;
/** Manifests that nothing points to: made for a look at a revision, or replaced by newer ones. */
const MANIFEST_DAYS = 7;
/** Copies of repositories that no application follows any more. */
const MIRROR_DAYS = 7;

/** Removes what is old and of no use any more, so that a server that runs for years doesn't grow for ever. */
@Injectable()
export class RetentionService implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly store: ApplicationStore,
    private readonly audit: AuditService,
    private readonly history: HistoryRepository,
    private readonly manifests: ManifestRepository,
    private readonly rendering: RenderService,
    private readonly repositories: RepositoryService,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.sweep().catch((error: unknown) =>
        this.logger.warn('Old data could not be removed; it is tried again later', { error }),
      );
    }, SWEEP_EVERY_MS);
    this.#timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  /** @param nowMs what counts as now. */
  async sweep(nowMs = Date.now()): Promise<void> {
    const daysAgo = (days: number): Date => new Date(nowMs - days * DAY_MS);
    const applications = await this.store.list();
    const living = applications.map(({ metadata }) => metadata.uid ?? '');
    const inUse = applications.flatMap(
      ({ status }) => status?.operationState?.syncResult?.manifestDigest ?? [],
    );
    const history = await this.history.sweep(living, daysAgo(HISTORY_OF_DELETED_DAYS), HISTORY_ENTRIES);
    // before the renders that point to them: whoever got such a pointer a moment ago can still follow it
    const manifests = await this.manifests.sweep(daysAgo(MANIFEST_DAYS), inUse);
    const renders = await this.rendering.sweep(daysAgo(RENDER_DAYS));
    const mirrors = await this.repositories.sweep(daysAgo(MIRROR_DAYS));
    const { auditDays } = this.config;
    const audit = auditDays === 0 ? 0 : await this.audit.sweep(daysAgo(auditDays));
    this.logger.info('Old data was removed', { history, manifests, renders, mirrors, audit });
  }
}
