import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { UserRecord } from '../accounts/user.entity.js';
import { HttpCodedError } from '../http/status-codes.js';
import { Counters } from '../metrics/counters.js';
import { LoginLimit } from './login-limit.js';
import { verifyPassword } from './passwords/password-hash.js';
import { type IssuedCredential, SESSION_LIFETIME_MS, SessionService } from './sessions/session.service.js';

/** How many passwords are hashed at once: each takes a processor for a tenth of a second and 32 MiB. */
const MAX_PARALLEL = 4;

/** Signs people in. */
@Injectable()
export class LoginService {
  readonly #limit = new LoginLimit();
  #running = 0;

  constructor(
    private readonly source: DataSource,
    private readonly sessions: SessionService,
    private readonly counters: Counters,
  ) {}

  /** A new session. @throws HttpCodedError 401 with one text for every reason, 429 with the time to wait. */
  async login(name: string, password: string, address: string): Promise<IssuedCredential> {
    const waitMs = this.#limit.waitMs(name, address);
    if (waitMs > 0 || this.#running >= MAX_PARALLEL) throw tooMany(Math.max(waitMs, 1_000));
    this.#running++;
    try {
      const user = await this.source.getRepository(UserRecord).findOneBy({ name });
      const right = await verifyPassword(
        password,
        user?.enabled ? (user.passwordHash ?? undefined) : undefined,
      );
      this.counters.logins.inc({ outcome: right ? 'succeeded' : 'failed' });
      if (!right) {
        this.#limit.failed(name, address);
        throw new HttpCodedError(
          401,
          'login_unauthenticated',
          'Signing in failed: the name or the password is wrong.',
        );
      }
      this.#limit.succeeded(name, address);
      return await this.sessions.issue('session', name, SESSION_LIFETIME_MS);
    } finally {
      this.#running--;
    }
  }
}

function tooMany(waitMs: number): HttpCodedError {
  const seconds = Math.ceil(waitMs / 1_000);
  return new HttpCodedError(
    429,
    'login_too_many',
    `Too many tries to sign in. Wait ${seconds} s and try again.`,
    { 'Retry-After': String(seconds) },
  );
}
