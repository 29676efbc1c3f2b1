import { Global, Module } from '@nestjs/common';
import { ChartInterests } from '../charts/chart-interests.js';
import { ChartReach } from './chart-reach.js';
import { CredentialsService } from './credentials.service.js';
import { RepositoryRegistry } from './registry.service.js';
import { RepositoriesController } from './repositories.controller.js';
import { RemoteExchange } from './remote-exchange.js';
import { RepositoryEvents } from './repository-events.js';
import { RepositoryInterests } from './repository-interests.js';
import { RepositoryMirrors } from './repository-mirrors.js';
import { RepositoryPollHandler, RepositoryPoller } from './repository-poller.js';
import { RepositoryStateService } from './repository-state.service.js';
import { RepositoryTemplatesController } from './repository-templates.controller.js';
import { RepositoryService } from './repository.service.js';

/**
 * Git. Others use `RepositoryService` (resolve, locate, tree, pathOids, metadata), say what they follow with
 * `RepositoryInterests.set`, and listen to `RepositoryEvents` (`moved`).
 */
@Global()
@Module({
  controllers: [RepositoriesController, RepositoryTemplatesController],
  providers: [
    ChartInterests,
    ChartReach,
    CredentialsService,
    RemoteExchange,
    RepositoryEvents,
    RepositoryInterests,
    RepositoryMirrors,
    RepositoryPollHandler,
    RepositoryPoller,
    RepositoryRegistry,
    RepositoryService,
    RepositoryStateService,
  ],
  exports: [
    ChartInterests,
    ChartReach,
    CredentialsService,
    RepositoryEvents,
    RepositoryInterests,
    RepositoryPoller,
    RepositoryRegistry,
    RepositoryService,
    RepositoryStateService,
  ],
})
export class RepositoriesModule {}
