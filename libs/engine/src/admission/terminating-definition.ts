import { ApiError } from '../api/api-error.js';
import type { AdmissionPlugin } from './plugin.js';

/** Refuses new objects of a definition that is on its way out: it waits for the last of them (customresource_handler.go). */
export const terminatingDefinition: AdmissionPlugin = {
  name: 'TerminatingDefinition',
  admit({ operation, resource, object }, { store }) {
    if (operation !== 'CREATE' || !resource.custom) return object;
    const name = `${resource.resource}.${resource.group}`;
    const definition = store.get('apiextensions.k8s.io/customresourcedefinitions', `/${name}`);
    if (!definition?.metadata.deletionTimestamp) return object;
    throw new ApiError(
      405,
      'MethodNotAllowed',
      'create not allowed while custom resource definition is terminating',
      { group: resource.group, kind: resource.resource },
    );
  },
};
