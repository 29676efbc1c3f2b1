import { Aggregator } from '../../aggregation/aggregator.js';
import { LocalApiServices } from '../../aggregation/local-api-services.js';
import type { RemoteApis } from '../../aggregation/remote-api.js';
import type { CertifiedKey } from '../../auth/certificates.js';
import type { Cluster } from '../../cluster.js';
import { createFrontProxyCertificate, publishAuthentication } from './front-proxy.js';
import { HttpsRemoteApis } from './https-remote-apis.js';
import { RemoteNamespaceContents } from './remote-namespace-contents.js';
import { RequestProxy } from './request-proxy.js';

/** The part of a served API that other servers answer. */
export interface Aggregation {
  readonly remoteApis: RemoteApis;
  readonly proxy: RequestProxy;
  stop(): void;
}

/**
 * Starts passing requests on to the servers that APIServices name. `clientCa` is the PEM of the authority of this API's clients;
 * `proxies` signs the certificate under which requests are passed on (default: an authority of this process).
 */
export function startAggregation(cluster: Cluster, clientCa: string, proxies?: CertifiedKey): Aggregation {
  const certificate = createFrontProxyCertificate(Date.now(), proxies);
  publishAuthentication(cluster, clientCa, certificate);
  const caller = new HttpsRemoteApis(cluster, certificate);
  const local = new LocalApiServices(cluster);
  const remoteApis = new Aggregator(cluster, caller);
  const proxy = new RequestProxy(cluster, certificate);
  cluster.elsewhere.contents = new RemoteNamespaceContents(remoteApis, caller);
  return {
    remoteApis,
    proxy,
    stop: () => {
      cluster.elsewhere.contents = undefined;
      local.stop();
      remoteApis.stop();
      caller.close();
      proxy.close();
    },
  };
}
