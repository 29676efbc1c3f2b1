import { type OnModuleDestroy } from '@nestjs/common';
import { type OnGatewayInit, WebSocketGateway } from '@nestjs/websockets';
import { CodedError } from '@lotse/manifests';
import type { Server, Socket } from 'socket.io';
import { Authenticator } from '../auth/authenticator.js';
import { Authorizer } from '../auth/authorizer.js';
import type { Principal } from '../auth/principal.js';
import { SessionService } from '../auth/sessions/session.service.js';
import { Logger } from '../logging/logger.js';
import { Counters } from '../metrics/counters.js';
import { ClientSubscriptions, type SocketMessage } from './client-subscriptions.js';
import { topicRequestSchema } from './topic-request.schema.js';
import { TopicRegistry } from './topic-source.port.js';

/** All sockets of one process, and those of one account: tabs of people, not a way to exhaust memory. */
const MAX_SOCKETS = 2_000;
const MAX_SOCKETS_PER_ACCOUNT = 200;
/** A client that reads slower than it is written to loses its socket, and gets the whole state when it is back. */
const MAX_UNSENT_PACKETS = 5_000;
/** Sessions that ended (expired, revoked elsewhere) lose their sockets within this. */
const RECHECK_MS = 10_000;
/** Rights that were changed by another process are looked at within this. */
const RIGHTS_MS = 5_000;

type Reply = (answer: Readonly<Record<string, unknown>>) => void;

interface Client {
  readonly principal: Principal;
  readonly subscriptions: ClientSubscriptions;
  /** Messages since the connection's buffer was last empty. */
  unsent: number;
}

/**
 * Live updates over socket.io: `subscribe` with a topic (the reply says `{ok}` or `{error, code}`), then `state` once
 * and `event`s in order; `unsubscribe` ends it. Who connects shows a token (`auth: {token}`) or the session cookie.
 */
@WebSocketGateway()
export class LiveGateway implements OnGatewayInit<Server>, OnModuleDestroy {
  readonly #clients = new Map<Socket, Client>();
  #recheck: NodeJS.Timeout | undefined;
  #rights: NodeJS.Timeout | undefined;

  constructor(
    private readonly authenticator: Authenticator,
    private readonly registry: TopicRegistry,
    private readonly counters: Counters,
    private readonly logger: Logger,
    private readonly sessions: SessionService,
    private readonly authorizer: Authorizer,
  ) {}

  afterInit(server: Server): void {
    server.use((socket, next) => void this.#admitOrRefuse(socket, next));
    server.on('connection', (socket) => this.#connected(socket));
    this.sessions.onRevoked((credentialId) => {
      for (const [socket, { principal }] of this.#clients)
        if (credentialId === undefined || principal.credentialId === credentialId)
          void this.#stillValid(socket);
    });
    this.#recheck = setInterval(() => {
      for (const socket of this.#clients.keys()) void this.#stillValid(socket);
    }, RECHECK_MS);
    this.#recheck.unref();
    this.#rights = setInterval(() => {
      // when the database can't be asked, what is known stays
      if (this.#clients.size > 0) void this.authorizer.refresh().catch(() => undefined);
    }, RIGHTS_MS);
    this.#rights.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#recheck);
    clearInterval(this.#rights);
    for (const [socket, { subscriptions }] of this.#clients) {
      subscriptions.close();
      socket.disconnect(true);
    }
  }

  async #admitOrRefuse(socket: Socket, next: (error?: Error) => void): Promise<void> {
    let refused: Error | undefined;
    try {
      await this.#admit(socket);
    } catch (error) {
      refused = refusal(error);
    }
    next(refused);
  }

  async #admit(socket: Socket): Promise<void> {
    const principal = await this.#principalOf(socket);
    if (!principal)
      throw new CodedError('unauthenticated', 'Sign in first: no valid session or token was sent.');
    const ofAccount = [...this.#clients.values()].filter(
      (client) => client.principal.subject === principal.subject,
    ).length;
    if (this.#clients.size >= MAX_SOCKETS || ofAccount >= MAX_SOCKETS_PER_ACCOUNT)
      throw new CodedError('sockets_too_many', 'Too many open sockets. Close some tabs and try again.');
    const subscriptions = new ClientSubscriptions(this.registry, principal, (message) =>
      this.#send(socket, message),
    );
    this.#clients.set(socket, { principal, subscriptions, unsent: 0 });
    // A handshake that is never finished must not stay counted.
    socket.conn.once('close', () => this.#gone(socket));
  }

  #connected(socket: Socket): void {
    this.counters.sockets.set(this.#clients.size);
    socket.on(
      'subscribe',
      (body: unknown, reply: unknown) => void this.#subscribe(socket, body, asReply(reply)),
    );
    socket.on('unsubscribe', (body: unknown, reply: unknown) => {
      const request = topicRequestSchema.safeParse(body);
      if (request.success) this.#clients.get(socket)?.subscriptions.unsubscribe(request.data);
      this.#countSubscriptions();
      asReply(reply)({ ok: request.success });
    });
    socket.conn.on('drain', () => {
      const client = this.#clients.get(socket);
      if (client) client.unsent = 0;
    });
    socket.on('disconnect', () => this.#gone(socket));
  }

  async #subscribe(socket: Socket, body: unknown, reply: Reply): Promise<void> {
    const request = topicRequestSchema.safeParse(body);
    if (!request.success)
      return reply({
        error:
          'The subscription must name a topic: applications, application (with name) or cluster (with resource).',
        code: 'subscription_invalid',
      });
    try {
      const started = await this.#clients.get(socket)?.subscriptions.subscribe(request.data);
      this.#countSubscriptions();
      reply({ ok: true, ...started });
    } catch (error) {
      if (!(error instanceof CodedError))
        this.logger.error('A subscription failed unexpectedly', { topic: request.data.topic, error });
      reply(
        error instanceof CodedError
          ? { error: error.message, code: error.code }
          : { error: 'Something went wrong inside; the log has the reason.', code: 'internal' },
      );
    }
  }

  #send(socket: Socket, { kind, ...message }: SocketMessage): void {
    const client = this.#clients.get(socket);
    if (!client) return;
    if (++client.unsent > MAX_UNSENT_PACKETS) {
      this.logger.warn('A socket that reads too slowly was closed', { unsent: client.unsent });
      socket.disconnect(true);
      return;
    }
    socket.emit(kind, message);
  }

  async #stillValid(socket: Socket): Promise<void> {
    // When the database can't be asked, nothing is known: the next look decides.
    const principal = await this.#principalOf(socket).catch(() => this.#clients.get(socket)?.principal);
    if (!principal) socket.disconnect(true);
  }

  async #principalOf(socket: Socket): Promise<Principal | undefined> {
    const token: unknown = socket.handshake.auth['token'];
    if (token !== undefined && token !== null)
      return typeof token === 'string' ? this.authenticator.authenticateToken(token) : undefined;
    return (await this.authenticator.authenticate(socket.handshake.headers))?.principal;
  }

  #gone(socket: Socket): void {
    this.#clients.get(socket)?.subscriptions.close();
    this.#clients.delete(socket);
    this.counters.sockets.set(this.#clients.size);
    this.#countSubscriptions();
  }

  #countSubscriptions(): void {
    this.counters.subscriptions.set(
      [...this.#clients.values()].reduce((sum, { subscriptions }) => sum + subscriptions.size, 0),
    );
  }
}

/** What the client's `connect_error` gets: the code as the message, the text beside it. */
function refusal(error: unknown): Error {
  const coded =
    error instanceof CodedError
      ? error
      : new CodedError('internal', 'Something went wrong inside; the log has the reason.');
  return Object.assign(new Error(coded.code), { data: { code: coded.code, message: coded.message } });
}

function asReply(reply: unknown): Reply {
  return typeof reply === 'function' ? (answer) => void reply(answer) : () => undefined;
}
