import { mastersOnly } from '../../auth/authorizer.js';
import { createCluster, type Cluster, type ClusterOptions } from '../../cluster.js';
import { isStream } from '../api-request.js';
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
    const [path = '', query = ''] = target.split('?');
    const all = new Map(Object.entries({ 'content-type': 'application/json', ...headers }));
    const response = this.#api.handle({
      method,
      path,
      query: new URLSearchParams(query),
      header: (name) => all.get(name),
      headers: () => [],
      headerNames: () => [],
      body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    });
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
}
