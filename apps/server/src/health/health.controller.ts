import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../auth/access.js';
import { Readiness } from './readiness.js';

/** Alive: the event loop answers. Ready: requests would be served. */
@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('healthz')
  @Public()
  alive(): string {
    return 'ok';
  }

  @Get('readyz')
  @Public()
  async ready(@Res({ passthrough: true }) response: Response): Promise<string> {
    const failures = await this.readiness.failures();
    if (failures.size === 0) return 'ok';
    response.status(503);
    // Names only: reasons can tell about the inside, and this page is open.
    return `not ready: ${[...failures.keys()].join(', ')}`;
  }
}
