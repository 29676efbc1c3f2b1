import type { IncomingHttpHeaders } from 'node:http';
import {
  Controller,
  Get,
  type OnModuleDestroy,
  type OnModuleInit,
  Param,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CodedError } from '@lotse/manifests';
import type { Request, Response } from 'express';
import { ChecksAccess, CurrentPrincipal } from '../auth/access.js';
import { Authorizer } from '../auth/authorizer.js';
import { Authenticator } from '../auth/authenticator.js';
import type { Principal } from '../auth/principal.js';
import { SessionService } from '../auth/sessions/session.service.js';
import { ClusterHost } from '../cluster/cluster-host.js';
import { ApplicationAccess } from './application-access.js';
import { listQuerySchema, type ListQuery } from './application.schemas.js';
import { ApplicationFeeds } from './application-feed.js';
import { ApplicationViews } from './application-views.service.js';
import { filterApplications } from './filter-applications.js';
import { logsQuerySchema, streamLogs, type LogTarget, type LogsQuery } from './log-stream.js';

/** A reader that is this far behind is let go; it can come back and get the state. */
const MAX_UNSENT_BYTES = 8 * 1024 * 1024;
/** Pods whose logs are joined when no pod is named. */
const MAX_PODS = 10;
/** Sessions that ended (expired, revoked elsewhere) lose their streams within this. */
const RECHECK_MS = 10_000;

interface OpenStream {
  readonly headers: IncomingHttpHeaders;
  readonly assertAllowed: () => unknown;
}

/** Answers that go on: newline-delimited JSON. */
@ApiTags('applications')
@Controller('api/v1')
export class StreamsController implements OnModuleInit, OnModuleDestroy {
  readonly #open = new Map<Response, OpenStream>();
  #recheck: NodeJS.Timeout | undefined;

  constructor(
    private readonly feeds: ApplicationFeeds,
    private readonly access: ApplicationAccess,
    private readonly views: ApplicationViews,
    private readonly host: ClusterHost,
    private readonly authenticator: Authenticator,
    private readonly sessions: SessionService,
    private readonly authorizer: Authorizer,
  ) {}

  onModuleInit(): void {
    this.sessions.onRevoked(() => void this.#endForeign());
    this.authorizer.onChange(() => void this.#endForeign());
    this.#recheck = setInterval(() => void this.#endForeign(), RECHECK_MS);
    this.#recheck.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#recheck);
  }

  /** `{"result":{"type","application"}}` per line: everything once, then every change. */
  @Get('stream/applications')
  @ChecksAccess()
  async applications(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: listQuerySchema }) query: ListQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const feed = await this.feeds.read({
      principal,
      wants: (application) => filterApplications([application], query).items.length > 0,
      onEvent: (type, application) => send({ result: { type, application } }),
      onBroken: () => response.destroy(),
    });
    request.on('close', () => feed.stop());
    const send = this.#start(request, response);
    for (const application of feed.items) send({ result: { type: 'ADDED', application } });
    feed.open();
    if (request.destroyed) feed.stop();
  }

  /** Lines of one pod, or of the application's first pods together. */
  @Get('applications/:name/logs')
  @ChecksAccess()
  async logs(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
    @Query({ schema: logsQuerySchema }) query: LogsQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.access.need(principal, name, 'get', 'logs');
    const targets = this.#targets(name, query);
    const send = this.#start(request, response, () => this.access.need(principal, name, 'get', 'logs'));
    const stop = streamLogs(
      this.host.cluster,
      targets,
      query,
      (result) => send({ result }),
      () => response.end(),
    );
    request.on('close', stop);
  }

  /** @param assertAllowed is asked again while the stream lasts; throwing ends it. */
  #start(
    request: Request,
    response: Response,
    assertAllowed: OpenStream['assertAllowed'] = () => undefined,
  ): (line: unknown) => void {
    this.#open.set(response, { headers: request.headers, assertAllowed });
    response.on('close', () => this.#open.delete(response));
    return startStream(response);
  }

  /** Ends the streams of those whose session, token or right is no more. */
  async #endForeign(): Promise<void> {
    for (const [response, { headers, assertAllowed }] of Array.from(this.#open)) {
      // when the database can't be asked, nothing is known: the next look decides
      const known = await this.authenticator.authenticate(headers).catch(() => 'unknown');
      if (known === undefined) response.destroy();
      try {
        await assertAllowed();
      } catch (error) {
        if (error instanceof CodedError) response.destroy();
      }
    }
  }

  #targets(name: string, { podName, namespace, container }: LogsQuery): LogTarget[] {
    const pods = this.views
      .tree(name)
      .filter((node) => node.kind === 'Pod' && node.group === '')
      .filter(
        (node) =>
          (podName === undefined || node.name === podName) &&
          (namespace === undefined || node.namespace === namespace),
      )
      .slice(0, MAX_PODS);
    if (pods.length === 0) {
      throw new CodedError(
        'pod_not_found',
        podName === undefined
          ? `The application ${name} has no pods.`
          : `The application ${name} has no pod ${podName}.`,
      );
    }
    return pods.flatMap((node) => {
      const pod = this.host.client.getNow({
        group: '',
        kind: 'Pod',
        namespace: node.namespace,
        name: node.name,
      });
      const spec = pod?.['spec'] as
        { containers?: { name: string }[]; initContainers?: { name: string }[] } | undefined;
      const names = [
        ...(spec?.containers ?? []),
        ...(container === undefined ? [] : (spec?.initContainers ?? [])),
      ].map((each) => each.name);
      const wanted = container === undefined ? names.slice(0, 1) : names.filter((each) => each === container);
      if (wanted.length === 0) {
        throw new CodedError(
          'container_not_found',
          `The pod ${node.name} has no container ${container ?? ''}; it has ${names.join(', ')}.`,
        );
      }
      return wanted.map((each): LogTarget => ({
        namespace: node.namespace,
        pod: node.name,
        container: each,
      }));
    });
  }
}

/** Begins a stream; the answer writes one JSON line each time. */
function startStream(response: Response): (line: unknown) => void {
  response.status(200).type('application/x-ndjson').set('Cache-Control', 'no-store');
  response.flushHeaders();
  return (line) => {
    if (response.writableEnded || response.destroyed) return;
    response.write(`${JSON.stringify(line)}\n`);
    if (response.writableLength > MAX_UNSENT_BYTES) response.destroy();
  };
}
