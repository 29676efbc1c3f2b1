import type { ResourceInfo } from '../../registry/resource.js';
import { renameFields, unknownField } from './field-query.js';

const REGARDING = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

/**
 * Names of the fields that objects of a served version are selected by, and what the stored version calls them
 * (AddFieldLabelConversionFunc). Versions that are not here use the names of the stored one.
 */
const FIELD_NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'events.k8s.io/v1/events': {
    'metadata.name': 'metadata.name',
    'metadata.namespace': 'metadata.namespace',
    reason: 'reason',
    type: 'type',
    reportingController: 'reportingComponent',
    ...Object.fromEntries(REGARDING.map((field) => [`regarding.${field}`, `involvedObject.${field}`])),
  },
};

/** The parameters of a list or watch, with the fields it selects by named as in the stored version. */
export function storedQuery(resource: ResourceInfo, query: URLSearchParams): URLSearchParams {
  const key = `${resource.group}/${resource.version}/${resource.resource}`;
  const names = Object.hasOwn(FIELD_NAMES, key) ? FIELD_NAMES[key] : undefined;
  const selector = query.get('fieldSelector');
  if (!names || !selector) return query;
  const stored = new URLSearchParams(query);
  const renamed = renameFields(selector, (field) => {
    const name = Object.hasOwn(names, field) ? names[field] : undefined;
    if (name === undefined) throw unknownField(resource, field);
    return name;
  });
  stored.set('fieldSelector', renamed);
  return stored;
}
