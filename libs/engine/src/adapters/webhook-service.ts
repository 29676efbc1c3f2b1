import type { Cluster } from '../cluster.js';
import { objectName } from '../store/stored-object.js';
import type { Service, WebhookClientConfig } from '../types/index.js';

/** Where a webhook behind a service is. */
export type WebhookPlace =
  | {
      readonly kind: 'url';
      readonly url: string;
      /** Where to connect instead of the host of the address. */
      readonly connect?: { readonly host: string; readonly port: number };
    }
  /** A simulated pod has answered already. */
  | {
      readonly kind: 'answered';
      readonly url: string;
      readonly status: number;
      readonly body: Buffer;
      readonly delayMs: number;
      readonly certificate: string | undefined;
    }
  | { readonly kind: 'failed'; readonly url: string; readonly problem: string };

/** Finds the webhook behind a service: a pod of this cluster, an address its endpoints name, or another host. */
export function resolveWebhookService(
  { store, proxy, runtime }: Cluster,
  reference: NonNullable<WebhookClientConfig['service']>,
  body: Uint8Array,
): WebhookPlace {
  const { name, namespace, port = 443, path = '' } = reference;
  const url = `https://${name}.${namespace}.svc:${port}${path.startsWith('/') || path === '' ? path : `/${path}`}`;
  const failed = (problem: string): WebhookPlace => ({ kind: 'failed', url, problem });
  const service = store.get('/services', objectName(namespace, name)) as Service | undefined;
  if (!service) return failed(`service ${JSON.stringify(name)} not found`);
  const { type, externalName, clusterIP } = service.spec ?? {};
  if (type === 'ExternalName' && externalName)
    return { kind: 'url', url, connect: { host: externalName, port } };
  const route = proxy.route(clusterIP ?? '', port, 'TCP', { clientIp: '127.0.0.1', external: false });
  if (route.kind === 'unknown')
    return failed(`no service port ${port} found for service ${JSON.stringify(name)}`);
  if (route.kind !== 'endpoint') return failed(`no endpoints available for service ${JSON.stringify(name)}`);
  const { ip, port: targetPort } = route.endpoint;
  const { pathname } = new URL(url);
  const answer = runtime.http(ip, targetPort, {
    method: 'POST',
    url: pathname,
    headers: { 'content-type': 'application/json' },
    body,
  });
  if (answer.kind !== 'answer') return { kind: 'url', url, connect: { host: ip, port: targetPort } };
  const { status, body: text, delayMs = 0, certificate } = answer.answer;
  return { kind: 'answered', url, status, body: Buffer.from(text), delayMs, certificate };
}
