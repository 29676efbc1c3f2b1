import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Duplex } from 'node:stream';
import { createSecureContext, TLSSocket } from 'node:tls';
import { endUnreadable } from '../client-error.js';
import { readBody, sendContainerAnswer } from '../container-answer.js';
import type { TlsIdentity } from '../../runtime/container-runtime.js';
import type { ClusterRuntime } from '../../runtime/cluster-runtime.js';
import type { SpdyStream } from './spdy-session.js';

/** Largest request body that is carried into a container, and what all may hold at a time. */
const MOST_BODY_BYTES = 64 * 1024 * 1024;
const MOST_TOGETHER = 4 * MOST_BODY_BYTES;
/** The first byte of a handshake of TLS. */
const HANDSHAKE = 0x16;

/** The pod that ports are forwarded to. */
export interface ForwardTarget {
  readonly namespace: string;
  readonly pod: string;
}

/**
 * Carries connections of a client to the ports of a pod. A connection is two streams: data, and errors. Simulated containers
 * answer HTTP, so the bytes are read as HTTP and each request is asked of the container.
 */
export class PortForward {
  readonly #runtime: ClusterRuntime;
  readonly #target: ForwardTarget;
  readonly #errors = new Map<string, SpdyStream>();

  constructor(runtime: ClusterRuntime, target: ForwardTarget) {
    this.#runtime = runtime;
    this.#target = target;
  }

  add(stream: SpdyStream): void {
    const id = stream.headers.get('requestid') ?? stream.headers.get('port') ?? '';
    const type = stream.headers.get('streamtype');
    if (type === 'error') this.#errors.set(id, stream);
    else if (type === 'data') this.#connect(stream, id);
    else stream.end();
  }

  #connect(data: SpdyStream, id: string): void {
    const port = Number(data.headers.get('port') ?? 0);
    const socket = new StreamSocket(data);
    const fail = (message: string): void => {
      const error = this.#errors.get(id);
      error?.write(Buffer.from(message));
      error?.end();
      socket.destroy();
    };
    const server = createServer((request, response) => {
      this.#answer(port, request, response).catch((error: unknown) =>
        fail(error instanceof Error ? error.message : String(error)),
      );
    });
    server.on('clientError', endUnreadable);
    // Whoever speaks first says whether that is TLS.
    socket.once('readable', () => {
      const first = socket.read() as Buffer | null;
      if (first) socket.unshift(first);
      const ip = this.#address();
      const identity = ip === undefined ? undefined : this.#runtime.tls(ip, port);
      if (!identity || first?.[0] !== HANDSHAKE) return void server.emit('connection', socket);
      const secure = overTls(socket, identity);
      if (!secure) return fail(`the certificate or key of the program on port ${port} can't be used`);
      secure.on('error', () => socket.destroy());
      server.emit('connection', secure);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#errors.get(id)?.end();
      this.#errors.delete(id);
      data.end();
    });
    const ip = this.#address();
    if (ip === undefined || !this.#runtime.listens(ip, port)) fail(this.#refusal(port));
  }

  #refusal(port: number): string {
    const { namespace, pod } = this.#target;
    return `error forwarding port ${port} to pod ${pod}: failed to connect to localhost:${port} inside namespace "${namespace}", IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused`;
  }

  #address(): string | undefined {
    return this.#runtime.running.get(this.#target.namespace, this.#target.pod)?.ip;
  }

  async #answer(port: number, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const size = Number(request.headers['content-length'] ?? 0);
    const body =
      held + size > MOST_TOGETHER || size > MOST_BODY_BYTES
        ? undefined
        : await readBody(request, MOST_BODY_BYTES, (bytes) => (held += bytes));
    try {
      if (!body) {
        response.writeHead(413, { connection: 'close', 'content-type': 'text/plain' });
        response.end(`the request is larger than ${MOST_BODY_BYTES} bytes\n`);
        return;
      }
      const ip = this.#address();
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const found =
        ip === undefined
          ? undefined
          : this.#runtime.http(ip, port, {
              method: request.method ?? 'GET',
              url: request.url ?? '/',
              headers,
              body,
              clientIp: '127.0.0.1',
            });
      if (found?.kind !== 'answer') throw new Error(this.#refusal(port));
      const isPlain = !(request.socket instanceof TLSSocket);
      if (isPlain && ip !== undefined && this.#runtime.tls(ip, port)) {
        response.writeHead(400, { connection: 'close' });
        response.end('Client sent an HTTP request to an HTTPS server.\n');
        return;
      }
      sendContainerAnswer(request, response, found.answer);
    } finally {
      if (body) held -= body.length;
    }
  }
}

/** The connection behind TLS; undefined for a certificate and a key that are none or no pair. */
function overTls(socket: Duplex, identity: TlsIdentity): TLSSocket | undefined {
  try {
    return new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(identity) });
  } catch {
    return undefined;
  }
}

/** Bytes of request bodies that are held at the moment. */
let held = 0;

/** A SPDY stream as something Node's HTTP server takes for a socket. */
class StreamSocket extends Duplex {
  readonly #stream: SpdyStream;

  constructor(stream: SpdyStream) {
    super();
    this.#stream = stream;
    stream.onData((chunk) => this.push(chunk ?? null));
  }

  override _read(): void {
    // Data is pushed as it comes.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#stream.write(chunk);
    done();
  }

  override _final(done: () => void): void {
    this.#stream.end();
    done();
  }

  setTimeout(): this {
    return this;
  }
}
