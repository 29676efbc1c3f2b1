import type { Pod, PodCondition } from '../../types/index.js';
import type { StoredObject } from '../../store/stored-object.js';
import type { ApiContext } from '../api-context.js';
import { ApiError, conflict, invalid } from '../api-error.js';
import type { FullResponse } from '../api-request.js';
import { asObjectOf } from '../check-object.js';
import { contentTypeOf, readObjectBody } from '../read-body.js';
import type { ResourceRequest } from '../resource-handler.js';
import { readDryRun } from '../write-parameters.js';
import { refuseStale } from '../refuse-stale.js';
import { success } from '../respond.js';
import { formatTime } from '../../time.js';

interface Binding extends StoredObject {
  readonly target?: { readonly kind?: string; readonly name?: string };
}

/** `POST …/pods/x/binding`, `POST …/bindings`: puts a pod on a node. */
export function bindPod(
  context: ApiContext,
  { info, request, resource, user }: ResourceRequest,
): FullResponse {
  const { object } = readObjectBody(request.body, contentTypeOf(request.header('content-type')));
  const target = { resource, namespace: info.namespace, name: info.name };
  const binding = asObjectOf(object, target, { apiVersion: 'v1', kind: 'Binding' }) as Binding;
  const name = binding.metadata.name ?? '';
  const node = binding.target?.name ?? '';
  const kind = binding.target?.kind ?? '';
  if (kind !== '' && kind !== 'Node')
    throw invalid({ group: '', resource: 'pods', kind: 'Binding' }, name, [
      {
        reason: 'FieldValueNotSupported',
        field: 'target.kind',
        message: `Unsupported value: ${JSON.stringify(kind)}: supported values: "Node", "<empty>"`,
      },
    ]);
  if (node === '')
    throw invalid({ group: '', resource: 'pods', kind: 'Binding' }, name, [
      { reason: 'FieldValueRequired', field: 'target.name', message: 'Required value' },
    ]);
  const pods = context.registry.find('', 'v1', 'pods');
  if (!pods) throw new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
  const pod = context.operations.get(pods, info.namespace, name) as Pod;
  if (pod.metadata.deletionTimestamp)
    throw conflict(
      { group: '', resource: 'pods/binding', kind: 'Binding' },
      name,
      `pod ${name} is being deleted, cannot be assigned to a host`,
    );
  if (pod.spec?.nodeName)
    throw conflict(
      { group: '', resource: 'pods/binding', kind: 'Binding' },
      name,
      `pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`,
    );
  if ((pod.spec?.schedulingGates ?? []).length > 0)
    throw conflict(
      { group: '', resource: 'pods/binding', kind: 'Binding' },
      name,
      `pod ${name} has non-empty .spec.schedulingGates`,
    );
  refuseStale(pods, binding, pod);
  const bound: Pod = {
    ...pod,
    metadata: {
      ...pod.metadata,
      ...merged('labels', pod, binding),
      ...merged('annotations', pod, binding),
    },
    spec: { ...pod.spec, containers: pod.spec?.containers ?? [], nodeName: node },
    status: { ...pod.status, conditions: asScheduled(pod, context.clock.now()) },
  };
  context.operations.update(pods, bound, user, {
    subresource: 'binding',
    dryRun: readDryRun(request.query.getAll('dryRun')),
  });
  return success(201);
}

/** What the binding says of the pod besides its node. */
function merged(what: 'labels' | 'annotations', pod: Pod, { metadata }: Binding): Pod['metadata'] {
  return metadata[what] ? { [what]: { ...pod.metadata[what], ...metadata[what] } } : {};
}

/** The conditions of a pod that has a node. */
function asScheduled({ status }: Pod, nowMs: number): PodCondition[] {
  const type = 'PodScheduled';
  const conditions = status?.conditions ?? [];
  const before = conditions.find((condition) => condition.type === type);
  const since = before?.status === 'True' ? before.lastTransitionTime : undefined;
  const scheduled: PodCondition = {
    type,
    status: 'True',
    lastTransitionTime: since ?? formatTime(nowMs),
  };
  return before
    ? conditions.map((condition) => (condition === before ? scheduled : condition))
    : [...conditions, scheduled];
}
