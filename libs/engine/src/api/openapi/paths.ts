import type { ResourceInfo } from '../../registry/resource.js';
import { apiVersionOf } from '../check-object.js';
import type { OpenApiSchema } from './openapi-schema.js';
import type { ResourceSchemas } from './schemas.js';

/** One operation, before it is written in the words of a version of OpenAPI. */
export interface OperationForm {
  readonly operationId: string;
  readonly tag: string;
  /** `get`, `post`, `patch`, … */
  readonly method: string;
  /** What Kubernetes calls it: `list`, `deletecollection`, … */
  readonly action: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly type: string;
    readonly description: string;
  }[];
  /** Media types of the body; none without a body. */
  readonly consumes: readonly string[];
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  /** What the body is. */
  readonly schema: OpenApiSchema;
  /** What the answer is. */
  readonly answer: OpenApiSchema;
}

const PARAMETERS: Readonly<Record<string, string>> = {
  allowWatchBookmarks: 'Whether a watch may send bookmarks, which tell how far it has come.',
  continue: 'Where the page before ended, as it said itself; the rest of that list is wanted.',
  dryRun: 'All: everything is checked, nothing is stored.',
  fieldManager: 'Who writes, for the record of who owns which field. Must be given to apply.',
  fieldSelector:
    'A selector to restrict the list of returned objects by their fields. Everything by default.',
  fieldValidation: 'What becomes of unknown and duplicate fields: Ignore, Warn (the default) or Strict.',
  force: 'Take fields over from their owners. Only with apply.',
  gracePeriodSeconds: 'How long the object may take to end; 0 is at once. That of the object by default.',
  labelSelector:
    'A selector to restrict the list of returned objects by their labels. Everything by default.',
  limit: 'The most objects of one page. There is a continue token when there are more.',
  propagationPolicy: 'What becomes of dependents: Orphan, Background or Foreground.',
  resourceVersion: 'The revision that the answer must show, or start from.',
  resourceVersionMatch: 'How resourceVersion counts for a list: Exact or NotOlderThan.',
  sendInitialEvents: 'Whether a watch begins with the objects that are there, followed by a bookmark.',
  timeoutSeconds: 'How long a list or watch may take, whatever it does.',
  watch: 'Watch for changes to the described resources: a stream of what is added, changed and removed.',
};

const BODY_TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const PATCH_TYPES = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
];
/** Custom resources have no strategic merge; clients look here before they choose how to patch. */
const CUSTOM_PATCH_TYPES = PATCH_TYPES.filter((type) => !type.includes('strategic'));

const of = (type: string, ...names: readonly string[]) =>
  names.map((name) => ({ name, type, description: PARAMETERS[name] ?? '' }));
const WRITE = of('string', 'dryRun', 'fieldManager', 'fieldValidation');
const DELETE = [...of('string', 'dryRun', 'propagationPolicy'), ...of('integer', 'gracePeriodSeconds')];
const LIST = [
  ...of('string', 'continue', 'fieldSelector', 'labelSelector', 'resourceVersion', 'resourceVersionMatch'),
  ...of('integer', 'limit', 'timeoutSeconds'),
  ...of('boolean', 'allowWatchBookmarks', 'sendInitialEvents', 'watch'),
];

/** The operations of a resource by path. */
export function operationsOf(
  resource: ResourceInfo,
  { object: schema, list }: ResourceSchemas,
): { readonly path: string; readonly operations: readonly OperationForm[] }[] {
  const { group, version, kind } = resource;
  const base = group ? `/apis/${apiVersionOf(resource)}` : `/api/${version}`;
  const scope = resource.namespaced ? '/namespaces/{namespace}' : '';
  const collection = `${base}${scope}/${resource.resource}`;
  const own = { group, version, kind };
  const operation = (
    method: string,
    verb: string,
    action: string,
    parameters: OperationForm['parameters'],
    consumes: readonly string[] = [],
    target = own,
    suffix = '',
  ): OperationForm => ({
    operationId: `${verb}${pascal(group || 'core')}${pascal(version)}${resource.namespaced ? 'Namespaced' : ''}${kind}${suffix}`,
    tag: group ? `${group.split('.')[0]}_${version}` : `core_${version}`,
    method,
    action,
    parameters,
    consumes,
    kind: target,
    schema,
    answer: action === 'list' ? list : schema,
  });
  const item = (verbs: readonly string[], target = own, suffix = ''): OperationForm[] => {
    const found: OperationForm[] = [];
    if (verbs.includes('get')) found.push(operation('get', 'read', 'get', [], [], target, suffix));
    if (verbs.includes('update'))
      found.push(operation('put', 'replace', 'put', WRITE, BODY_TYPES, target, suffix));
    if (verbs.includes('delete'))
      found.push(operation('delete', 'delete', 'delete', DELETE, [], target, suffix));
    if (verbs.includes('patch'))
      found.push(
        operation(
          'patch',
          'patch',
          'patch',
          [...WRITE, ...of('boolean', 'force')],
          resource.custom ? CUSTOM_PATCH_TYPES : PATCH_TYPES,
          target,
          suffix,
        ),
      );
    return found;
  };
  const many: OperationForm[] = [];
  if (resource.verbs.includes('list')) many.push(operation('get', 'list', 'list', LIST));
  if (resource.verbs.includes('create')) many.push(operation('post', 'create', 'post', WRITE, BODY_TYPES));
  if (resource.verbs.includes('deletecollection'))
    many.push(operation('delete', 'deleteCollection', 'deletecollection', [...LIST, ...DELETE]));
  return [
    { path: collection, operations: many },
    { path: `${collection}/{name}`, operations: item(resource.verbs) },
    ...resource.subresources.map((subresource) => ({
      path: `${collection}/{name}/${subresource.name}`,
      operations: item(
        subresource.verbs,
        {
          group: subresource.version ? (subresource.group ?? '') : group,
          version: subresource.version || version,
          kind: subresource.kind,
        },
        pascal(subresource.name),
      ),
    })),
  ].filter(({ operations }) => operations.length > 0);
}

const pascal = (name: string): string =>
  name
    .split(/[.-]/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
