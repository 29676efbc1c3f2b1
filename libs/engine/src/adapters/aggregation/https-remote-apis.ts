import { Agent, request as httpsRequest } from 'node:https';
import { clearTimeout, setTimeout } from 'node:timers';
import type { RemoteAnswer, RemoteApiCaller } from '../../aggregation/remote-api.js';
import type { Cluster } from '../../cluster.js';
import type { APIService } from '../../types/index.js';
import { networkProblem } from '../webhook-problem.js';
import { askContainer } from './ask-container.js';
import { connectionTo, placeOf } from './api-service-place.js';
import type { FrontProxyCertificate } from './front-proxy.js';
import { headerLists, userHeaders } from './remote-headers.js';

/** How long a server may take to say what it serves (remote_available_controller.go). */
const TIMEOUT_MS = 5_000;
/** How long it may take to write down its schemas: large ones are made when they are first asked for. */
const SCHEMA_TIMEOUT_MS = 60_000;
/** Bytes of a discovery or OpenAPI document that are read. */
const LONGEST_DOCUMENT = 16 * 1024 * 1024;
const AGGREGATOR = { user: 'system:kube-aggregator', groups: ['system:masters'] };

/** Asks the servers of APIServices over HTTPS. */
export class HttpsRemoteApis implements RemoteApiCaller {
  readonly #cluster: Cluster;
  readonly #certificate: FrontProxyCertificate;
  readonly #agent = new Agent({ keepAlive: false });

  constructor(cluster: Cluster, certificate: FrontProxyCertificate) {
    this.#cluster = cluster;
    this.#certificate = certificate;
  }

  close(): void {
    this.#agent.destroy();
  }

  isSimulated(service: APIService): boolean {
    const place = placeOf(this.#cluster, service);
    return place.kind === 'address' && place.isSimulated;
  }

  get(service: APIService, path: string, answered: (answer: RemoteAnswer) => void): void {
    this.send(service, { method: 'GET', path }, answered);
  }

  send(
    service: APIService,
    { method, path }: { readonly method: 'GET' | 'DELETE'; readonly path: string },
    answered: (answer: RemoteAnswer) => void,
  ): void {
    this.#send(service, method, path).then(answered, (error: unknown) =>
      answered({ kind: 'failed', problem: String(error) }),
    );
  }

  async #send(service: APIService, method: 'GET' | 'DELETE', path: string): Promise<RemoteAnswer> {
    const { name, namespace, port = 443 } = service.spec?.service ?? {};
    const url = new URL(`https://${name}.${namespace}.svc:${port}${path}`);
    const failed = (problem: string): RemoteAnswer => ({
      kind: 'failed',
      problem: `failing or missing response from https://${name}.${namespace}.svc:${port}${path}: ${method === 'GET' ? 'Get' : 'Delete'} ${JSON.stringify(url.href)}: ${problem}`,
    });
    const place = placeOf(this.#cluster, service);
    if (place.kind === 'failed') return failed(place.problem);
    const headers = {
      accept: 'application/json',
      'user-agent': 'kube-aggregator',
      ...userHeaders(AGGREGATOR),
    };
    if (place.isSimulated) {
      const request = { method, url: path, ...headerLists(headers) };
      const found = askContainer(this.#cluster, service, place, this.#certificate, request);
      if (found.kind === 'failed') return failed(found.problem);
      const { status, body } = found.answer;
      return { kind: 'answer', status, body: Buffer.from(body).toString('utf8') };
    }
    return await new Promise((resolve) => {
      const settle = (answer: RemoteAnswer): void => {
        clearTimeout(timer);
        resolve(answer);
      };
      const options = {
        ...connectionTo(service, place, this.#certificate),
        agent: this.#agent,
        method,
        path,
        headers,
      };
      const outgoing = httpsRequest(options, (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          chunks.push(chunk);
          if (size <= LONGEST_DOCUMENT) return;
          settle(failed(`the answer is larger than ${LONGEST_DOCUMENT} bytes`));
          outgoing.destroy();
        });
        response.on('end', () =>
          settle({
            kind: 'answer',
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
        response.on('error', (error) => settle(failed(networkProblem(error, url))));
      });
      const isLong = method === 'DELETE' || path.startsWith('/openapi/');
      const timeoutMs = isLong ? SCHEMA_TIMEOUT_MS : TIMEOUT_MS;
      const timer = setTimeout(() => {
        settle(failed('context deadline exceeded'));
        outgoing.destroy();
      }, timeoutMs);
      outgoing.on('error', (error) => settle(failed(networkProblem(error, url))));
      outgoing.end();
    });
  }
}
