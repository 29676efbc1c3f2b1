import { ConfigMaps, Namespaces, ServiceAccounts } from '../../clients/resource-type.js';
import type { Namespace } from '../../types/index.js';
import type { Controller } from '../controller.js';
import { startKeyedController } from '../shared/keyed-controller.js';

const NAME = 'service-account-controller';
const ROOT_CA = 'kube-root-ca.crt';

/**
 * Gives every active namespace its `default` ServiceAccount and the ConfigMap with the cluster's CA certificate
 * (pkg/controller/serviceaccount, rootcacertpublisher).
 */
export function serviceAccountController(rootCertificate: string): Controller {
  return {
    name: NAME,
    start({ client, ...context }) {
      const ensure = (namespace: Namespace): void => {
        const name = namespace.metadata.name ?? '';
        if (namespace.metadata.deletionTimestamp || namespace.status?.phase === 'Terminating') return;
        if (!client.lister(ServiceAccounts).get(name, 'default')) {
          client.create(ServiceAccounts, {
            apiVersion: 'v1',
            kind: 'ServiceAccount',
            metadata: { name: 'default', namespace: name },
          });
        }
        const data = { 'ca.crt': rootCertificate };
        const published = client.lister(ConfigMaps).get(name, ROOT_CA);
        if (!published) {
          const annotations = {
            'kubernetes.io/description':
              'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
          };
          client.create(ConfigMaps, {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: ROOT_CA, namespace: name, annotations },
            data,
          });
        } else if (published.data?.['ca.crt'] !== rootCertificate)
          client.update(ConfigMaps, { ...published, data });
      };
      return startKeyedController({ client, ...context }, NAME, Namespaces, ensure, (queue) => [
        client
          .lister(ServiceAccounts)
          .watch(
            (type, account) =>
              type === 'DELETED' &&
              account.metadata.name === 'default' &&
              queue.add(`/${account.metadata.namespace}`),
          ),
        client
          .lister(ConfigMaps)
          .watch(
            (type, map) =>
              type !== 'ADDED' && map.metadata.name === ROOT_CA && queue.add(`/${map.metadata.namespace}`),
          ),
      ]);
    },
  };
}
