import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { ApiServer, StreamRequest } from '../../api/api-server.js';
import { isStream, type ApiRequest, type FullResponse } from '../../api/api-request.js';
import { ApiError } from '../../api/api-error.js';
import { errorResponse } from '../../api/respond.js';
import type { Webhooks } from '../../admission/webhooks/webhooks.js';
import { withWebhooks } from '../with-webhooks.js';
import { STREAM_BUDGET_BYTES } from './stream-budget.js';
import type { ClusterRuntime } from '../../runtime/cluster-runtime.js';
import type { ExecShell } from '../exec-shell.js';
import { attach } from './attach.js';
import { durableChannels } from './durable-channels.js';
import type { DurableGate } from './durable-gate.js';
import { PortForward } from './port-forward.js';
import { runRemoteCommand, type CommandChannels, type RemoteCommand } from './remote-command.js';
import { SPDY_COMMAND_PROTOCOLS, SpdyCommand } from './spdy-command.js';
import { socketDrained } from './socket-drained.js';
import { SpdySession, type SpdyStream, type SpdyTransport } from './spdy-session.js';
import { WEBSOCKET_COMMAND_PROTOCOLS, WebsocketCommand } from './websocket-command.js';

/** Largest websocket message; kubectl sends at most 64 KiB at a time. */
const LARGEST_MESSAGE = 4 * 1024 * 1024;
const PORT_FORWARD = 'portforward.k8s.io';
const TUNNEL = `SPDY/3.1+${PORT_FORWARD}`;

/** What upgraded connections work on. */
export interface UpgradeSurroundings {
  readonly api: ApiServer;
  readonly runtime: ClusterRuntime;
  readonly shell: ExecShell;
  /** Asked before a connection is made, and waited for. */
  readonly webhooks: Webhooks;
  /** Holds events back until they are durable. */
  readonly gate: DurableGate | undefined;
}

/** Answers requests that turn a connection into exec, attach or port-forward, over SPDY/3.1 or a websocket. */
export class Upgrades {
  readonly #surroundings: UpgradeSurroundings;
  readonly #sockets = new Set<Duplex>();
  readonly #websockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE,
    perMessageDeflate: false,
    handleProtocols: (offered) =>
      [...WEBSOCKET_COMMAND_PROTOCOLS, TUNNEL, 'binary.k8s.io'].find((protocol) => offered.has(protocol)) ??
      false,
  });

  constructor(surroundings: UpgradeSurroundings) {
    this.#surroundings = surroundings;
  }

  /** Takes over a connection. Rejects only with what the API throws to be asked again. */
  async handle(message: IncomingMessage, request: ApiRequest, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    const kind = String(message.headers.upgrade ?? '').toLowerCase();
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    if (kind === 'websocket' && !/\/(?:exec|attach|portforward)$/.test(request.path))
      return await this.#answer(message, request, socket, head);
    const admitted = await this.#asked(() => this.#surroundings.api.admitStream(request));
    if ('status' in admitted) return refuse(socket, admitted);
    if (socket.destroyed) return;
    if (kind === 'websocket') {
      this.#websockets.handleUpgrade(message, socket, head, (websocket) =>
        this.#websocket(admitted, websocket),
      );
    } else if (kind === 'spdy/3.1') this.#spdy(admitted, message, socket, head);
    else refuse(socket, { status: 400, headers: {}, body: 'unsupported upgrade\n' });
  }

  /** Ends every upgraded connection. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#websockets.close();
  }

  async #asked<T>(action: () => T): Promise<T | FullResponse> {
    try {
      return await withWebhooks(this.#surroundings.webhooks, action);
    } catch (error) {
      if (error instanceof ApiError) return errorResponse(error);
      throw error;
    }
  }

  /** A watch or a log over a websocket: each piece is a message. */
  async #answer(message: IncomingMessage, request: ApiRequest, socket: Duplex, head: Buffer): Promise<void> {
    const response = await this.#asked(() => this.#surroundings.api.handle(request));
    if (!isStream(response) && response.status !== 200) return refuse(socket, response);
    this.#websockets.handleUpgrade(message, socket, head, (websocket) => {
      websocket.on('error', () => websocket.terminate());
      const binary = websocket.protocol.includes('binary');
      const { gate } = this.#surroundings;
      const pass = (task: () => void): void => (gate ? gate.run(task) : task());
      const send = (chunk: Uint8Array): void => pass(() => websocket.send(chunk, { binary }));
      if (!isStream(response)) {
        send(Buffer.from(response.body as string));
        return websocket.close(1000);
      }
      const stop = response.stream({
        write(chunk) {
          if (websocket.readyState !== websocket.OPEN) return false;
          send(chunk);
          if (websocket.bufferedAmount <= STREAM_BUDGET_BYTES) return true;
          websocket.terminate();
          return false;
        },
        end: () => pass(() => websocket.close(1000)),
      });
      websocket.on('close', stop);
    });
  }

  #websocket(admitted: StreamRequest, websocket: WebSocket): void {
    websocket.on('error', () => websocket.terminate());
    if (admitted.kind !== 'portforward') return this.#command(admitted, new WebsocketCommand(websocket));
    if (websocket.protocol !== TUNNEL) return websocket.close(1002, 'unsupported protocol');
    const session = this.#forward(admitted, {
      write: (bytes) => websocket.send(bytes),
      end: () => websocket.close(1000),
    });
    websocket.on('message', (data: Buffer) => session.receive(data));
    websocket.on('close', () => session.close());
  }

  #spdy(admitted: StreamRequest, message: IncomingMessage, socket: Duplex, head: Buffer): void {
    const offered = (message.headersDistinct['x-stream-protocol-version'] ?? [])
      .flatMap((value) => value.split(','))
      .map((value) => value.trim());
    const known = admitted.kind === 'portforward' ? [PORT_FORWARD] : SPDY_COMMAND_PROTOCOLS;
    const protocol =
      known.find((name) => offered.includes(name)) ?? (offered.length === 0 ? known.at(-1) : undefined);
    if (protocol === undefined) {
      const body = `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(' ')}], server accepts [${known.join(' ')}]\n`;
      return refuse(socket, { status: 403, headers: { 'content-type': 'text/plain' }, body });
    }
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${protocol}\r\n\r\n`,
    );
    const transport = {
      write: (bytes: Uint8Array) => void socket.write(bytes),
      end: () => void socket.end(),
    };
    const session =
      admitted.kind === 'portforward'
        ? this.#forward(admitted, transport)
        : this.#spdyCommand(admitted, protocol, transport, () => socketDrained(socket));
    if (head.length > 0) session.receive(head);
    socket.on('data', (chunk: Buffer) => session.receive(chunk));
    socket.on('close', () => session.close());
  }

  #spdyCommand(
    admitted: StreamRequest,
    protocol: string,
    transport: SpdyTransport,
    drained: () => Promise<void>,
  ): SpdySession {
    const { stdin, stdout, stderr, tty } = admitted.options;
    const wanted = ['error'];
    if (stdin) wanted.push('stdin');
    if (stdout) wanted.push('stdout');
    if (stderr && !tty) wanted.push('stderr');
    const resizes = tty && !['channel.k8s.io', 'v2.channel.k8s.io'].includes(protocol);
    if (resizes) wanted.push('resize');
    const structured = /^v[45]\./.test(protocol);
    const command = new SpdyCommand(wanted, { structured, drained }, (channels) =>
      this.#command(admitted, channels),
    );
    return new SpdySession(
      transport,
      (stream) => command.add(stream),
      () => command.close(),
    );
  }

  #forward({ namespace, pod }: StreamRequest, transport: SpdyTransport): SpdySession {
    const forward = new PortForward(this.#surroundings.runtime, { namespace, pod: pod.metadata.name ?? '' });
    return new SpdySession(
      transport,
      (stream: SpdyStream) => forward.add(stream),
      () => undefined,
    );
  }

  #command(
    { kind, namespace, pod, container, options }: StreamRequest,
    ungatedChannels: CommandChannels,
  ): void {
    const { shell, runtime, gate } = this.#surroundings;
    const channels = gate ? durableChannels(ungatedChannels, gate) : ungatedChannels;
    const command: RemoteCommand = {
      namespace,
      pod: pod.metadata.name ?? '',
      container,
      command: options.command,
      stdin: options.stdin,
      tty: options.tty,
    };
    if (kind === 'attach') return attach({ shell, runtime }, pod, command, channels);
    // Never rejects: what goes wrong is told to the client.
    void runRemoteCommand(shell, command, channels);
  }
}

/** Answers a connection that was to become something else, and ends it. */
export function refuse(socket: Duplex, { status, headers, body }: FullResponse): void {
  const bytes = Buffer.from(body as string);
  const lines = Object.entries({
    ...headers,
    'content-length': String(bytes.length),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(Buffer.concat([Buffer.from(`HTTP/1.1 ${status} ${status}\r\n${lines.join('')}\r\n`), bytes]));
}
