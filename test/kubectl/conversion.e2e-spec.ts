import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { hasKubectl } from './find-kubectl.js';
import { startHttpsSite, type HttpsSite } from './https-site.js';
import { startCluster, type ServedCluster } from './served-cluster.js';
import { transcript } from './transcript.js';

type Host = Record<string, unknown>;
interface Review {
  readonly request: {
    readonly uid: string;
    readonly desiredAPIVersion: string;
    readonly objects: readonly Host[];
  };
}

/** An address is one field in v1 and two in v2. */
function converted({ hostPort, host, port, ...rest }: Host, apiVersion: string): Host {
  if (apiVersion.endsWith('/v1')) return { ...rest, apiVersion, hostPort: `${String(host)}:${String(port)}` };
  const [name, number] = String(hostPort).split(':');
  return { ...rest, apiVersion, host: name, port: number };
}

describe.runIf(hasKubectl())('kubectl and a definition with a conversion webhook', () => {
  let served: ServedCluster;
  let site: HttpsSite;
  beforeAll(async () => {
    served = await startCluster();
    site = await startHttpsSite((request, response) => {
      let body = '';
      request.on('data', (piece: Buffer) => (body += piece.toString()));
      request.on('end', () => {
        const { uid, desiredAPIVersion, objects } = (JSON.parse(body) as Review).request;
        const convertedObjects = objects.map((object) => converted(object, desiredAPIVersion));
        const answer = { uid, convertedObjects, result: { status: 'Success' } };
        response.end(
          JSON.stringify({
            kind: 'ConversionReview',
            apiVersion: 'apiextensions.k8s.io/v1',
            response: answer,
          }),
        );
      });
    });
    const { port } = site;
    const text = { type: 'string' };
    const version = (name: string, storage: boolean, properties: object, column: object): object => ({
      name,
      storage,
      served: true,
      schema: { openAPIV3Schema: { type: 'object', properties } },
      additionalPrinterColumns: [column],
    });
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'hosts.stable.example.com' },
      spec: {
        group: 'stable.example.com',
        scope: 'Namespaced',
        names: { plural: 'hosts', singular: 'host', kind: 'Host' },
        versions: [
          version('v1', true, { hostPort: text }, { name: 'Address', type: 'string', jsonPath: '.hostPort' }),
          version(
            'v2',
            false,
            { host: text, port: text },
            { name: 'Port', type: 'string', jsonPath: '.port' },
          ),
        ],
        conversion: {
          strategy: 'Webhook',
          webhook: {
            conversionReviewVersions: ['v1'],
            clientConfig: {
              url: `https://127.0.0.1:${port}/convert`,
              caBundle: site.caBundle,
            },
          },
        },
      },
    };
    const host = (apiVersion: string, name: string, fields: object): string =>
      JSON.stringify({
        apiVersion: `stable.example.com/${apiVersion}`,
        kind: 'Host',
        metadata: { name },
        ...fields,
      });
    writeFileSync(join(served.folder, 'definition.json'), JSON.stringify(definition));
    writeFileSync(join(served.folder, 'one.json'), host('v1', 'one', { hostPort: 'localhost:8080' }));
    writeFileSync(join(served.folder, 'two.json'), host('v2', 'two', { host: 'example.com', port: '443' }));
  });
  afterAll(async () => {
    await site.stop();
    await served.stop();
  });

  it('sees every object in the version it asks for', async () => {
    await transcript(
      served,
      `
      $ kubectl apply -f ${served.folder}/definition.json
      customresourcedefinition.apiextensions.k8s.io/hosts.stable.example.com created
      $ kubectl apply -f ${served.folder}/one.json -f ${served.folder}/two.json
      host.stable.example.com/one created
      host.stable.example.com/two created
      $ kubectl get hosts.v1.stable.example.com
      NAME   ADDRESS
      one    localhost:8080
      two    example.com:443
      $ kubectl get hosts.v2.stable.example.com
      NAME   PORT
      one    8080
      two    443
      $ kubectl patch hosts.v2.stable.example.com one --type=merge -p '{"port":"9090"}'
      host.stable.example.com/one patched
      $ kubectl get hosts.v1.stable.example.com one -o jsonpath={.hostPort}
      localhost:9090
      $ kubectl apply -f ${served.folder}/two.json
      host.stable.example.com/two unchanged
      $ kubectl delete hosts --all -o name
      host.stable.example.com/one
      host.stable.example.com/two
      `,
    );
  });
});
