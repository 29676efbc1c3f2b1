import 'reflect-metadata';
import type { Server } from 'node:http';
import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { StandardSchemaValidationPipe, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { CodedError } from '@lotse/manifests';
import { AppModule } from '../app.module.js';
import { type RestoreRequest, restoreAtStart } from '../backup/restore-at-start.js';
import { ensureAdmin } from '../auth/admin-account.js';
import { isHttps } from '../auth/session-cookie.js';
import { assertEveryRouteHasARule } from '../auth/route-rules.js';
import { type Config } from '../config/config.js';
import { openEncryption } from '../database/encryption/open-encryption.js';
import { openDatabase } from '../database/open-database.js';
import { Readiness } from '../health/readiness.js';
import { applyHttpLimits, useBodyParsers } from '../http/limits.js';
import { ErrorFilter } from '../http/error.filter.js';
import { securityHeaders } from '../http/security-headers.js';
import { serveOpenApi } from '../http/open-api.js';
import type { Logger } from '../logging/logger.js';
import { NestLogger } from '../logging/nest-logger.js';
import { SocketAdapter } from '../sockets/socket-adapter.js';
import { serveDashboard } from '../web/serve-dashboard.js';
import { assertPortFree, explainTakenPort } from './port-in-use.js';
import { StartHooks } from './start-hooks.js';

/** Requests that are being answered at a stop get this long. */
const OPEN_REQUESTS_GRACE_MS = 3_000;

/** A running server. */
export interface RunningServer {
  readonly app: NestExpressApplication;
  /** `http://127.0.0.1:8080`, with the port that was really taken. */
  readonly url: string;
  /** Where it really listens, also when people reach it elsewhere. */
  readonly localUrl: string;
  /** Stops in order: new requests are refused, running work ends or is handed back, connections and database close. */
  close(): Promise<void>;
}

/** What tests replace. */
export interface ServerOptions {
  /** The folder with the built dashboard; default is the one beside this application. */
  readonly webRoot?: string;
  /** The modules beside the platform's; default all. */
  readonly features?: readonly Type[];
  /** Called when something is lost without which nothing can be promised. */
  readonly onFatal?: (error: Error) => void;
  /** Called when this server has to be closed and made again. */
  readonly onRestart?: () => void;
  /** Restored before anything else. */
  readonly restore?: RestoreRequest;
}

/** Opens the database, builds the application, listens. On failure everything opened so far is closed again. */
export async function createServer(
  config: Config,
  logger: Logger,
  options: ServerOptions = {},
): Promise<RunningServer> {
  await assertPortsFree(config);
  await makeDataDir(config.dataDir);
  const database = await openDatabase(config, logger, options.onFatal ?? (() => undefined));
  let app: NestExpressApplication | undefined;
  try {
    const encryption = await openEncryption(config, database.source);
    if (options.restore) await restoreAtStart(options.restore, config, database.source, encryption, logger);
    await ensureAdmin(database.source, config);
    app = await NestFactory.create<NestExpressApplication>(
      AppModule.with({
        config,
        logger,
        database,
        encryption,
        ...(options.features ? { features: options.features } : {}),
      }) as unknown as Type,
      {
        logger: new NestLogger(logger.child('nest')),
        abortOnError: false,
        bodyParser: false,
      },
    );
    const hooks = app.get(StartHooks, { strict: false });
    const { onFatal } = options;
    if (onFatal) hooks.fatal = (error) => void (hooks.isReplaced || onFatal(error));
    if (options.onRestart) hooks.restart = options.onRestart;
    configure(app, config, logger);
    await listen(app, config, options.webRoot);
  } catch (error) {
    await (app ? app.close() : database.close()).catch((failure: unknown) =>
      logger.warn('Closing after a failed start failed too', { error: failure }),
    );
    throw error;
  }
  const localUrl = addressOf(app, config);
  return { app, url: config.publicUrl ?? localUrl, localUrl, close: closeOnce(app) };
}

/** The Kubernetes port can't be told for a database that several servers share: who waits does not listen there yet. */
async function assertPortsFree({ host, port, kubePort, roles, databaseUrl }: Config): Promise<void> {
  await assertPortFree({ host, port, variable: 'LOTSE_PORT' });
  if (roles.has('engine') && databaseUrl === undefined)
    await assertPortFree({ host, port: kubePort, variable: 'LOTSE_KUBE_PORT' });
}

function configure(app: NestExpressApplication, config: Config, logger: Logger): void {
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  // Only a proxy on this machine or its network may say whom it speaks for, and only when there is to be one.
  if (config.publicUrl !== undefined) app.set('trust proxy', 'loopback, linklocal, uniquelocal');
  app.use(securityHeaders(isHttps(config)));
  useBodyParsers(app);
  app.useGlobalPipes(new StandardSchemaValidationPipe());
  app.useGlobalFilters(new ErrorFilter(logger.child('http')));
  app.useWebSocketAdapter(new SocketAdapter(app, config, logger.child('sockets')));
  assertEveryRouteHasARule(app);
}

async function listen(
  app: NestExpressApplication,
  config: Config,
  webRoot: string | undefined,
): Promise<void> {
  serveOpenApi(app);
  // Before Nest's own routes: they end with the answer to every unknown address.
  if (config.roles.has('api')) serveDashboard(app, webRoot);
  await app.init();
  const server = app.getHttpServer() as Server;
  applyHttpLimits(server);
  try {
    await app.listen(config.port, config.host);
  } catch (error) {
    throw explainTakenPort(error, { host: config.host, port: config.port, variable: 'LOTSE_PORT' });
  }
}

function addressOf(app: NestExpressApplication, config: Config): string {
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  const host = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function closeOnce(app: NestExpressApplication): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => {
    if (closing) return closing;
    app.get(Readiness).stop();
    // Streams have no end of their own; whatever else is open after this long is cut as well.
    const server = app.getHttpServer() as Server;
    const cut = setTimeout(() => server.closeAllConnections(), OPEN_REQUESTS_GRACE_MS);
    closing = app.close().finally(() => clearTimeout(cut));
    return closing;
  };
}

async function makeDataDir(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new CodedError(
      'data_dir_unwritable',
      `Can't make the data folder ${dataDir}: ${error instanceof Error ? error.message : String(error)}. Set LOTSE_DATA_DIR to a folder that can be written.`,
      {},
      { cause: error },
    );
  }
}
