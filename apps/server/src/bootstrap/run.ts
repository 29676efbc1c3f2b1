import { assertReadable } from '../backup/assert-readable.js';
import type { RestoreRequest } from '../backup/restore-at-start.js';
import { SessionService } from '../auth/sessions/session.service.js';
import { ADMIN, whereAdminPasswordIs } from '../auth/admin-account.js';
import { loadConfig } from '../config/load-config.js';
import type { Config } from '../config/config.js';
import { Logger } from '../logging/logger.js';
import { standardOutput } from '../logging/log-output.js';
import { CodedError } from '@lotse/manifests';
import { USAGE, parseArguments } from './arguments.js';
import { type RunningServer, type ServerOptions, createServer } from './create-server.js';
import { type FirstApplication, StartHooks } from './start-hooks.js';
import { startText } from './start-text.js';

/** The printed link works this long; afterwards there is the password. */
const LINK_LIFETIME_MS = 15 * 60_000;
/** A second Ctrl-C, or this long without an end, stops at once; what is durable stays so. */
const STOP_TIMEOUT_MS = 30_000;
const SAME_SIGNAL_MS = 1_000;

/** Runs the server until it is told to stop. Ends the process: 0 after a stop, 1 when it can't start. */
export async function run(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  let logger = new Logger(standardOutput());
  try {
    const given = parseArguments(args);
    if (given === 'help') {
      process.stdout.write(`${USAGE}\n`);
      return;
    }
    const { config, warnings } = loadConfig(environment, process.cwd());
    logger = new Logger(standardOutput(process.stdout, config.logFormat), config.logLevel);
    for (const warning of warnings) logger.warn(warning);
    await serve(config, logger, given);
  } catch (error) {
    // Coded errors are written for people; the stack of others helps to report them.
    if (error instanceof CodedError) process.stderr.write(`\n${error.message}\n`);
    else logger.error('The server could not start', { error });
    process.exitCode = 1;
  }
}

async function serve(
  config: Config,
  logger: Logger,
  given: FirstApplication | RestoreRequest | undefined,
): Promise<void> {
  const running: { server?: RunningServer; restarts: boolean } = { restarts: false };
  const stop = (reason: string, status: number): void => {
    logger.info('Stopping', { reason });
    setTimeout(() => process.exit(status || 1), STOP_TIMEOUT_MS).unref();
    void (running.server?.close() ?? Promise.resolve()).then(
      () => process.exit(status),
      (error: unknown) => {
        logger.error('Stopping failed', { error });
        process.exit(1);
      },
    );
  };
  let stoppingSince: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      // One Ctrl-C can arrive twice: from the terminal, and passed on by npm.
      if (stoppingSince !== undefined && Date.now() - stoppingSince > SAME_SIGNAL_MS) process.exit(130);
      if (stoppingSince === undefined) stop(signal, 0);
      stoppingSince ??= Date.now();
    });
  // Unknown state: say so and leave; the next start continues from what is durable.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, (error: unknown) => {
      // what still runs on a state that was replaced may fail in any way
      if (running.restarts) return logger.warn('Something failed on the way to a restart', { event, error });
      logger.error('An error nobody handled; the server stops', { event, error });
      stop(event, 1);
    });
  const options: ServerOptions = {
    onFatal: (error) => {
      const isTaken = error instanceof CodedError && error.code === 'engine_taken_over';
      const what = isTaken ? 'Another process runs the engine now' : 'The database is gone';
      logger.error(`${what}; the server stops`, { error });
      stop(isTaken ? 'engine taken over' : 'database lost', 1);
    },
    onRestart: () => void restart(),
  };
  const restart = async (): Promise<void> => {
    logger.info('Starting again, with what was restored');
    running.restarts = true;
    try {
      await running.server?.close();
      running.server = await createServer(config, logger, options);
      running.restarts = false;
      await announce(running.server, config, logger, undefined);
    } catch (error) {
      logger.error('The server could not start again', { error });
      process.exit(1);
    }
  };
  const restore = given && 'replace' in given ? given : undefined;
  if (restore) await assertReadable(restore.path);
  const application = given && 'repoUrl' in given ? given : undefined;
  running.server = await createServer(config, logger, { ...options, ...(restore && { restore }) });
  await announce(running.server, config, logger, application);
}

async function announce(
  server: RunningServer,
  config: Config,
  logger: Logger,
  application: FirstApplication | undefined,
): Promise<void> {
  if (!config.roles.has('api')) return logger.info('Running', { roles: [...config.roles] });
  const hooks = server.app.get(StartHooks, { strict: false });
  const link = await server.app.get(SessionService, { strict: false }).issue('link', ADMIN, LINK_LIFETIME_MS);
  const text = startText({
    url: server.url,
    loginUrl: `${server.url}/auth/once/${link.token}`,
    password: whereAdminPasswordIs(config),
    kubeconfig: hooks.kubeconfigPath,
    secondsSinceStart: process.uptime(),
  });
  process.stdout.write(text);
  try {
    const made = application
      ? await hooks.firstApplication?.(application)
      : config.demo
        ? await hooks.demonstration?.()
        : undefined;
    if (made !== undefined) process.stdout.write(`${made}\n`);
  } catch (error) {
    logger.error(
      application
        ? 'The application of the command line could not be made'
        : 'The demonstration could not be made',
      { error },
    );
  }
}
