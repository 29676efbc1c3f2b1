import { forbidden, notFound } from '../api/api-error.js';
import type { Namespace } from '../types/index.js';
import type { AdmissionPlugin } from './plugin.js';

/** Namespaces a cluster can't do without. */
const UNDELETABLE = new Set(['default', 'kube-system', 'kube-public']);

const NAMESPACES = { group: '', resource: 'namespaces', kind: 'Namespace' };

/** Nothing is created in a namespace that is not there or on its way out; three namespaces stay for ever. */
export const namespaceLifecycle: AdmissionPlugin = {
  name: 'NamespaceLifecycle',
  admit({ operation, resource, object, subresource }, { store }) {
    const { namespace, name = '' } = object.metadata;
    if (operation === 'DELETE') {
      if (resource.group === '' && resource.resource === 'namespaces' && UNDELETABLE.has(name))
        throw forbidden(resource, name, 'this namespace may not be deleted');
      return object;
    }
    if (operation !== 'CREATE' || subresource !== undefined || !resource.namespaced || !namespace)
      return object;
    const found = store.get('/namespaces', `/${namespace}`) as Namespace | undefined;
    if (!found) throw notFound(NAMESPACES, namespace);
    if (found.status?.phase !== 'Terminating' && found.metadata.deletionTimestamp === undefined)
      return object;
    throw forbidden(
      resource,
      name,
      `unable to create new content in namespace ${namespace} because it is being terminated`,
      [
        {
          reason: 'NamespaceTerminating',
          message: `namespace ${namespace} is being terminated`,
          field: 'metadata.namespace',
        },
      ],
    );
  },
};
