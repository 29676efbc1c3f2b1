import { Agent, request as httpsRequest } from 'node:https';
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream';
import type { PassedOn } from '../../api/api-server.js';
import type { Cluster } from '../../cluster.js';
import { networkProblem } from '../webhook-problem.js';
import { connectionTo, placeOf } from './api-service-place.js';
import type { FrontProxyCertificate } from './front-proxy.js';
import { answeredHeaders, forwardedHeaders } from './remote-headers.js';

const REDIRECTED = 'the backend attempted to redirect this request, which is not permitted';

/** Connections that are not used are closed by this side first: the other one would not say so. */
const IDLE_MS = 30_000;

/** Passes requests on to the servers of APIServices: bodies, watches and upgraded connections as they come. */
export class RequestProxy {
  readonly #cluster: Cluster;
  readonly #certificate: FrontProxyCertificate;
  readonly #agent = new Agent({ keepAlive: true, timeout: IDLE_MS });
  readonly #open = new Set<{ destroy(): unknown }>();

  constructor(cluster: Cluster, certificate: FrontProxyCertificate) {
    this.#cluster = cluster;
    this.#certificate = certificate;
  }

  close(): void {
    for (const one of this.#open) one.destroy();
    this.#agent.destroy();
  }

  /** Passes a request on, and its answer back. */
  pass(message: IncomingMessage, response: ServerResponse, passed: PassedOn): void {
    const refuse = (status: number, text: string): void => {
      passed.answered(status);
      if (response.headersSent) return void response.destroy();
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(`${text}\n`);
    };
    const outgoing = this.#request(message, passed, {}, (status, text) => refuse(status, text));
    if (!outgoing) return;
    outgoing.on('response', (answer) => {
      const { statusCode = 502, headers } = answer;
      if (statusCode >= 300 && statusCode <= 399 && headers.location !== undefined) {
        answer.resume();
        return refuse(502, REDIRECTED);
      }
      passed.answered(statusCode);
      response.writeHead(statusCode, answeredHeaders(headers));
      response.flushHeaders();
      pipeline(answer, response, () => this.#open.delete(outgoing));
    });
    response.on('close', () => outgoing.destroy());
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
    const wanted = { connection: 'Upgrade', upgrade: message.headers.upgrade ?? '' };
    const outgoing = this.#request(message, passed, wanted, refuse);
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

  #request(
    message: IncomingMessage,
    { service, user }: PassedOn,
    headers: Readonly<Record<string, string>>,
    refuse: (status: number, text: string) => void,
  ): ClientRequest | undefined {
    const place = placeOf(this.#cluster, service);
    if (place.kind === 'failed' || place.isSimulated) {
      refuse(503, 'service unavailable');
      return undefined;
    }
    const { name, namespace, port = 443 } = service.spec?.service ?? {};
    const target = `${name}.${namespace}.svc:${port}`;
    const client = message.socket.remoteAddress;
    const outgoing = httpsRequest({
      ...connectionTo(service, place, this.#certificate),
      agent: this.#agent,
      method: message.method ?? 'GET',
      path: message.url ?? '/',
      headers: { ...forwardedHeaders(message.headersDistinct, user, client), host: target, ...headers },
    });
    this.#open.add(outgoing);
    outgoing.on('close', () => this.#open.delete(outgoing));
    outgoing.on('error', (error) => {
      const url = new URL(`https://${target}${message.url ?? '/'}`);
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
