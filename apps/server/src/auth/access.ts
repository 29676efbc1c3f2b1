import { SetMetadata, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Principal } from './principal.js';
import type { PolicyAction, PolicyResource } from './policy/policy.js';

export const ACCESS = 'lotse:access';

/** What a route asks for. `object` gives the policy object of a request (`project/name`); default `*`. */
export interface AccessRule {
  readonly kind: 'rule' | 'public' | 'signed-in' | 'handler';
  readonly resource?: PolicyResource;
  readonly action?: PolicyAction;
  readonly object?: (request: Request) => string;
}

/**
 * The right a route needs: `@Access('repositories', 'create')`. Where the object is known from the request alone,
 * `object` names it. A route without one of these four decorators keeps the server from starting.
 */
export const Access = (
  resource: PolicyResource,
  action: PolicyAction,
  object?: (request: Request) => string,
): MethodDecorator =>
  SetMetadata<string, AccessRule>(ACCESS, { kind: 'rule', resource, action, ...(object ? { object } : {}) });

/** Open to everybody. */
export const Public = (): MethodDecorator => SetMetadata<string, AccessRule>(ACCESS, { kind: 'public' });

/** Open to everybody who is signed in. */
export const SignedIn = (): MethodDecorator => SetMetadata<string, AccessRule>(ACCESS, { kind: 'signed-in' });

/**
 * Signed in, and the handler itself asks `Authorizer.enforce` (or filters by `Authorizer.allows`): for routes whose
 * policy object is only known after a look at the data.
 */
export const ChecksAccess = (): MethodDecorator =>
  SetMetadata<string, AccessRule>(ACCESS, { kind: 'handler' });

/** A request that passed the guard. */
export interface AuthenticatedRequest extends Request {
  principal?: Principal;
}

/** Parameter decorator: who is asking. Only on routes that aren't public. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const principal = context.switchToHttp().getRequest<AuthenticatedRequest>().principal;
  if (!principal) throw new Error('CurrentPrincipal is used on a public route.');
  return principal;
});
