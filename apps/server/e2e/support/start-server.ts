import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import request from 'supertest';
import { HandlesJob, type JobHandler } from '../../src/jobs/handles-job.js';
import { JOBS, type JobName } from '../../src/jobs/jobs.js';
import { loadConfig } from '../../src/config/load-config.js';
import { type RunningServer, type ServerOptions, createServer } from '../../src/bootstrap/create-server.js';
import { type LogLine, Logger } from '../../src/logging/logger.js';

/** A server of a test: its address, its data folder, and everything it logged. */
export interface TestServer extends RunningServer {
  readonly dataDir: string;
  readonly logs: LogLine[];
  readonly adminPassword: string;
  /** An admin session's token. */
  readonly token: string;
  /** A signed-in request: `call('get', '/api/v1/…')`. */
  call(method: 'get' | 'post' | 'put' | 'patch' | 'delete', path: string): request.Test;
  /** Stops the server and removes its data. */
  stop(): Promise<void>;
}

/** Settings of every test server: own ports, no demonstration, no waiting for polls. */
const DEFAULTS = {
  LOTSE_PORT: '0',
  LOTSE_KUBE_PORT: '0',
  LOTSE_DNS_PORT: '0',
  LOTSE_DEMO: 'false',
  LOTSE_POLL_INTERVAL: '1h',
  LOTSE_LOG_LEVEL: 'debug',
};

/** Starts a whole server on a fresh data folder (or `dataDir`, which is then kept). */
export async function startServer(
  environment: Record<string, string> = {},
  dataDir?: string,
  options: ServerOptions = {},
): Promise<TestServer> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'lotse-e2e-')));
  const { config } = loadConfig({ ...DEFAULTS, LOTSE_DATA_DIR: folder, ...environment }, '/');
  const logs: LogLine[] = [];
  const server = await createServer(config, new Logger((line) => logs.push(line), config.logLevel), options);
  const adminPassword =
    environment['LOTSE_ADMIN_PASSWORD'] ?? (await readFile(join(folder, 'admin-password'), 'utf8')).trim();
  const login = await request(server.localUrl)
    .post('/api/v1/session')
    .send({ username: 'admin', password: adminPassword });
  const { token } = login.body as { token: string };
  return {
    ...server,
    dataDir: folder,
    logs,
    adminPassword,
    token,
    call: (method, path) => request(server.localUrl)[method](path).set('Authorization', `Bearer ${token}`),
    stop: async () => {
      await server.close();
      if (dataDir === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Starts the platform alone: no cluster, nothing delivered; jobs of other parts are taken and dropped. */
export async function startPlatform(
  environment: Record<string, string> = {},
  dataDir?: string,
  options: ServerOptions = {},
): Promise<TestServer> {
  return startServer(environment, dataDir, { ...options, features: [OtherJobs] });
}

const OTHER_JOBS = (Object.keys(JOBS) as JobName[]).filter((name) => name !== 'repository.poll');

@Module({
  providers: OTHER_JOBS.map((name) => {
    class Dropped implements JobHandler {
      async handle(): Promise<void> {}
    }
    HandlesJob(name)(Dropped);
    return Dropped;
  }),
})
class OtherJobs {}
