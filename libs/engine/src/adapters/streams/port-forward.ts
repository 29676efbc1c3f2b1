import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Duplex } from 'node:stream';
import type { ClusterRuntime } from '../../runtime/cluster-runtime.js';
import type { SpdyStream } from './spdy-session.js';

/** Largest request body that is carried into a container. */
const MOST_BODY_BYTES = 3 * 1024 * 1024;

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
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#errors.get(id)?.end();
      this.#errors.delete(id);
      data.end();
    });
    server.emit('connection', socket);
  }

  async #answer(port: number, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { namespace, pod } = this.#target;
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MOST_BODY_BYTES) throw new RangeError(`the request is larger than ${MOST_BODY_BYTES} bytes`);
      chunks.push(chunk);
    }
    const ip = this.#runtime.running.get(namespace, pod)?.ip;
    const found =
      ip === undefined
        ? undefined
        : this.#runtime.http(ip, port, {
            method: request.method ?? 'GET',
            url: request.url ?? '/',
            headers: Object.fromEntries(
              Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
            ),
            body: Buffer.concat(chunks),
            clientIp: '127.0.0.1',
          });
    if (found?.kind !== 'answer')
      throw new Error(
        `error forwarding port ${port} to pod ${pod}: failed to connect to localhost:${port} inside namespace "${namespace}", IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused`,
      );
    const { status, headers, body } = found.answer;
    response.writeHead(status, { ...headers });
    response.end(body);
  }
}

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
