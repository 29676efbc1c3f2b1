import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { clearTimeout, setTimeout } from 'node:timers';
import type { WebhookAnswer, WebhookCall, WebhookCaller } from '../admission/webhooks/webhook-caller.js';
import { parseBoundedJson } from '../api/bounded-json.js';
import type { Cluster } from '../cluster.js';
import { allowedLookup, isRefused } from './allowed-addresses.js';
import { certificateProblem } from './certificate-problem.js';
import { resolveWebhookService } from './webhook-service.js';
import { networkProblem, responseProblem } from './webhook-problem.js';

/** Bytes of an answer that are read; a patch is never larger than what a write may be. */
const LONGEST_ANSWER = 3 * 1024 * 1024;
/** Kubernetes' bounds of timeoutSeconds. */
const LONGEST_TIMEOUT_SECONDS = 30;
/** Connections to one webhook at a time; more calls wait for a free one, within their timeout. */
const MOST_CONNECTIONS = 50;

/** Calls webhooks over HTTPS, or pods of the cluster through its own network. */
export class HttpsWebhookCaller implements WebhookCaller {
  readonly #cluster: Cluster;
  readonly #closed = new AbortController();
  readonly #agent = new Agent({ keepAlive: true, maxSockets: MOST_CONNECTIONS });

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  call(call: WebhookCall, answered: (answer: WebhookAnswer) => void): void {
    this.#answer(call).then(answered, (error: unknown) =>
      answered({ kind: 'failed', problem: `failed to call webhook: ${String(error)}` }),
    );
  }

  close(): void {
    this.#closed.abort();
    this.#agent.destroy();
  }

  async #answer(call: WebhookCall): Promise<WebhookAnswer> {
    const { clientConfig } = call;
    const seconds = Math.min(LONGEST_TIMEOUT_SECONDS, Math.max(1, call.timeoutSeconds));
    const body = Buffer.from(JSON.stringify(call.review));
    const bundle = clientConfig.caBundle?.trim();
    const ca = bundle ? Buffer.from(bundle, 'base64').toString('utf8') : undefined;
    const place = clientConfig.service
      ? resolveWebhookService(this.#cluster, clientConfig.service, body)
      : { kind: 'url' as const, url: clientConfig.url ?? '' };
    if (!URL.canParse(place.url)) return failed(`could not get REST client: Unparsable URL: ${place.url}`);
    const target = new URL(place.url);
    target.searchParams.set('timeout', `${seconds}s`);
    // A service keeps its port in what is told, even where a URL would drop it.
    const shown = clientConfig.service ? `${place.url}?timeout=${seconds}s` : target.href;
    const failedPost = (problem: string): WebhookAnswer =>
      failed(`failed to call webhook: Post ${JSON.stringify(shown)}: ${problem}`);
    if (place.kind === 'failed') return failedPost(place.problem);
    if (place.kind === 'answered') {
      const untrusted =
        place.certificate === undefined
          ? undefined
          : certificateProblem(place.certificate, ca, target.hostname, Date.now());
      if (untrusted !== undefined) return failedPost(untrusted);
      const isLate = place.delayMs >= seconds * 1000;
      if (place.delayMs > 0)
        await sleep(isLate ? seconds * 1000 : place.delayMs, undefined, { signal: this.#closed.signal });
      return isLate ? failedPost('context deadline exceeded') : read(place.status, place.body);
    }
    if (target.protocol !== 'https:') return failedPost('webhooks are only called over https');
    return await new Promise((resolve) => {
      const settle = (answer: WebhookAnswer): void => {
        clearTimeout(timer);
        resolve(answer);
      };
      const options: RequestOptions = {
        method: 'POST',
        agent: this.#agent,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, */*',
          'user-agent': 'kube-apiserver-admission',
          'content-length': body.length,
        },
        lookup: allowedLookup,
        ...(ca !== undefined && { ca }),
        ...(place.connect && { host: place.connect.host, port: place.connect.port }),
        ...(place.connect && { servername: target.hostname }),
      };
      const host = options.host ?? target.hostname.replaceAll(/^\[|\]$/g, '');
      if (isIP(host) !== 0 && isRefused(host)) {
        resolve(failedPost(`the address ${host} may not be called`));
        return;
      }
      const outgoing = httpsRequest(target, options, (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          chunks.push(chunk);
          if (size <= LONGEST_ANSWER) return;
          settle(failedPost(`the answer is larger than ${LONGEST_ANSWER} bytes`));
          outgoing.destroy();
        });
        response.on('end', () => settle(read(response.statusCode ?? 0, Buffer.concat(chunks))));
        response.on('error', (error) => settle(failedPost(networkProblem(error, target))));
      });
      const timer = setTimeout(() => {
        settle(failedPost('context deadline exceeded'));
        outgoing.destroy();
      }, seconds * 1000);
      outgoing.on('error', (error) => settle(failedPost(networkProblem(error, target))));
      outgoing.end(body);
    });
  }
}

const failed = (problem: string): WebhookAnswer => ({ kind: 'failed', problem });

function read(status: number, body: Buffer): WebhookAnswer {
  const text = body.toString('utf8');
  if (status < 200 || status > 206) return failed(`failed to call webhook: ${responseProblem(status, text)}`);
  try {
    return { kind: 'answer', body: parseBoundedJson(text) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return failed(`failed to call webhook: couldn't get version/kind; json parse error: ${why}`);
  }
}
