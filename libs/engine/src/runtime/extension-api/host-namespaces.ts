import { forbidden, notFound } from '../../api/api-error.js';
import type { AdmissionPlugin } from '../../admission/plugin.js';
import { isJsonObject } from '@lotse/manifests';
import type { HostApi } from './host-api.js';

const NAMESPACES = { group: '', resource: 'namespaces', kind: 'Namespace' };

/** NamespaceLifecycle of a server that has no namespaces of its own: the API of the cluster knows them. */
export function hostNamespaces(host: HostApi): AdmissionPlugin {
  return {
    name: 'NamespaceLifecycle',
    admit({ operation, resource, object, subresource }) {
      const { namespace, name = '' } = object.metadata;
      if (operation !== 'CREATE' || subresource !== undefined || !resource.namespaced || !namespace)
        return object;
      const answer = host.ask('GET', `/api/v1/namespaces/${encodeURIComponent(namespace)}`);
      if (answer?.status === 404) throw notFound(NAMESPACES, namespace);
      if (answer?.status !== 200) throw forbidden(resource, name, 'not yet ready to handle request');
      const status = answer.body['status'];
      if (isJsonObject(status) && status['phase'] === 'Terminating')
        throw forbidden(
          resource,
          name,
          `unable to create new content in namespace ${namespace} because it is being terminated`,
        );
      return object;
    },
  };
}
