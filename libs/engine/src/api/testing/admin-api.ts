import { mastersOnly } from '../../auth/authorizer.js';
import { createCluster, type Cluster, type ClusterOptions } from '../../cluster.js';
import { isStream, type ApiRequest } from '../api-request.js';
import { ApiServer } from '../api-server.js';

/** An answer, as text and as what its JSON says. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly warnings: readonly string[];
  readonly json: Readonly<Record<string, unknown>>;
}

/** The API of a cluster without controllers, as an administrator uses it over HTTP. */
export class AdminApi {
  readonly cluster: Cluster;
  readonly #api: ApiServer;

  constructor(options: ClusterOptions = {}) {
    this.cluster = createCluster({ controllers: [], ...options });
    this.#api = new ApiServer({
      ...this.cluster,
      random: { next: () => 0 },
      authenticators: [{ authenticate: () => ({ user: 'admin', groups: ['system:masters'] }) }],
      authorizer: mastersOnly,
    });
  }

  send(method: string, target: string, body: unknown = '', headers: Record<string, string> = {}): Answer {
    const response = this.#api.handle(requestOf(method, target, body, headers));
    if (isStream(response)) throw new Error(`${target} answers with a stream`);
    const text = Buffer.from(response.body).toString('utf8');
    const isJson = response.headers['content-type']?.startsWith('application/json');
    return {
      status: response.status,
      text,
      warnings: response.warnings ?? [],
      json: isJson ? (JSON.parse(text) as Answer['json']) : {},
    };
  }

  /** Whether a connection may be made, and the words of the refusal otherwise. */
  connect(target: string): string {
    const admitted = this.#api.admitStream(requestOf('POST', target));
    return 'status' in admitted ? String(admitted.body) : 'admitted';
  }

  /** The events a watch tells of, as they come. */
  watch(target: string): Readonly<Record<string, unknown>>[] {
    const response = this.#api.handle(requestOf('GET', target));
    if (!isStream(response)) throw new Error(`${target} is no watch`);
    const events: Readonly<Record<string, unknown>>[] = [];
    response.stream({
      write(chunk) {
        for (const line of Buffer.from(chunk).toString('utf8').split('\n'))
          if (line !== '') events.push(JSON.parse(line) as Readonly<Record<string, unknown>>);
        return true;
      },
      end: () => undefined,
    });
    return events;
  }
}

function requestOf(
  method: string,
  target: string,
  body: unknown = '',
  headers: Record<string, string> = {},
): ApiRequest {
  const [path = '', query = ''] = target.split('?');
  const all = new Map(Object.entries({ 'content-type': 'application/json', ...headers }));
  return {
    method,
    path,
    query: new URLSearchParams(query),
    header: (name) => all.get(name),
    headers: () => [],
    headerNames: () => [],
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  };
}
