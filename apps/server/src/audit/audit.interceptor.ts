import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { CodedError } from '@lotse/manifests';
import { type Observable, catchError, from, mergeMap, throwError } from 'rxjs';
import type { AuthenticatedRequest } from '../auth/access.js';
import { AuditService } from './audit.service.js';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Records every write that a signed-in person or program sends, with its outcome, before the answer leaves. Routes
 * that do more (signing in) record themselves.
 */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(private readonly audit: AuditService) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const { principal } = request;
    if (READS.has(request.method) || !principal) return next.handle();
    const entry = {
      actor: principal.subject,
      action: `${request.method} ${routeOf(request)}`,
      object: request.path,
      request,
    };
    return next.handle().pipe(
      mergeMap((value: unknown) =>
        from(this.audit.record({ ...entry, outcome: 'success' }).then(() => value)),
      ),
      catchError((error: unknown) => {
        const code = error instanceof CodedError ? error.code : 'error';
        const outcome = code === 'access_denied' ? 'denied' : 'failure';
        return from(this.audit.record({ ...entry, outcome, detail: { code } })).pipe(
          mergeMap(() => throwError(() => error)),
        );
      }),
    );
  }
}

function routeOf(request: AuthenticatedRequest): string {
  const route: unknown = request.route;
  return typeof route === 'object' && route !== null && 'path' in route ? String(route.path) : request.path;
}
