import { Module } from '@nestjs/common';
import { GpgKeysModule } from '../gpg-keys/gpg-keys.module.js';
import { ChartsModule } from '../charts/charts.module.js';
import { HistoryModule } from '../history/history.module.js';
import { RenderingModule } from '../rendering/rendering.module.js';
import { OperationPlanner } from '../sync/operation-planner.js';
import { OperationRunner } from '../sync/operation-runner.js';
import { SyncWindows } from '../sync/sync-windows.js';
import { ApplicationAccess } from './application-access.js';
import { ApplicationAutomation } from './application-automation.js';
import { ApplicationDeletion } from './application-deletion.js';
import { ApplicationEventRecorder } from './application-event-recorder.js';
import { ApplicationFeeds } from './application-feed.js';
import { ApplicationInterests } from './application-interests.js';
import { ApplicationMetrics } from './application-metrics.js';
import { ApplicationReconciler } from './application-reconciler.js';
import { ApplicationStatusWriter } from './application-status-writer.js';
import { ApplicationService } from './application.service.js';
import { ApplicationStore } from './application-store.js';
import { ApplicationViews } from './application-views.service.js';
import { ApplicationsController } from './applications.controller.js';
import { ClusterLookup } from './cluster-lookup.js';
import { DeletionHooks } from './deletion-hooks.js';
import { FirstApplications } from './first-applications.js';
import { KustomizeRemotes } from './kustomize-remotes.js';
import { LocalRepositoryWatch } from './local-repository-watch.js';
import { OperationsController } from './operations.controller.js';
import { SourceResolver } from './source-resolver.js';
import { StreamsController } from './streams.controller.js';
import { ApplicationTopics } from './topics.js';
import { ViewsController } from './views.controller.js';

/** Delivers applications: keeps their status true, runs their operations, shows them. */
@Module({
  imports: [ChartsModule, GpgKeysModule, HistoryModule, RenderingModule],
  controllers: [StreamsController, ApplicationsController, OperationsController, ViewsController],
  providers: [
    ApplicationAccess,
    ApplicationAutomation,
    ApplicationDeletion,
    ApplicationEventRecorder,
    ApplicationFeeds,
    ApplicationInterests,
    ApplicationMetrics,
    ApplicationReconciler,
    ApplicationService,
    ApplicationStatusWriter,
    ApplicationStore,
    ApplicationTopics,
    ApplicationViews,
    ClusterLookup,
    DeletionHooks,
    FirstApplications,
    KustomizeRemotes,
    LocalRepositoryWatch,
    OperationPlanner,
    OperationRunner,
    SourceResolver,
    SyncWindows,
  ],
  exports: [ApplicationReconciler, ApplicationStore],
})
export class ApplicationsModule {}
