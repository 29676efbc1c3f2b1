import type { RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import type { Cluster } from '../../cluster.js';
import { objectName } from '../../store/stored-object.js';
import type { APIService, Service } from '../../types/index.js';
import { allowedLookup, isRefused } from '../allowed-addresses.js';
import type { FrontProxyCertificate } from './front-proxy.js';

/** Where the server of an APIService is. */
export type ApiServicePlace =
  | {
      readonly kind: 'address';
      readonly host: string;
      readonly port: number;
      /** True for a container of this cluster: it is asked through the cluster's own network. */
      readonly isSimulated: boolean;
    }
  | { readonly kind: 'failed'; readonly problem: string };

/** Finds the server: one of the service's endpoints, or the host an ExternalName names. */
export function placeOf({ store, proxy, running }: Cluster, { spec }: APIService): ApiServicePlace {
  const { name = '', namespace = '', port = 443 } = spec?.service ?? {};
  const failed = (problem: string): ApiServicePlace => ({ kind: 'failed', problem });
  const service = store.get('/services', objectName(namespace, name)) as Service | undefined;
  if (!service) return failed(`service ${JSON.stringify(name)} not found`);
  const { type, externalName, clusterIP } = service.spec ?? {};
  if (type === 'ExternalName' && externalName) return checked(externalName, port, false);
  const route = proxy.route(clusterIP ?? '', port, 'TCP', { clientIp: '127.0.0.1', external: false });
  if (route.kind === 'unknown')
    return failed(`no service port ${port} found for service ${JSON.stringify(name)}`);
  if (route.kind !== 'endpoint') return failed(`no endpoints available for service ${JSON.stringify(name)}`);
  const { ip, port: targetPort } = route.endpoint;
  return checked(ip, targetPort, [...running.at(ip)].length > 0);
}

function checked(host: string, port: number, isSimulated: boolean): ApiServicePlace {
  return isIP(host) !== 0 && isRefused(host)
    ? { kind: 'failed', problem: `the address ${host} may not be called` }
    : { kind: 'address', host, port, isSimulated };
}

/** How to connect to it, and whom to believe there. */
export function connectionTo(
  { spec }: APIService,
  { host, port }: ApiServicePlace & { kind: 'address' },
  { client }: FrontProxyCertificate,
): RequestOptions {
  const bundle = spec?.caBundle?.trim();
  return {
    host,
    port,
    lookup: allowedLookup,
    servername: `${spec?.service?.name}.${spec?.service?.namespace}.svc`,
    cert: client.cert,
    key: client.key,
    ...(bundle && { ca: Buffer.from(bundle, 'base64').toString('utf8') }),
    ...(spec?.insecureSkipTLSVerify && { rejectUnauthorized: false }),
  };
}
