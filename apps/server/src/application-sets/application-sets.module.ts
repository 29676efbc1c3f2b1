import { Module } from '@nestjs/common';
import { ApplicationsModule } from '../applications/applications.module.js';
import { GpgKeysModule } from '../gpg-keys/gpg-keys.module.js';
import { ApplicationSetReconciler } from './application-set-reconciler.js';
import { ApplicationSetService } from './application-set.service.js';
import { ApplicationSetsController } from './application-sets.controller.js';
import { SetGenerator } from './set-generator.js';

/** Keeps the applications of ApplicationSets, and serves the sets over REST. */
@Module({
  imports: [ApplicationsModule, GpgKeysModule],
  controllers: [ApplicationSetsController],
  providers: [ApplicationSetReconciler, ApplicationSetService, SetGenerator],
})
export class ApplicationSetsModule {}
