import { Module } from '@nestjs/common';
import { ApplicationsModule } from '../applications/applications.module.js';
import { HistoryModule } from '../history/history.module.js';
import { RenderingModule } from '../rendering/rendering.module.js';
import { RetentionService } from './retention.service.js';

@Module({ imports: [ApplicationsModule, HistoryModule, RenderingModule], providers: [RetentionService] })
export class RetentionModule {}
