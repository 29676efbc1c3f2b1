import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Public } from '../auth/access.js';
import { Authenticator } from '../auth/authenticator.js';
import { Authorizer } from '../auth/authorizer.js';
import { CONFIG, type Config } from '../config/config.js';
import { HttpCodedError } from '../http/status-codes.js';
import { Counters } from './counters.js';

/**
 * Numbers for Prometheus, which name applications and repositories. On loopback they are open, as Prometheus expects it;
 * on a network they are for who may see all applications.
 */
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly counters: Counters,
    private readonly authenticator: Authenticator,
    private readonly authorizer: Authorizer,
  ) {}

  @Get()
  @Public()
  async read(@Req() request: Request, @Res() response: Response): Promise<void> {
    if (this.config.metrics === 'token') await this.#assertAllowed(request);
    response
      .set({ 'Content-Type': this.counters.registry.contentType, 'Cache-Control': 'no-store' })
      .send(await this.counters.registry.metrics());
  }

  async #assertAllowed({ headers }: Request): Promise<void> {
    const shown = await this.authenticator.authenticate(headers);
    if (!shown)
      throw new HttpCodedError(
        401,
        'unauthenticated',
        'Metrics of a server on a network want a token: send "Authorization: Bearer <token>" of an account that may see all applications, or set LOTSE_METRICS=public.',
        { 'WWW-Authenticate': 'Bearer realm="lotse"' },
      );
    await this.authorizer.enforce(shown.principal, 'applications', 'get', '*/*');
  }
}
