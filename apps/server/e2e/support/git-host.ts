import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Names and dates of test commits, so that ids are the same every time. */
const IDENTITY = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
  GIT_CONFIG_GLOBAL: '/dev/null',
};

/** A request the host saw. */
export interface SeenRequest {
  readonly path: string;
  readonly authorization: string | undefined;
}

/** Real Git repositories served over smart HTTP by `git http-backend`, with counts of what was asked. */
export class GitHost {
  readonly seen: SeenRequest[] = [];
  /** Looks at each request first; true means it was answered. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  readonly #folder = mkdtempSync(join(tmpdir(), 'lotse-git-'));
  #server: Server | undefined;

  async start(): Promise<this> {
    const server = createServer((request, response) => this.#serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#server = server;
    return this;
  }

  /** Ends what still waits for an answer. */
  dropConnections(): void {
    this.#server?.closeAllConnections();
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.#server?.close(resolve) ?? resolve(undefined));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  url(name: string): string {
    const address = this.#server?.address();
    if (typeof address !== 'object' || address === null) throw new Error('The Git host was not started.');
    return `http://127.0.0.1:${address.port}/${name}`;
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  /** Makes a repository with one commit; its id. */
  create(name: string, files: Readonly<Record<string, string>>): string {
    mkdirSync(this.path(name), { recursive: true });
    this.git(name, 'init', '--quiet', '--initial-branch=main');
    this.git(name, 'config', 'http.receivepack', 'false');
    return this.commit(name, files);
  }

  /** Writes files and commits them; the commit's id. */
  commit(name: string, files: Readonly<Record<string, string>>, message = 'Change'): string {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.path(name), path)), { recursive: true });
      writeFileSync(join(this.path(name), path), content);
    }
    this.git(name, 'add', '--all');
    this.git(name, 'commit', '--quiet', '--allow-empty', '-m', message);
    return this.git(name, 'rev-parse', 'HEAD');
  }

  git(name: string, ...args: string[]): string {
    return execFileSync('git', args, {
      cwd: this.path(name),
      env: { ...process.env, ...IDENTITY },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  }

  /** Remote queries (ref listings) and fetches so far. */
  get counts(): { refs: number; uploads: number } {
    return {
      refs: this.seen.filter(({ path }) => path.includes('/info/refs')).length,
      uploads: this.seen.filter(({ path }) => path.endsWith('/git-upload-pack')).length,
    };
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    this.seen.push({ path: request.url ?? '', authorization: request.headers.authorization });
    if (this.intercept?.(request, response)) return;
    const url = new URL(request.url ?? '/', 'http://localhost');
    const backend = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env['PATH'] ?? '',
        GIT_PROJECT_ROOT: this.#folder,
        GIT_HTTP_EXPORT_ALL: '1',
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'safe.directory',
        GIT_CONFIG_VALUE_0: '*',
        PATH_INFO: url.pathname.replace(/^\/([^/]+)/, '/$1/.git'),
        QUERY_STRING: url.search.slice(1),
        REQUEST_METHOD: request.method ?? 'GET',
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: String(request.headers['content-encoding'] ?? ''),
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        REMOTE_ADDR: '127.0.0.1',
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    request.pipe(backend.stdin).on('error', () => undefined);
    const parts: Buffer[] = [];
    backend.stdout.on('data', (part: Buffer) => parts.push(part));
    backend.on('close', () => {
      const output = Buffer.concat(parts);
      const split = output.indexOf('\r\n\r\n');
      for (const line of output.toString('latin1', 0, split).split('\r\n')) {
        const [name = '', value = ''] = line.split(': ');
        if (name === 'Status') response.statusCode = Number(value.split(' ')[0]);
        else if (name !== '') response.setHeader(name, value);
      }
      response.end(output.subarray(split + 4));
    });
  }
}
