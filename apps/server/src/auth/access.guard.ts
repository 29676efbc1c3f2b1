import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Response } from 'express';
import { AuditService } from '../audit/audit.service.js';
import { CONFIG, type Config } from '../config/config.js';
import { isSameOrigin } from '../http/origin.js';
import { HttpCodedError } from '../http/status-codes.js';
import { ACCESS, type AccessRule, type AuthenticatedRequest } from './access.js';
import { Authenticator } from './authenticator.js';
import type { PolicyAction, PolicyResource } from './policy/policy.js';
import type { Principal } from './principal.js';
import { Authorizer, accessDenied } from './authorizer.js';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Lets a request through when its route's rule says so. Closed by default: a route without a rule answers nobody. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
    private readonly authorizer: Authorizer,
    private readonly audit: AuditService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const rule = this.reflector.getAllAndOverride<AccessRule | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!rule) return false;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const response = context.switchToHttp().getResponse<Response>();
    if (rule.kind === 'public') return true;
    response.set('Cache-Control', 'no-store');
    const shown = await this.authenticator.authenticate(request.headers);
    if (!shown)
      throw new HttpCodedError(401, 'unauthenticated', 'Sign in first: no valid session or token was sent.', {
        'WWW-Authenticate': 'Bearer realm="lotse"',
      });
    if (
      shown.by === 'cookie' &&
      !READS.has(request.method) &&
      !isSameOrigin(request.headers, this.config.publicUrl)
    )
      throw new HttpCodedError(
        403,
        'origin_forbidden',
        "This request comes from another site's page and was refused.",
      );
    request.principal = shown.principal;
    if (rule.kind === 'rule' && rule.resource !== undefined && rule.action !== undefined)
      await this.#enforce(
        rule.resource,
        rule.action,
        rule.object?.(request) ?? '*',
        request,
        shown.principal,
      );
    return true;
  }

  async #enforce(
    resource: PolicyResource,
    action: PolicyAction,
    object: string,
    request: AuthenticatedRequest,
    principal: Principal,
  ): Promise<void> {
    if (await this.authorizer.allows(principal, resource, action, object)) return;
    // Interceptors, which record writes, don't run for what a guard refuses.
    await this.audit.record({
      actor: principal.subject,
      action: `${resource}.${action}`,
      object: request.path,
      outcome: 'denied',
      request,
    });
    throw accessDenied(principal, resource, action, object);
  }
}
