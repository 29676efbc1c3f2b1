import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { clearTimeout, setTimeout } from 'node:timers';
import { ApiServer } from '../api/api-server.js';
import { answerContainers } from '../api/in-cluster-api.js';
import { isStream, type ApiRequest, type FullResponse, type StreamResponse } from '../api/api-request.js';
import { MAX_BODY_BYTES, requestTooLarge } from '../api/read-body.js';
import { recordedWarnings } from '../api/recorded-warnings.js';
import type { RequestRecord } from '../api/request-record.js';
import { errorResponse } from '../api/respond.js';
import { chanceCertificates } from './chance-certificates.js';
import { ExecShell } from './exec-shell.js';
import { HttpsWebhookCaller } from './https-webhook-caller.js';
import { endUnreadable } from './client-error.js';
import { ClientCertificates, type FrontProxy } from './client-certificates.js';
import { answerRequest } from './answer-request.js';
import { WaitingRoom } from './waiting-room.js';
import { untilAuthenticated } from './until-authenticated.js';
import { DurableGate } from './streams/durable-gate.js';
import { sendStream } from './streams/send-stream.js';
import { startAggregation, type Aggregation } from './aggregation/aggregation.js';
import { refuse, Upgrades } from './streams/upgrades.js';
import { certificateAuthenticator, type Authenticator } from '../auth/authenticator.js';
import { mastersOnly, type Authorizer } from '../auth/authorizer.js';
import type { AnonymousAccess } from '../auth/oidc/jwt-authenticator.js';
import { installRbac } from '../auth/install-rbac.js';
import { signApprovedRequests } from '../auth/certificate-signer.js';
import { generatePrivateKey, type CertifiedKey } from '../auth/certificates.js';
import { keepAccountTokens } from '../auth/keep-account-tokens.js';
import { podTokens } from '../auth/pod-tokens.js';
import { ServiceAccountTokens } from '../auth/service-account-tokens.js';
import { keepFlowControl } from '../flow-control/keep-flow-control.js';
import type { Cluster } from '../cluster.js';

/** A connection that says nothing is dropped after this long; kubectl sends its request at once. */
const HEADERS_TIMEOUT_MS = 30_000;
/** The whole request must be there after this long (the API server's request timeout). */
const REQUEST_TIMEOUT_MS = 60_000;
/** Idle connections wait this long for the next request. */
const KEEP_ALIVE_MS = 90_000;
/** Longest header: a token with thousands of groups fits. */
const LONGEST_HEADER = 128 * 1024;
/** Answers below this are not worth compressing (apiserver responsewriters). */
const GZIP_FROM_BYTES = 128 * 1024;
/** How long open requests may take when the server closes. */
const CLOSE_GRACE_MS = 2_000;

/** What the adapter serves, and where. */
export interface KubernetesApiOptions {
  readonly cluster: Cluster;
  /** PEM: the server's key and certificate, and the authority that signs client certificates. */
  readonly tls: { readonly key: string; readonly cert: string; readonly ca: string };
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Resolves when everything up to the revision is on disk; what tells of it is answered after that. */
  readonly durable?: (revision: number) => Promise<void>;
  /** The authority with its key: approved certificate signing requests are signed with it. */
  readonly authority?: CertifiedKey;
  /** PEM of the EC P-256 key that signs the tokens of service accounts. Without it, tokens end with the process. */
  readonly serviceAccountKey?: string;
  /** Asked in order after the client certificate and the tokens of service accounts. */
  readonly authenticators?: readonly Authenticator[];
  /** Who may come without credentials; everybody when it is not said. */
  readonly anonymous?: AnonymousAccess;
  /** Proxies whose word is taken for who asks. */
  readonly frontProxy?: FrontProxy;
  /** Default: the roles and bindings of the cluster; the bootstrap ones are created where they are missing. */
  readonly authorizer?: Authorizer;
  /** Told of every request that was to change something, before it is answered. Must neither throw nor wait. */
  readonly onWrite?: (record: RequestRecord) => void;
}

/** A served API. */
export interface ServedApi {
  readonly address: { readonly host: string; readonly port: number; readonly url: string };
  close(): Promise<void>;
}

const compress = promisify(gzip);

/** Serves a cluster's API over HTTPS (HTTP/1.1). Resolves when it listens; rejects when it can't. */
export async function serveKubernetesApi(options: KubernetesApiOptions): Promise<ServedApi> {
  const { cluster, tls, host = '127.0.0.1', port = 0 } = options;
  const rbac = options.authorizer ? undefined : installRbac(cluster);
  const authorizer = options.authorizer ?? rbac?.authorizer ?? mastersOnly;
  cluster.access.authorizer = authorizer;
  const tokens = new ServiceAccountTokens({
    ...cluster,
    key: options.serviceAccountKey ?? generatePrivateKey(),
  });
  const aggregation = startAggregation(cluster, tls.ca, options.frontProxy?.authority);
  const api = new ApiServer({
    ...cluster,
    remoteApis: aggregation.remoteApis,
    random: { next: Math.random },
    tokens,
    authenticators: [certificateAuthenticator, tokens, ...(options.authenticators ?? [])],
    authorizer,
    ...(options.anonymous && { anonymous: options.anonymous }),
    ...(options.onWrite && { onWrite: options.onWrite }),
  });
  cluster.running.tokens = podTokens(cluster, tokens);
  cluster.runtime.api = answerContainers(api);
  cluster.runtime.certificates = chanceCertificates;
  const { authority } = options;
  const stopSigning = authority && signApprovedRequests({ ...cluster, authority });
  const stopKeeping = keepAccountTokens({ ...cluster, tokens, authority: tls.ca });
  const stopPriorities = keepFlowControl(cluster);
  const streams = new Set<() => void>();
  await options.durable?.(cluster.store.revision);
  const gate =
    options.durable && new DurableGate(cluster.store, options.durable, () => streams.forEach((end) => end()));
  const certificates = new ClientCertificates(tls.ca, options.frontProxy);
  const room = new WaitingRoom();
  const serving: Serving = { api, options, certificates, streams, gate, aggregation, room };
  const server = createServer(
    {
      key: tls.key,
      cert: tls.cert,
      ca: certificates.authorities,
      requestCert: true,
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: LONGEST_HEADER,
    },
    (message, response) => {
      answer(serving, message, response).catch(() => response.destroy());
    },
  );
  const { runtime, clock } = cluster;
  const shell = new ExecShell({ clock, runtime });
  const upgrades = new Upgrades({ api, runtime, shell, gate, webhooks: cluster.webhooks });
  streams.add(() => upgrades.close());
  server.on('upgrade', (message: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const request = toRequest(message, new Uint8Array(), certificates, socket as TLSSocket);
    untilAuthenticated(() => {
      const passed = api.passedOn(request);
      if (passed && !('status' in passed)) return aggregation.proxy.upgrade(message, socket, head, passed);
      return passed ? refuse(socket, passed) : upgrades.handle(message, request, socket, head);
    }).catch(() => socket.destroy());
  });
  server.on('clientError', endUnreadable);
  const caller = new HttpsWebhookCaller(cluster);
  const stopCalling = cluster.webhooks.callThrough(caller);
  await listen(server, host, port);
  const bound = server.address() as AddressInfo;
  const shownHost = host.includes(':') ? `[${host}]` : host;
  return {
    address: { host, port: bound.port, url: `https://${shownHost}:${bound.port}` },
    close: () => {
      rbac?.stop();
      stopSigning?.();
      stopKeeping();
      stopPriorities();
      stopCalling();
      caller.close();
      aggregation.stop();
      return close(server, streams);
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function close(server: Server, streams: Set<() => void>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const end of streams) end();
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await closed;
  clearTimeout(late);
}

interface Serving {
  readonly api: ApiServer;
  readonly options: KubernetesApiOptions;
  readonly certificates: ClientCertificates;
  readonly streams: Set<() => void>;
  readonly gate: DurableGate | undefined;
  readonly aggregation: Aggregation;
  readonly room: WaitingRoom;
}

async function answer(
  { api, options, certificates, streams, gate, aggregation, room }: Serving,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const socket = message.socket as TLSSocket;
  certificates.meet(socket);
  const passed = await untilAuthenticated(() =>
    api.passedOn(toRequest(message, new Uint8Array(), certificates, socket)),
  );
  if (passed && !('status' in passed)) return aggregation.proxy.pass(message, response, passed);
  if (passed) return await send(message, response, passed);
  const body = await readAll(message);
  response.setHeader('audit-id', randomUUID());
  if (!body) {
    response.setHeader('connection', 'close');
    await send(message, response, errorResponse(requestTooLarge()));
    return;
  }
  const request = { ...toRequest(message, body, certificates, socket), takesTurns: true };
  const result = await answerRequest({ api, webhooks: options.cluster.webhooks, room }, request);
  if (isStream(result)) {
    setHeaders(response, result);
    sendStream(response, result, { streams, gate });
    return;
  }
  await gate?.reached(result.newest ?? options.cluster.store.revision);
  await send(message, response, result);
}

/** The body; undefined when it is larger than the API takes. */
async function readAll(message: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function toRequest(
  message: IncomingMessage,
  body: Uint8Array,
  certificates: ClientCertificates,
  socket: TLSSocket,
): ApiRequest {
  const target = message.url ?? '/';
  const mark = target.indexOf('?');
  const headers = {
    header: (name: string) => message.headersDistinct[name]?.[0],
    headers: (name: string) => message.headersDistinct[name] ?? [],
    headerNames: () => Object.keys(message.headersDistinct),
  };
  const user = certificates.userOf(socket, headers);
  return {
    method: message.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    ...headers,
    body,
    ...(user && { certificateUser: user }),
  };
}

async function send(message: IncomingMessage, response: ServerResponse, result: FullResponse): Promise<void> {
  let body = typeof result.body === 'string' ? Buffer.from(result.body) : result.body;
  setHeaders(response, result);
  const acceptsGzip = /\bgzip\b/.test(String(message.headers['accept-encoding'] ?? ''));
  if (acceptsGzip && body.length >= GZIP_FROM_BYTES) {
    body = await compress(body, { level: 1 });
    result.release?.();
    response.setHeader('content-encoding', 'gzip');
  }
  if (result.release) response.once('close', result.release);
  if (result.status !== 304) response.setHeader('content-length', body.length);
  response.writeHead(result.status);
  response.end(message.method === 'HEAD' || result.status === 304 ? undefined : body);
}

function setHeaders(response: ServerResponse, result: FullResponse | StreamResponse): void {
  response.setHeader('cache-control', 'no-cache, private');
  for (const [name, value] of Object.entries(result.headers)) response.setHeader(name, value);
  if (result.warnings && result.warnings.length > 0)
    response.setHeader(
      'warning',
      recordedWarnings(result.warnings).map((text) => `299 - ${quoted(text)}`),
    );
}

/** A quoted string of HTTP: quotes and backslashes escaped, the rest as UTF-8, whose bytes headers are given as Latin 1. */
function quoted(text: string): string {
  return Buffer.from(`"${text.replaceAll(/["\\]/g, '\\$&')}"`).toString('latin1');
}
