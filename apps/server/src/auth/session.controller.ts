import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { AuditService } from '../audit/audit.service.js';
import { CONFIG, type Config } from '../config/config.js';
import { HttpCodedError } from '../http/status-codes.js';
import { CurrentPrincipal, Public, SignedIn } from './access.js';
import { isSameOrigin } from '../http/origin.js';
import { ADMIN } from './admin-account.js';
import { LoginService } from './login.service.js';
import { MAX_PASSWORD_LENGTH } from './passwords/password-hash.js';
import type { Principal } from './principal.js';
import { clearSessionCookie, setSessionCookie } from './session-cookie.js';
import { type IssuedCredential, SESSION_LIFETIME_MS, SessionService } from './sessions/session.service.js';

const passwordLogin = z.object({
  username: z.string().min(1).max(128).refine(isPrintable, 'has control characters'),
  password: z.string().min(1).max(MAX_PASSWORD_LENGTH),
});
/** By name and password, or with the token of the link that the start prints. */
const loginSchema = z.union([passwordLogin, z.object({ oneTimeToken: z.string().min(1).max(128) })]);
type Login = z.output<typeof loginSchema>;

/** Signing in and out. */
@ApiTags('session')
@Controller()
export class SessionController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly logins: LoginService,
    private readonly sessions: SessionService,
    private readonly audit: AuditService,
  ) {}

  @Post('api/v1/session')
  @Public()
  @HttpCode(200)
  async create(
    @Body({ schema: loginSchema }) login: Login,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ token: string }> {
    // A form on another site must not sign somebody in either.
    if (!isSameOrigin(request.headers, this.config.publicUrl))
      throw new HttpCodedError(
        403,
        'origin_forbidden',
        "This request comes from another site's page and was refused.",
      );
    const who = 'username' in login ? login.username : ADMIN;
    try {
      const issued =
        'username' in login
          ? await this.logins.login(login.username, login.password, request.ip ?? '')
          : await this.#byLink(login.oneTimeToken);
      setSessionCookie(response, this.config, issued.token, issued.expiresAt);
      response.set('Cache-Control', 'no-store');
      await this.audit.record({
        actor: who,
        action: 'session.create',
        object: who,
        outcome: 'success',
        request,
      });
      return { token: issued.token };
    } catch (error) {
      await this.audit.record({
        actor: who,
        action: 'session.create',
        object: who,
        outcome: 'failure',
        request,
      });
      throw error;
    }
  }

  @Get('api/v1/session/userinfo')
  @SignedIn()
  userInfo(@CurrentPrincipal() principal: Principal): {
    loggedIn: true;
    username: string;
    iss: string;
    groups: readonly string[];
  } {
    return { loggedIn: true, username: principal.subject, iss: 'lotse', groups: principal.groups };
  }

  @Delete('api/v1/session')
  @SignedIn()
  @HttpCode(200)
  async delete(
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ token: '' }> {
    await this.sessions.revoke(principal.credentialId);
    clearSessionCookie(response, this.config);
    return { token: '' };
  }

  /** The link printed at the start: works once, then leads to the dashboard. */
  @Get('auth/once/:token')
  @Public()
  async once(
    @Param('token') token: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    response.set('Cache-Control', 'no-store');
    const issued = await this.#byLink(token).catch(() => undefined);
    await this.audit.record({
      actor: ADMIN,
      action: 'session.create',
      object: ADMIN,
      outcome: issued ? 'success' : 'failure',
      request,
      detail: { by: 'link' },
    });
    if (issued) setSessionCookie(response, this.config, issued.token, issued.expiresAt);
    response.redirect(303, issued ? '/' : '/login?link=used');
  }

  async #byLink(token: string): Promise<IssuedCredential> {
    const user = await this.sessions.redeemLink(token);
    if (user === undefined)
      throw new HttpCodedError(
        401,
        'link_unauthenticated',
        'This link was used already or is too old. Sign in with the password, or start the server again for another link.',
      );
    return this.sessions.issue('session', user, SESSION_LIFETIME_MS);
  }
}

function isPrintable(text: string): boolean {
  // eslint-disable-next-line no-control-regex
  return !/[\u0000-\u001f\u007f]/.test(text);
}
