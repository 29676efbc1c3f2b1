import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../auth/access.js';
import { Counters } from './counters.js';

/** Numbers for Prometheus. Open, as Prometheus expects it; they name repositories and apps but hold no content. */
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(private readonly counters: Counters) {}

  @Get()
  @Public()
  async read(@Res() response: Response): Promise<void> {
    response
      .set('Content-Type', this.counters.registry.contentType)
      .send(await this.counters.registry.metrics());
  }
}
