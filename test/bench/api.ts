import { Agent, request } from 'node:https';
import {
  createAuthority,
  createClientCertificate,
  createCluster,
  createServerCertificate,
  apiServerNames,
  ConfigMaps,
  generatePrivateKey,
  serveKubernetesApi,
  SystemClock,
} from '@lotse/engine';
import { count, ms, type Group } from './row.ts';

const CONNECTIONS = 50;
const SECONDS = 3;

/** The Kubernetes API over TLS, with the load made in the same process: both share the machine. */
export const apiGroup: Group = {
  name: 'api',
  async run() {
    const clock = new SystemClock();
    const cluster = createCluster({ clock, nodes: 0 });
    for (let index = 0; index < 500; index++) {
      cluster.client.create(ConfigMaps, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `c-${index}`, namespace: 'default' },
        data: { text: 'x'.repeat(1500) },
      });
    }
    const nowMs = Date.now();
    const authority = createAuthority({ key: generatePrivateKey(), nowMs });
    const server = createServerCertificate({
      authority,
      key: generatePrivateKey(),
      nowMs,
      commonName: 'kube-apiserver',
      names: apiServerNames('127.0.0.1'),
    });
    const user = createClientCertificate({
      authority,
      key: generatePrivateKey(),
      nowMs,
      user: 'bench',
      groups: ['system:masters'],
    });
    const api = await serveKubernetesApi({
      cluster,
      tls: { key: server.key, cert: server.cert, ca: authority.cert },
      host: '127.0.0.1',
      port: 0,
      durable: () => Promise.resolve(),
    });
    const agent = new Agent({
      keepAlive: true,
      maxSockets: CONNECTIONS,
      ca: authority.cert,
      key: user.key,
      cert: user.cert,
    });
    const load = async (path: string): Promise<{ perSecond: number; p99: number }> => {
      const times: number[] = [];
      const until = performance.now() + SECONDS * 1000;
      const worker = async (): Promise<void> => {
        while (performance.now() < until) {
          const started = performance.now();
          await new Promise<void>((resolve, reject) => {
            request(`${api.address.url}${path}`, { agent }, (response) => {
              response.resume();
              response.on('end', () =>
                response.statusCode === 200
                  ? resolve()
                  : reject(new Error(`${path}: ${response.statusCode}`)),
              );
            })
              .on('error', reject)
              .end();
          });
          times.push(performance.now() - started);
        }
      };
      await Promise.all(Array.from({ length: CONNECTIONS }, worker));
      times.sort((a, b) => a - b);
      return { perSecond: times.length / SECONDS, p99: times[Math.floor(times.length * 0.99)] ?? 0 };
    };
    const get = await load('/api/v1/namespaces/default/configmaps/c-1');
    const list = await load('/api/v1/namespaces/default/configmaps');
    agent.destroy();
    await api.close();
    cluster.stop();
    clock.stop();
    return [
      {
        what: `GET of one object, requests per second (${CONNECTIONS} connections)`,
        value: count(get.perSecond),
        note: `p99 ${ms(get.p99)}, client in the same process`,
      },
      {
        what: 'LIST of 500 objects (0.9 MB), requests per second',
        value: count(list.perSecond),
        note: `p99 ${ms(list.p99)}`,
      },
    ];
  },
};
