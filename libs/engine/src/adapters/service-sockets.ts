import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer, type Server as TcpServer, type Socket } from 'node:net';
import type { Client } from '../clients/client.js';
import { Ingresses, Services } from '../clients/resource-type.js';
import { readBody, sendContainerAnswer } from './container-answer.js';
import { INGRESS_PORT } from '../network/ingress/ingress-routes.js';
import type { ServiceProxy, Route } from '../network/service-proxy.js';
import type { ClusterRuntime } from '../runtime/cluster-runtime.js';
import type { Ingress, Service } from '../types/index.js';

/** Ports listened on at a time. Each costs a file descriptor, of which a process has about a thousand without asking. */
export const MOST_SERVICE_SOCKETS = 500;
/** Bytes of a request's body that are handed on. */
const LARGEST_BODY = 1024 * 1024;
/** A client that sends nothing for so long is let go. */
const IDLE_MS = 60_000;

export interface ServiceSocketsOptions {
  readonly client: Client;
  readonly proxy: ServiceProxy;
  readonly runtime: ClusterRuntime;
  /** Where node ports are reached. */
  readonly nodePortHost?: string;
  /** Told once per service port why it can't be listened on. */
  readonly onProblem?: (problem: SocketProblem) => void;
}

/** A service port that can't be reached from this machine, and why. */
export interface SocketProblem {
  readonly service: string;
  readonly address: string;
  readonly port: number;
  readonly code: string;
  readonly message: string;
}

/** Where to listen for a service port. */
interface ListenPort {
  readonly address: string;
  readonly port: number;
  readonly nodePort: boolean;
  readonly via?: string;
}

interface Listener {
  readonly server: TcpServer;
  readonly service: string;
  readonly nodePort: boolean;
  /** The cluster address an external one stands for. */
  readonly via: string | undefined;
}

/**
 * Lets programs on this machine reach services: listens on their cluster addresses (where those are loopback addresses) and
 * node ports, and hands what comes to a pod that answers. Only ports of existing services are listened on; one HTTP server
 * serves them all. A port that can't be opened is reported, not fatal.
 */
export class ServiceSockets {
  readonly #options: ServiceSocketsOptions;
  readonly #listeners = new Map<string, Listener>();
  readonly #http: Server;
  readonly #sockets = new Set<Socket>();
  /** Answers that go on. */
  readonly #streams = new Set<() => void>();
  #unwatch: (() => void) | undefined;

  constructor(options: ServiceSocketsOptions) {
    this.#options = options;
    this.#http = createHttpServer({ keepAliveTimeout: 5000 }, (request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  /** Starts listening for all services there are and will be. */
  start(): void {
    const services = this.#options.client.lister(Services);
    this.#unwatch = services.watch((type, service, previous) => {
      if (previous) this.#adjust(previous, type === 'DELETED' ? undefined : service);
      else this.#adjust(undefined, service);
    });
    for (const service of services.list()) this.#adjust(undefined, service);
    const ingresses = this.#options.client.lister(Ingresses);
    const stop = ingresses.watch((_type, ingress) => this.#listenForIngress(ingress));
    for (const ingress of ingresses.list()) this.#listenForIngress(ingress);
    const unwatch = this.#unwatch;
    this.#unwatch = () => {
      unwatch();
      stop();
    };
  }

  /** All ingresses share one address, which is listened on from the first one on. */
  #listenForIngress({ status, metadata }: Ingress): void {
    for (const { ip: address = '' } of status?.loadBalancer?.ingress ?? []) {
      const key = `${address}:${INGRESS_PORT}`;
      if (address !== this.#options.runtime.ingressAddress || this.#listeners.has(key)) continue;
      if (!address.startsWith('127.')) continue;
      const port = { address, port: INGRESS_PORT, nodePort: false };
      this.#listen(key, port, `${metadata.namespace}/${metadata.name}`);
    }
  }

  async stop(): Promise<void> {
    this.#unwatch?.();
    for (const end of this.#streams) end();
    for (const socket of this.#sockets) socket.destroy();
    const servers = [...this.#listeners.values()].map(({ server }) => server);
    this.#listeners.clear();
    this.#http.close();
    await Promise.all(servers.map((server) => new Promise<void>((done) => server.close(() => done()))));
  }

  /** `address:port` of everything that is listened on. */
  get addresses(): readonly string[] {
    return [...this.#listeners].filter(([, { server }]) => server.listening).map(([key]) => key);
  }

  #adjust(before: Service | undefined, now: Service | undefined): void {
    const wanted = new Map(this.#ports(now).map((port) => [`${port.address}:${port.port}`, port]));
    for (const { address, port } of this.#ports(before)) {
      const key = `${address}:${port}`;
      if (wanted.has(key)) continue;
      this.#listeners.get(key)?.server.close();
      this.#listeners.delete(key);
    }
    for (const [key, port] of wanted) if (!this.#listeners.has(key)) this.#listen(key, port, nameOf(now));
  }

  #ports(service: Service | undefined): ListenPort[] {
    // Its endpoints are no pods, and what comes is no HTTP: a DNS server has a port of its own.
    if (service?.metadata.labels?.['k8s-app'] === 'kube-dns') return [];
    const { clusterIP, ports = [] } = service?.spec ?? {};
    const host = this.#options.nodePortHost ?? '127.0.0.1';
    const external = (service?.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) =>
      ip?.startsWith('127.') ? [ip] : [],
    );
    return ports
      .filter(({ protocol }) => (protocol ?? 'TCP') === 'TCP')
      .flatMap(({ port, nodePort }) => [
        ...(clusterIP?.startsWith('127.') ? [{ address: clusterIP, port, nodePort: false }] : []),
        ...(clusterIP ? external.map((address) => ({ address, port, nodePort: false, via: clusterIP })) : []),
        ...(nodePort ? [{ address: host, port: nodePort, nodePort: true }] : []),
      ]);
  }

  #listen(key: string, { address, port, nodePort, via }: ListenPort, service: string): void {
    const problem = (code: string, message: string): void =>
      this.#options.onProblem?.({ service, address, port, code, message });
    if (this.#listeners.size >= MOST_SERVICE_SOCKETS)
      return problem('ELIMIT', `already listening on ${MOST_SERVICE_SOCKETS} service ports`);
    const server = createServer((socket) => this.#accept(socket, key));
    this.#listeners.set(key, { server, service, nodePort, via });
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (this.#listeners.get(key)?.server === server) this.#listeners.delete(key);
      problem(error.code ?? 'ERROR', explain(error, address, port));
    });
    server.listen({ host: address, port, exclusive: true });
    server.unref();
  }

  #accept(socket: Socket, key: string): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    const route = this.#route(socket, key);
    // Nothing behind the service: closed at once, as near to "connection refused" as a listener can get.
    if (route !== 'ingress' && route?.kind !== 'endpoint') return void socket.resetAndDestroy();
    this.#http.emit('connection', socket);
  }

  #route(socket: Socket, key: string): Route | 'ingress' | undefined {
    const listener = this.#listeners.get(key);
    if (!listener) return undefined;
    const { localAddress = '', localPort = 0, remoteAddress = '' } = socket;
    if (localAddress === this.#options.runtime.ingressAddress) return 'ingress';
    const source = { clientIp: remoteAddress, external: listener.nodePort || listener.via !== undefined };
    return listener.nodePort
      ? this.#options.proxy.routeNodePort(localPort, 'TCP', source)
      : this.#options.proxy.route(listener.via ?? localAddress, localPort, 'TCP', source);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    const route = this.#route(socket, `${socket.localAddress}:${socket.localPort}`);
    if (route !== 'ingress' && route?.kind !== 'endpoint') return void socket.resetAndDestroy();
    const body = await readBody(request, LARGEST_BODY);
    if (!body) {
      response.writeHead(413, { connection: 'close' }).end();
      return;
    }
    const { ip, port } =
      route === 'ingress' ? { ip: this.#options.runtime.ingressAddress, port: INGRESS_PORT } : route.endpoint;
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    );
    const result = this.#options.runtime.http(ip, port, {
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      headers,
      body,
      clientIp: socket.remoteAddress ?? '',
    });
    if (result.kind !== 'answer') return void socket.resetAndDestroy();
    sendContainerAnswer(request, response, result.answer, this.#streams);
  }
}

const nameOf = (service: Service | undefined): string =>
  `${service?.metadata.namespace ?? ''}/${service?.metadata.name ?? ''}`;

function explain(error: NodeJS.ErrnoException, address: string, port: number): string {
  switch (error.code ?? '') {
    case 'EACCES':
      return `not allowed to listen on ${address}:${port}: ports below 1024 need root or net.ipv4.ip_unprivileged_port_start=0; use a node port instead`;
    case 'EADDRNOTAVAIL':
      return `${address} is not an address of this machine (outside Linux only 127.0.0.1 is); use a node port instead`;
    case 'EADDRINUSE':
      return `${address}:${port} is used by another program`;
    default:
      return error.message;
  }
}
