import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority, createServerCertificate, generatePrivateKey } from '../auth/certificates.js';
import { createCluster } from '../cluster.js';
import type { WebhookAnswer, WebhookCall } from '../admission/webhooks/webhook-caller.js';
import { HttpsWebhookCaller } from './https-webhook-caller.js';

const nowMs = Date.now();
const authority = createAuthority({ key: generatePrivateKey(), nowMs });
const certificate = createServerCertificate({
  authority,
  key: generatePrivateKey(),
  nowMs,
  commonName: 'webhook',
  names: ['127.0.0.1', 'guard.default.svc'],
});
const caBundle = Buffer.from(authority.cert).toString('base64');

let server: Server;
let port = 0;
const cluster = createCluster({ controllers: [] });
const caller = new HttpsWebhookCaller(cluster);

beforeAll(async () => {
  server = createServer({ key: certificate.key, cert: certificate.cert }, (request, response) => {
    const path = request.url ?? '';
    if (path.startsWith('/hang')) return;
    if (path.startsWith('/broken')) {
      response.statusCode = 500;
      response.end('boom');
      return;
    }
    if (path.startsWith('/large')) {
      response.end('x'.repeat(4 * 1024 * 1024));
      return;
    }
    if (path.startsWith('/text')) {
      response.end('<html>');
      return;
    }
    response.end(JSON.stringify({ path, method: request.method, agent: request.headers['user-agent'] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(async () => {
  caller.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function ask(clientConfig: WebhookCall['clientConfig'], timeoutSeconds = 10): Promise<WebhookAnswer> {
  return new Promise((resolve) =>
    caller.call({ name: 'x', clientConfig, timeoutSeconds, review: { request: {} } }, resolve),
  );
}

const at = (path: string): WebhookCall['clientConfig'] => ({
  url: `https://127.0.0.1:${port}${path}`,
  caBundle,
});

/** The problem, with the port that changes from run to run taken out. */
async function problem(clientConfig: WebhookCall['clientConfig'], timeoutSeconds?: number): Promise<string> {
  const answer = await ask(clientConfig, timeoutSeconds);
  return answer.kind === 'failed' ? answer.problem.replaceAll(String(port), 'PORT') : 'answered';
}

describe('calling webhooks over HTTPS', () => {
  it('posts the review and says how long it waits', async () => {
    expect(await ask(at('/validate?a=b'))).toEqual({
      kind: 'answer',
      body: { path: '/validate?a=b&timeout=10s', method: 'POST', agent: 'kube-apiserver-admission' },
    });
  });

  it.each<[string, () => WebhookCall['clientConfig'], string]>([
    [
      'a stranger’s certificate',
      () => ({ url: at('/').url ?? '' }),
      'failed to call webhook: Post "https://127.0.0.1:PORT/?timeout=1s": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ],
    [
      'nobody there',
      () => ({ url: 'https://127.0.0.1:1/', caBundle }),
      'failed to call webhook: Post "https://127.0.0.1:1/?timeout=1s": dial tcp 127.0.0.1:1: connect: connection refused',
    ],
    [
      'no answer in time',
      () => at('/hang'),
      'failed to call webhook: Post "https://127.0.0.1:PORT/hang?timeout=1s": context deadline exceeded',
    ],
    [
      'a server that breaks',
      () => at('/broken'),
      'failed to call webhook: an error on the server ("boom") has prevented the request from succeeding',
    ],
    [
      'an answer without end',
      () => at('/large'),
      'failed to call webhook: Post "https://127.0.0.1:PORT/large?timeout=1s": the answer is larger than 3145728 bytes',
    ],
    [
      'plain HTTP',
      () => ({ url: `http://127.0.0.1:${port}/` }),
      'failed to call webhook: Post "http://127.0.0.1:PORT/?timeout=1s": webhooks are only called over https',
    ],
    [
      'an address of a cloud’s metadata',
      () => ({ url: 'https://169.254.169.254/' }),
      'failed to call webhook: Post "https://169.254.169.254/?timeout=1s": the address 169.254.169.254 may not be called',
    ],
    [
      'the same address in the words of IPv6',
      () => ({ url: 'https://[64:ff9b::169.254.169.254]/' }),
      'failed to call webhook: Post "https://[64:ff9b::a9fe:a9fe]/?timeout=1s": the address 64:ff9b::a9fe:a9fe may not be called',
    ],
    [
      'the address of a cloud’s metadata in IPv6',
      () => ({ url: 'https://[fd00:ec2::254]/' }),
      'failed to call webhook: Post "https://[fd00:ec2::254]/?timeout=1s": the address fd00:ec2::254 may not be called',
    ],
    [
      'a service that is not there',
      () => ({ service: { name: 'guard', namespace: 'default', path: '/x' }, caBundle }),
      'failed to call webhook: Post "https://guard.default.svc:443/x?timeout=1s": service "guard" not found',
    ],
  ])('fails for %s', async (_, config, expected) => {
    expect(await problem(config(), 1)).toBe(expected);
  });

  it('says that an answer is no JSON', async () => {
    expect(await problem(at('/text'))).toMatch(
      /^failed to call webhook: couldn't get version\/kind; json parse error/,
    );
  });
});
