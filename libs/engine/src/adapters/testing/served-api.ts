import { request as httpsRequest } from 'node:https';
import { createCluster, type Cluster } from '../../cluster.js';
import { serveKubernetesApi, type KubernetesApiOptions, type ServedApi } from '../http-server.js';
import { testCertificates, type Identity } from './test-certificates.js';

/** A cluster without controllers, served over TLS. For tests. */
export interface TestApi {
  readonly cluster: Cluster;
  readonly api: ServedApi;
  /** The authority of clients. */
  readonly authority: Identity;
  send(request: TestRequest): Promise<TestAnswer>;
}

export interface TestRequest {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly identity?: Identity;
}

export interface TestAnswer {
  readonly status: number;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

/** Serves a cluster with these options. */
export async function startTestApi(
  options: Omit<KubernetesApiOptions, 'cluster' | 'tls'> = {},
): Promise<TestApi> {
  const { authority, tls } = testCertificates();
  const cluster = createCluster({ controllers: [] });
  const api = await serveKubernetesApi({
    ...options,
    cluster,
    tls,
  });
  return { cluster, api, authority, send: (request) => send(api, authority.cert, request) };
}

async function send(api: ServedApi, ca: string, request: TestRequest): Promise<TestAnswer> {
  const { method = 'GET', path, body, headers = {}, identity } = request;
  const bytes = body === undefined ? '' : JSON.stringify(body);
  const { host, port } = api.address;
  return await new Promise((resolve, reject) => {
    const outgoing = httpsRequest(
      {
        host,
        port,
        method,
        path,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(bytes),
          ...headers,
        },
        ca,
        agent: false,
        ...identity,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const json = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
          resolve({ status: response.statusCode ?? 0, text, json });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(bytes);
  });
}

/** Asks who the API takes us for. */
export async function whoAmI(
  served: TestApi,
  headers: TestRequest['headers'] = {},
  identity?: TestRequest['identity'],
): Promise<{ status: number; user: unknown; text: string }> {
  const answer = await served.send({
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    headers,
    ...(identity && { identity }),
  });
  const status = answer.json['status'] as { userInfo?: unknown } | undefined;
  return {
    status: answer.status,
    user: answer.status === 201 ? status?.userInfo : undefined,
    text: answer.text,
  };
}
