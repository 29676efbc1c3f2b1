import { Module } from '@nestjs/common';
import { ChartFetcher } from './chart-fetcher.port.js';
import { ChartListsController } from './chart-lists.controller.js';
import { ChartPoller } from './chart-poller.js';
import { ChartSources } from './chart-sources.js';
import { ChartService } from './chart.service.js';

/** Charts from Helm repositories and registries. Others inject `ChartFetcher`, and say what they follow with `ChartInterests` of the repositories. */
@Module({
  controllers: [ChartListsController],
  providers: [ChartPoller, ChartService, ChartSources, { provide: ChartFetcher, useExisting: ChartService }],
  exports: [ChartFetcher],
})
export class ChartsModule {}
