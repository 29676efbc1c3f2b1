import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { hasKubectl } from './find-kubectl.js';
import { startHttpsSite, type HttpsSite } from './https-site.js';
import { startCluster, type ServedCluster } from './served-cluster.js';
import { transcript } from './transcript.js';

const API_VERSION = 'wardle.example.com/v1';

/** An extension API server with one flunder, which belongs to whoever asks. */
function answerTo(url: string, user: string): object | undefined {
  if (url === `/apis/${API_VERSION}`) {
    const verbs = ['get', 'list'];
    const flunders = { name: 'flunders', singularName: 'flunder', namespaced: true, kind: 'Flunder', verbs };
    return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: API_VERSION, resources: [flunders] };
  }
  const metadata = { name: 'one', namespace: 'default', creationTimestamp: '2026-01-01T00:00:00Z' };
  const one = { apiVersion: API_VERSION, kind: 'Flunder', metadata, owner: user };
  if (/\/flunders(\?|$)/.test(url))
    return { apiVersion: API_VERSION, kind: 'FlunderList', metadata: {}, items: [one] };
  return url.includes('/flunders/one') ? one : undefined;
}

describe.runIf(hasKubectl())('kubectl and an aggregated API', () => {
  let served: ServedCluster;
  let site: HttpsSite;
  beforeAll(async () => {
    served = await startCluster();
    site = await startHttpsSite(
      (request, response) => {
        const peer = (request.socket as TLSSocket).getPeerCertificate().subject as
          { CN?: string } | undefined;
        const [user = ''] = request.headersDistinct['x-remote-user'] ?? [];
        const answer = peer?.CN === 'front-proxy-client' ? answerTo(request.url ?? '', user) : undefined;
        response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
        response.end(JSON.stringify(answer ?? {}));
      },
      { host: 'wardle.default.svc', requestCert: true, rejectUnauthorized: false },
    );
    const { port } = site;
    const slice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'wardle', labels: { 'kubernetes.io/service-name': 'wardle' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['127.0.0.1'] }],
      ports: [{ name: 'https', port }],
    };
    const spec = { ports: [{ name: 'https', port: 443 }] };
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'wardle' }, spec };
    const apiService = {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1.wardle.example.com' },
      spec: {
        group: 'wardle.example.com',
        version: 'v1',
        groupPriorityMinimum: 2000,
        versionPriority: 15,
        caBundle: site.caBundle,
        service: { name: 'wardle', namespace: 'default' },
      },
    };
    const write = (name: string, object: object): void =>
      writeFileSync(join(served.folder, name), JSON.stringify(object));
    write('service.json', service);
    write('slice.json', slice);
    write('api-service.json', apiService);
  });
  afterAll(async () => {
    await site.stop();
    await served.stop();
  });

  it('finds its resources like any others, once its server answers', async () => {
    await transcript(
      served,
      `
      $ kubectl apply -f ${served.folder}/api-service.json
      apiservice.apiregistration.k8s.io/v1.wardle.example.com created
      $ kubectl wait apiservice/v1.wardle.example.com --for=condition=Available=false --timeout=90s
      apiservice.apiregistration.k8s.io/v1.wardle.example.com condition met
      $ kubectl get apiservice v1.wardle.example.com -o jsonpath={.status.conditions[0].reason}
      ServiceNotFound
      $ kubectl get --raw /apis/wardle.example.com/v1/flunders
      Error from server (ServiceUnavailable): the server is currently unable to handle the request
      $ kubectl apply -f ${served.folder}/service.json -f ${served.folder}/slice.json
      service/wardle created
      endpointslice.discovery.k8s.io/wardle created
      $ kubectl wait apiservice/v1.wardle.example.com --for=condition=Available --timeout=90s
      apiservice.apiregistration.k8s.io/v1.wardle.example.com condition met
      $ kubectl api-resources --api-group=wardle.example.com -o name
      flunders.wardle.example.com
      $ kubectl get flunders one -o jsonpath={.owner}
      admin
      $ kubectl get flunders one --as=nobody
      Error from server (Forbidden): flunders.wardle.example.com "one" is forbidden: User "nobody" cannot get resource "flunders" in API group "wardle.example.com" in the namespace "default"
      $ kubectl get apiservice v1.apps -o jsonpath={.status.conditions[0].reason}
      Local
      `,
    );
  });
});
