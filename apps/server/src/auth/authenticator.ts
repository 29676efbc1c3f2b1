import type { IncomingHttpHeaders } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { readCookie } from '../http/cookies.js';
import type { Principal } from './principal.js';
import { sessionCookieName } from './session-cookie.js';
import { SessionService } from './sessions/session.service.js';

/** Who a request is from, and how it was shown: what rides on a cookie needs a check of its origin. */
export interface Authentication {
  readonly principal: Principal;
  readonly by: 'bearer' | 'cookie';
}

/** Reads the bearer token or the session cookie of a request. */
@Injectable()
export class Authenticator {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly sessions: SessionService,
  ) {}

  /** Undefined when nothing valid was shown. A wrong bearer token is never made good by a cookie. */
  async authenticate(headers: IncomingHttpHeaders): Promise<Authentication | undefined> {
    if (headers.authorization !== undefined) {
      const token = /^bearer\s+(\S+)$/i.exec(headers.authorization)?.[1];
      const principal = token === undefined ? undefined : await this.sessions.authenticate(token);
      return principal && { principal, by: 'bearer' };
    }
    const cookie = readCookie(headers, sessionCookieName(this.config));
    const principal = cookie === undefined ? undefined : await this.sessions.authenticate(cookie);
    return principal && { principal, by: 'cookie' };
  }

  /** For sockets: a token as such. */
  async authenticateToken(token: string): Promise<Principal | undefined> {
    return this.sessions.authenticate(token);
  }
}
