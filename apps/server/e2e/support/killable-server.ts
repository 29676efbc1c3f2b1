import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './postgres-server.js';

const PASSWORD = 'correct horse battery';
/** A start on a busy machine. */
const START_PATIENCE_MS = 120_000;

/** An answer of the server. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** The built server as a process of its own on one data folder, for tests that kill it. */
export class KillableServer {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'lotse-crash-'));
  #ports = { http: 0, kube: 0, dns: 0 };
  #child: ChildProcess | undefined;
  #token = '';
  #agent: Agent | undefined;

  constructor(private readonly environment: Readonly<Record<string, string>> = {}) {}

  /** Starts it (again) at the same ports and signs in. */
  async start(): Promise<void> {
    if (this.#ports.http === 0)
      this.#ports = { http: await freePort(), kube: await freePort(), dns: await freePort() };
    const main = new URL('run-server.mjs', import.meta.url).pathname;
    this.#child = spawn(process.execPath, [main], {
      env: {
        ...process.env,
        LOTSE_DATA_DIR: this.dataDir,
        LOTSE_PORT: String(this.#ports.http),
        LOTSE_KUBE_PORT: String(this.#ports.kube),
        LOTSE_DNS_PORT: String(this.#ports.dns),
        LOTSE_SERVICE_SOCKETS: 'false',
        LOTSE_DEMO: 'false',
        LOTSE_ADMIN_PASSWORD: PASSWORD,
        LOTSE_LOG_LEVEL: 'warn',
        ...this.environment,
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await this.ready();
  }

  /** Waits until it serves, and signs in. */
  async ready(): Promise<void> {
    const dueAt = Date.now() + START_PATIENCE_MS;
    while (!(await this.#isReady())) {
      const status = this.#child?.exitCode ?? null;
      if (Date.now() > dueAt || status !== null)
        throw new Error(`The server did not start (exit ${status}).`);
      await pause(50);
    }
    const { body } = await this.call('POST', '/api/v1/session', { username: 'admin', password: PASSWORD });
    this.#token = (body as { token: string }).token;
    this.#agent = this.#admin();
  }

  /** What the command line needs to talk to it. */
  get forCommands(): Record<string, string> {
    return { LOTSE_SERVER: `http://127.0.0.1:${this.#ports.http}`, LOTSE_TOKEN: this.#token };
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
    this.#agent?.destroy();
  }

  /** Ends it in order and removes its data. */
  async stop(): Promise<void> {
    await this.kill('SIGTERM');
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** REST as the admin. */
  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await fetch(`http://127.0.0.1:${this.#ports.http}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(this.#token && { authorization: `Bearer ${this.#token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  }

  /** The Kubernetes API over TLS with the admin's certificate; rejects when there is no answer. */
  async kube(
    method: string,
    path: string,
    body?: unknown,
    contentType = 'application/json',
  ): Promise<Answer> {
    const response = await this.stream(method, path, body, contentType);
    let text = '';
    for await (const part of response.setEncoding('utf8')) text += String(part);
    return { status: response.statusCode ?? 0, body: JSON.parse(text) as unknown };
  }

  /** The same, with the body as it comes. */
  stream(
    method: string,
    path: string,
    body?: unknown,
    contentType = 'application/json',
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const sent = request({
        host: '127.0.0.1',
        port: this.#ports.kube,
        path,
        method,
        ...(this.#agent && { agent: this.#agent }),
        headers: body === undefined ? {} : { 'content-type': contentType },
      });
      sent.once('error', reject).once('response', resolve);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  async #isReady(): Promise<boolean> {
    try {
      return (await fetch(`http://127.0.0.1:${this.#ports.http}/readyz`)).ok;
    } catch {
      return false;
    }
  }

  #admin(): Agent {
    const config = readFileSync(join(this.dataDir, 'kubeconfig'), 'utf8');
    const read = (field: string): Buffer =>
      Buffer.from(new RegExp(`${field}: "?([A-Za-z0-9+/=]+)`).exec(config)?.[1] ?? '', 'base64');
    return new Agent({
      keepAlive: true,
      ca: read('certificate-authority-data'),
      cert: read('client-certificate-data'),
      key: read('client-key-data'),
    });
  }
}
