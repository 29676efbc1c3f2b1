import { Global, Module } from '@nestjs/common';
import { Counters } from './counters.js';
import { MetricsController } from './metrics.controller.js';

@Global()
@Module({ controllers: [MetricsController], providers: [Counters], exports: [Counters] })
export class MetricsModule {}
