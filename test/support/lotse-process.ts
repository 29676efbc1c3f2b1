import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';

const MAIN = fileURLToPath(new URL('../../apps/server/dist/main.js', import.meta.url));
/** A first start makes a database; on a busy machine that takes its time. */
const START_TIMEOUT_MS = 60_000;
/** How often a condition that comes true in another process is looked at again. */
const LOOK_AGAIN_MS = 50;

/** The built server as a process of its own, as a user runs it. */
export class LotseProcess {
  readonly dataDir: string;
  readonly port: number;
  readonly kubePort: number;
  readonly #env: Record<string, string>;
  #child: ChildProcess | undefined;
  #token = '';
  /** Everything it printed. */
  output = '';

  private constructor(dataDir: string, port: number, kubePort: number, env: Record<string, string>) {
    this.dataDir = dataDir;
    this.port = port;
    this.kubePort = kubePort;
    this.#env = env;
  }

  /** Starts a server on free ports with an empty data folder, and waits until it serves. */
  static async start(env: Record<string, string> = {}, args: readonly string[] = []): Promise<LotseProcess> {
    const dataDir = mkdtempSync(join(tmpdir(), 'lotse-'));
    const lotse = new LotseProcess(dataDir, await freePort(), await freePort(), {
      LOTSE_DEMO: 'false',
      ...env,
    });
    await lotse.run(args);
    return lotse;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get kubeconfig(): string {
    return join(this.dataDir, 'kubeconfig');
  }

  get password(): string {
    return readFileSync(join(this.dataDir, 'admin-password'), 'utf8').trim();
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Starts it (again) on the same data and signs in. */
  async run(args: readonly string[] = []): Promise<void> {
    this.output = '';
    const child = spawn(process.execPath, [MAIN, ...args], {
      env: {
        ...process.env,
        LOTSE_DATA_DIR: this.dataDir,
        LOTSE_PORT: String(this.port),
        LOTSE_KUBE_PORT: String(this.kubePort),
        LOTSE_DNS_PORT: '0',
        ...this.#env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stdout.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    await this.until(async () => {
      if (child.exitCode !== null) throw new Error(`the server stopped while starting:\n${this.output}`);
      return (await fetch(`${this.url}/readyz`).catch(() => undefined))?.ok === true;
    }, START_TIMEOUT_MS);
    if (!existsSync(join(this.dataDir, 'admin-password'))) return;
    const { token } = await this.post<{ token: string }>('/api/v1/session', {
      username: 'admin',
      password: this.password,
    });
    this.#token = token;
  }

  get token(): string {
    return this.#token;
  }

  /** A request to the REST API; throws with the answer when it is refused. */
  async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(this.#token && { authorization: `Bearer ${this.#token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  get<T>(path: string): Promise<T> {
    return this.request<T>('GET', path);
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.request<T>('POST', path, body);
  }

  /** Waits for a condition in the other process. */
  async until(condition: () => Promise<boolean>, timeoutMs = 30_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!(await condition())) {
      if (Date.now() > deadline)
        throw new Error(
          `it did not come true in ${timeoutMs} ms:\n${condition.toString()}\n${this.output.slice(-4000)}`,
        );
      await wait(LOOK_AGAIN_MS);
    }
  }

  /** `kill -9`, as a power cut would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** A clean stop; answers the exit code. */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  /** Stops it and removes its data. */
  async dispose(): Promise<void> {
    await this.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    child.kill(signal);
    return ended;
  }
}
