import { Module } from '@nestjs/common';
import { ChartFetcher } from './chart-fetcher.port.js';
import { ChartInterests } from './chart-interests.js';
import { ChartPoller } from './chart-poller.js';
import { ChartSources } from './chart-sources.js';
import { ChartService } from './chart.service.js';

/** Charts from Helm repositories and registries. Others inject `ChartFetcher`, and say what they follow with `ChartInterests`. */
@Module({
  providers: [
    ChartInterests,
    ChartPoller,
    ChartService,
    ChartSources,
    { provide: ChartFetcher, useExisting: ChartService },
  ],
  exports: [ChartFetcher, ChartInterests, ChartService],
})
export class ChartsModule {}
