import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import type { ClusterDns } from '../network/dns/cluster-dns.js';
import { decodeQuery, encodeAnswer } from '../network/dns/dns-message.js';

/** Connections at a time, and how long one may say nothing. */
const MOST_CONNECTIONS = 64;
const IDLE_MS = 10_000;

export interface DnsServerOptions {
  readonly dns: ClusterDns;
  readonly host?: string;
  /** 0 for any free port. */
  readonly port?: number;
}

/** Answers DNS queries for the cluster's domain over UDP and TCP. */
export class DnsServer {
  readonly #options: DnsServerOptions;
  readonly #connections = new Set<Socket>();
  #udp: UdpSocket | undefined;
  #tcp: Server | undefined;

  constructor(options: DnsServerOptions) {
    this.#options = options;
  }

  /** Starts listening; answers the port, which is the same for UDP and TCP. */
  async start(): Promise<number> {
    const { host = '127.0.0.1', port = 0 } = this.#options;
    const tcp = createServer((socket) => this.#converse(socket));
    tcp.maxConnections = MOST_CONNECTIONS;
    this.#tcp = tcp;
    await new Promise<void>((resolve, reject) => {
      tcp.once('error', reject);
      tcp.listen(port, host, resolve);
    });
    const address = tcp.address();
    const chosen = typeof address === 'object' && address ? address.port : port;
    const udp = createSocket('udp4');
    this.#udp = udp;
    udp.on('message', (message, client) => {
      const reply = this.#reply(message, 'udp');
      if (reply) udp.send(reply, client.port, client.address);
    });
    await new Promise<void>((resolve, reject) => {
      udp.once('error', reject);
      udp.bind(chosen, host, resolve);
    });
    udp.on('error', () => undefined);
    tcp.unref();
    udp.unref();
    return chosen;
  }

  async stop(): Promise<void> {
    for (const socket of this.#connections) socket.destroy();
    const { promise: udpClosed, resolve: udpDone } = Promise.withResolvers<void>();
    const { promise: tcpClosed, resolve: tcpDone } = Promise.withResolvers<void>();
    if (this.#udp) this.#udp.close(() => udpDone());
    else udpDone();
    if (this.#tcp) this.#tcp.close(() => tcpDone());
    else tcpDone();
    await Promise.all([udpClosed, tcpClosed]);
  }

  #reply(message: Uint8Array, transport: 'udp' | 'tcp'): Uint8Array | undefined {
    const query = decodeQuery(message);
    return query && encodeAnswer(query, this.#options.dns.answer(query.question), transport);
  }

  /** Over TCP each message comes with its length in front. */
  #converse(socket: Socket): void {
    this.#connections.add(socket);
    socket.on('close', () => this.#connections.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    let waiting = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      waiting = Buffer.concat([waiting, chunk]);
      while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
        const end = 2 + waiting.readUInt16BE(0);
        const reply = this.#reply(waiting.subarray(2, end), 'tcp');
        waiting = waiting.subarray(end);
        if (!reply) return void socket.destroy();
        const length = Buffer.alloc(2);
        length.writeUInt16BE(reply.length);
        socket.write(Buffer.concat([length, reply]));
      }
    });
  }
}
