import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Request } from 'express';
import { type Observable, catchError, from, mergeMap, throwError } from 'rxjs';
import { ClusterHost } from './cluster-host.js';

/** Probes and metrics have to answer when nothing can be stored, too. */
const TELLS_OF_THE_CLUSTER = /^\/api\//;

/** Answers reads once what they may tell of the cluster is durable: nobody reads what a crash could take back. Writes wait by themselves. */
@Injectable()
export class DurableAnswers implements NestInterceptor {
  constructor(private readonly host: ClusterHost) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const { method, path } = context.switchToHttp().getRequest<Request>();
    if (method !== 'GET' || !TELLS_OF_THE_CLUSTER.test(path)) return next.handle();
    const durable = (): Promise<void> => this.host.journal.durable();
    return next.handle().pipe(
      mergeMap((value: unknown) => from(durable().then(() => value))),
      catchError((error: unknown) => from(durable()).pipe(mergeMap(() => throwError(() => error)))),
    );
  }
}
