import { Agent, request as httpsRequest } from 'node:https';
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream';
import { clearTimeout, setTimeout } from 'node:timers';
import { ApiError } from '../../api/api-error.js';
import { MAX_BODY_BYTES } from '../../api/read-body.js';
import type { PassedOn } from '../../api/api-server.js';
import type { Cluster } from '../../cluster.js';
import { readBody, sendContainerAnswer } from '../container-answer.js';
import { networkProblem } from '../webhook-problem.js';
import { askContainer } from './ask-container.js';
import { connectionTo, placeOf, type ApiServicePlace } from './api-service-place.js';
import type { FrontProxyCertificate } from './front-proxy.js';
import { answeredHeaders, bodyHeaders, forwardedHeaders, headerLists } from './remote-headers.js';

const REDIRECTED = 'the backend attempted to redirect this request, which is not permitted';
const UNREADABLE = 'the backend answered with what is no answer to this request';
const LATE = new ApiError(
  504,
  'Timeout',
  'Timeout: request did not complete within requested timeout - context deadline exceeded',
  {},
);

/** Connections that are not used are closed by this side first: the other one would not say so. */
const IDLE_MS = 30_000;
/** How long a request may take that is not meant to go on (kube-apiserver's --request-timeout). */
const REQUEST_MS = 60_000;
/** What carries requests again would carry them under any name: this server is believed on its connections. */
const CARRIES_REQUESTS = /^(?:h2c|http|tls)/i;

/** Passes requests on to the servers of APIServices: bodies, watches and upgraded connections as they come. */
export class RequestProxy {
  readonly #cluster: Cluster;
  readonly #certificate: FrontProxyCertificate;
  readonly #requestMs: number;
  readonly #agent = new Agent({ keepAlive: true, timeout: IDLE_MS });
  readonly #open = new Set<{ destroy(): unknown }>();
  readonly #streams = new Set<() => void>();

  constructor(cluster: Cluster, certificate: FrontProxyCertificate, requestMs = REQUEST_MS) {
    this.#cluster = cluster;
    this.#certificate = certificate;
    this.#requestMs = requestMs;
  }

  close(): void {
    for (const one of this.#open) one.destroy();
    for (const end of this.#streams) end();
    this.#agent.destroy();
  }

  /** Passes a request on, and its answer back. */
  pass(message: IncomingMessage, response: ServerResponse, passed: PassedOn): void {
    const place = placeOf(this.#cluster, passed.service);
    if (place.kind === 'address' && place.isSimulated) {
      this.#passInside(message, response, passed, place).catch(() => response.destroy());
      return;
    }
    const answer = (status: number, type: string, text: string): void => {
      passed.answered(status);
      if (response.headersSent) return void response.destroy();
      response.writeHead(status, { 'content-type': type });
      response.end(`${text}\n`);
    };
    const refuse = (status: number, text: string): void => answer(status, 'text/plain; charset=utf-8', text);
    const end = (): void => answer(LATE.code, 'application/json', JSON.stringify(LATE.status));
    const outgoing = this.#request(message, passed, bodyHeaders(message.headers), refuse, this.#agent);
    if (!outgoing) return;
    outgoing.on('response', (given) => {
      const { statusCode = 0, headers } = given;
      if (statusCode >= 300 && statusCode <= 399 && headers.location !== undefined) {
        given.resume();
        return refuse(502, REDIRECTED);
      }
      if (statusCode < 200) {
        outgoing.destroy();
        return refuse(502, UNREADABLE);
      }
      passed.answered(statusCode);
      response.writeHead(statusCode, answeredHeaders(headers));
      response.flushHeaders();
      pipeline(given, response, () => this.#open.delete(outgoing));
    });
    // Something else than an answer: the client has not asked for it.
    outgoing.on('upgrade', (_answer, far) => {
      far.destroy();
      refuse(502, UNREADABLE);
    });
    const late = passed.isLongRunning ? undefined : setTimeout(end, this.#requestMs);
    response.on('close', () => {
      clearTimeout(late);
      outgoing.destroy();
    });
    pipeline(message, outgoing, () => undefined);
  }

  /** Passes a connection on that is to become something else. */
  upgrade(message: IncomingMessage, socket: Duplex, head: Buffer, passed: PassedOn): void {
    const refuse = (status: number, text: string): void => {
      passed.answered(status);
      socket.end(
        `HTTP/1.1 ${status} ${status}\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(text) + 1}\r\n\r\n${text}\n`,
      );
    };
    const { upgrade: kinds = '' } = message.headers;
    if (kinds.split(',').some((kind) => CARRIES_REQUESTS.test(kind.trim())))
      return refuse(400, 'unsupported upgrade');
    const wanted = { connection: 'Upgrade', upgrade: kinds };
    const outgoing = this.#request(message, passed, wanted, refuse, false);
    if (!outgoing) return;
    outgoing.on('response', (answer) => {
      const { statusCode = 502, headers } = answer;
      if (statusCode >= 300 && statusCode <= 399) {
        answer.resume();
        return refuse(502, REDIRECTED);
      }
      passed.answered(statusCode);
      socket.write(headLines(statusCode, { ...answeredHeaders(headers), connection: 'close' }));
      pipeline(answer, socket, () => this.#open.delete(outgoing));
    });
    outgoing.on('upgrade', (answer, far, farHead) => {
      passed.answered(101);
      const { upgrade = '' } = answer.headers;
      socket.write(headLines(101, { ...answeredHeaders(answer.headers), connection: 'Upgrade', upgrade }));
      if (farHead.length > 0) socket.write(farHead);
      if (head.length > 0) far.write(head);
      this.#open.add(socket).add(far);
      const end = (): void => {
        this.#open.delete(socket);
        this.#open.delete(far);
        socket.destroy();
        far.destroy();
      };
      for (const one of [socket, far]) one.on('error', end).on('close', end);
      socket.pipe(far);
      far.pipe(socket);
    });
    socket.on('close', () => outgoing.destroy());
    outgoing.end();
  }

  /** Passes a request on to a container of this cluster. */
  async #passInside(
    message: IncomingMessage,
    response: ServerResponse,
    { service, user, path, answered }: PassedOn,
    place: ApiServicePlace & { readonly kind: 'address' },
  ): Promise<void> {
    const refuse = (status: number, text: string): void => {
      answered(status);
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
    };
    const body = await readBody(message, MAX_BODY_BYTES);
    if (!body) return refuse(413, `the request is larger than ${MAX_BODY_BYTES} bytes`);
    const headers = forwardedHeaders(message.headersDistinct, user, message.socket.remoteAddress);
    const query = /\?.*$/.exec(message.url ?? '')?.[0] ?? '';
    const { name, namespace } = service.spec?.service ?? {};
    const host = `${name}.${namespace}.svc`;
    const found = askContainer(this.#cluster, service, place, this.#certificate, {
      method: message.method ?? 'GET',
      url: `${path}${query}`,
      ...headerLists({ ...headers, host }),
      body,
    });
    if (found.kind === 'failed') return refuse(503, `error trying to reach service: ${found.problem}`);
    answered(found.answer.status);
    sendContainerAnswer(message, response, found.answer, this.#streams);
  }

  #request(
    message: IncomingMessage,
    { service, user, path }: PassedOn,
    headers: OutgoingHttpHeaders,
    refuse: (status: number, text: string) => void,
    agent: Agent | false,
  ): ClientRequest | undefined {
    const place = placeOf(this.#cluster, service);
    if (place.kind === 'failed' || place.isSimulated) {
      refuse(503, 'service unavailable');
      return undefined;
    }
    const { name, namespace, port = 443 } = service.spec?.service ?? {};
    const target = `${name}.${namespace}.svc:${port}`;
    const client = message.socket.remoteAddress;
    const query = /\?.*$/.exec(message.url ?? '')?.[0] ?? '';
    const outgoing = httpsRequest({
      ...connectionTo(service, place, this.#certificate),
      agent,
      method: message.method ?? 'GET',
      path: `${path}${query}`,
      headers: { ...forwardedHeaders(message.headersDistinct, user, client), host: target, ...headers },
    });
    this.#open.add(outgoing);
    outgoing.on('close', () => this.#open.delete(outgoing));
    outgoing.on('error', (error) => {
      const url = new URL(`https://${target}${path}${query}`);
      refuse(503, `error trying to reach service: ${networkProblem(error, url)}`);
    });
    return outgoing;
  }
}

function headLines(status: number, headers: ReturnType<typeof answeredHeaders>): string {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one) => `${name}: ${one}\r\n`),
  );
  return `HTTP/1.1 ${status} ${status === 101 ? 'Switching Protocols' : status}\r\n${lines.join('')}\r\n`;
}
