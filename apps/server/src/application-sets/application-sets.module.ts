import { Module } from '@nestjs/common';
import { ApplicationSetService } from './application-set.service.js';
import { ApplicationSetsController } from './application-sets.controller.js';

@Module({ controllers: [ApplicationSetsController], providers: [ApplicationSetService] })
export class ApplicationSetsModule {}
