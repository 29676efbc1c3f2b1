import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { hasKubectl } from './find-kubectl.js';
import { startHttpsSite, type HttpsSite } from './https-site.js';
import { startCluster, type ServedCluster } from './served-cluster.js';
import { transcript } from './transcript.js';

interface Review {
  readonly request: { readonly uid: string; readonly object?: { readonly data?: Record<string, string> } };
}

/** Labels everything it is asked to change, and refuses maps with the key `secret`. */
function respond(path: string, { request }: Review): object {
  if (path.startsWith('/mutate')) {
    const operations = [{ op: 'add', path: '/data/seen', value: 'yes' }];
    const patch = Buffer.from(JSON.stringify(operations)).toString('base64');
    return { uid: request.uid, allowed: true, patchType: 'JSONPatch', patch };
  }
  const allowed = request.object?.data?.['secret'] === undefined;
  return allowed
    ? { uid: request.uid, allowed, warnings: ['maps are looked at'] }
    : { uid: request.uid, allowed, status: { code: 403, message: 'secrets belong into Secrets' } };
}

describe.runIf(hasKubectl())('kubectl and admission webhooks', () => {
  let served: ServedCluster;
  let site: HttpsSite;
  beforeAll(async () => {
    served = await startCluster();
    site = await startHttpsSite((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const path = request.url ?? '';
        if (path.startsWith('/hang')) return;
        const review = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Review;
        const answer = {
          apiVersion: 'admission.k8s.io/v1',
          kind: 'AdmissionReview',
          response: respond(path, review),
        };
        response.end(JSON.stringify(answer));
      });
    });
    const { port, caBundle } = site;
    const configuration = (kind: string, name: string, path: string, resource: string): string =>
      JSON.stringify({
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: `${kind}WebhookConfiguration`,
        metadata: { name },
        webhooks: [
          {
            name: `${name}.example.com`,
            clientConfig: { url: `https://127.0.0.1:${port}${path}`, caBundle },
            rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: [resource] }],
            admissionReviewVersions: ['v1'],
            sideEffects: 'None',
            timeoutSeconds: 1,
          },
        ],
      });
    const write = (name: string, text: string): void => writeFileSync(join(served.folder, name), text);
    write('mutate.json', configuration('Mutating', 'label', '/mutate', 'configmaps'));
    write('validate.json', configuration('Validating', 'guard', '/validate', 'configmaps'));
    write('hang.json', configuration('Validating', 'sleepy', '/hang', 'secrets'));
  });
  afterAll(async () => {
    await site.stop();
    await served.stop();
  });

  it('lets them change, warn, refuse and fail as Kubernetes does', async () => {
    const { port } = site;
    await transcript(
      served,
      `
      $ kubectl apply -f ${served.folder}/mutate.json -f ${served.folder}/validate.json -f ${served.folder}/hang.json
      mutatingwebhookconfiguration.admissionregistration.k8s.io/label created
      validatingwebhookconfiguration.admissionregistration.k8s.io/guard created
      validatingwebhookconfiguration.admissionregistration.k8s.io/sleepy created
      $ kubectl create configmap fine --from-literal=a=1
      configmap/fine created
      Warning: maps are looked at
      $ kubectl get configmap fine -o jsonpath={.data}
      {"a":"1","seen":"yes"}
      $ kubectl create configmap wrong --from-literal=secret=1
      error: failed to create configmap: admission webhook "guard.example.com" denied the request: secrets belong into Secrets
      $ kubectl create secret generic s --from-literal=a=1
      error: failed to create secret Internal error occurred: failed calling webhook "sleepy.example.com": failed to call webhook: Post "https://127.0.0.1:${port}/hang?timeout=1s": context deadline exceeded
      `,
    );
  });
});
