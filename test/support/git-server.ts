import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Longest CGI header block of `git http-backend`: it writes a handful of short lines. */
const HEADER_LIMIT_BYTES = 16_384;

/** A real Git server on loopback: smart HTTP by `git http-backend` over a folder of bare repositories. */
export class GitServer {
  readonly #server: Server;
  readonly #root: string;
  /** Every request seen so far, as `METHOD /path?query`. */
  readonly requests: string[] = [];

  private constructor(root: string) {
    this.#root = root;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  /** Serves every repository below `root` on a free port. */
  static async start(root: string): Promise<GitServer> {
    const server = new GitServer(root);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  /** The address of a repository below the root. */
  url(name: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${name}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://localhost');
    this.requests.push(`${request.method} ${url.pathname}${url.search}`);
    const backend = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env['PATH'],
        GIT_PROJECT_ROOT: this.#root,
        GIT_HTTP_EXPORT_ALL: '1',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'safe.directory',
        GIT_CONFIG_VALUE_0: '*',
        PATH_INFO: decodeURIComponent(url.pathname),
        QUERY_STRING: url.search.slice(1),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        CONTENT_LENGTH: request.headers['content-length'] ?? '',
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    request.pipe(backend.stdin);
    backend.stdin.on('error', () => undefined);
    let head: Buffer = Buffer.alloc(0);
    backend.stdout.on('data', (chunk: Buffer) => {
      if (response.headersSent) return void response.write(chunk);
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) {
        if (head.length > HEADER_LIMIT_BYTES) response.writeHead(502).end();
        return undefined;
      }
      const headers = Object.fromEntries(
        head
          .subarray(0, end)
          .toString()
          .split('\r\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
      );
      response.writeHead(Number.parseInt(headers['Status'] ?? '200', 10), headers);
      return void response.write(head.subarray(end + 4));
    });
    backend.on('close', () => response.end());
  }
}
