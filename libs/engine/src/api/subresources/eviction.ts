import { isJsonObject, type JsonObject } from '@lotse/manifests';
import { checkPreconditions } from '../../registry/deletion.js';
import { indexBySelector } from '../../clients/selector-index.js';
import type { StoredObject } from '../../store/stored-object.js';
import type { Pod, PodDisruptionBudget } from '../../types/index.js';
import { formatTime } from '../../time.js';
import type { ApiContext } from '../api-context.js';
import { ApiError, badRequest } from '../api-error.js';
import type { FullResponse } from '../api-request.js';
import { asObjectOf, jsonType } from '../check-object.js';
import { contentTypeOf, readObjectBody } from '../read-body.js';
import type { ResourceRequest } from '../resource-handler.js';
import { checkPropagation, readDryRun } from '../write-parameters.js';
import { success } from '../respond.js';

/** More pods than this may not be on their way out under one budget (registry/core/pod/rest/eviction.go). */
const MOST_DISRUPTED = 2000;
/** What a client is told to wait before it asks again. */
const RETRY_SECONDS = 10;

/** `POST …/pods/x/eviction`: deletes a pod unless a disruption budget forbids it. */
export function evictPod(
  context: ApiContext,
  { info, request, resource, user }: ResourceRequest,
): FullResponse {
  const { operations, clock } = context;
  const { object } = readObjectBody(request.body, contentTypeOf(request.header('content-type')));
  const target = { resource, namespace: info.namespace, name: info.name };
  const expected = {
    apiVersion: object['apiVersion'] === 'policy/v1beta1' ? 'policy/v1beta1' : 'policy/v1',
    kind: 'Eviction',
  };
  const eviction = asObjectOf(object, target, expected) as StoredObject & { deleteOptions?: unknown };
  if (!isJsonObject(object['metadata']) || !object['metadata']['name'])
    throw badRequest('name in URL does not match name in Eviction object');
  let given = readOptions(eviction.deleteOptions);
  checkPropagation(given);
  const dryRun = readDryRun([
    ...(Array.isArray(given['dryRun']) ? given['dryRun'].map(String) : []),
    ...request.query.getAll('dryRun'),
  ]);
  const pod = operations.get(resource, info.namespace, info.name) as Pod;
  const admitted: typeof eviction = operations.admitPart({
    operation: 'CREATE',
    resource,
    subresource: 'eviction',
    object: eviction,
    requester: user,
    dryRun,
  });
  given = readOptions(admitted.deleteOptions);
  const { gracePeriodSeconds, preconditions } = given;
  // Checked before anything is taken or marked: an eviction that means another pod leaves no trace.
  if (isJsonObject(preconditions)) checkPreconditions(resource, pod, { preconditions });
  if (!mayAlwaysGo(pod)) takeFromBudget(context, pod, dryRun, user.user);
  if (!dryRun) markDisrupted(context, pod, clock.now());
  operations.delete(resource, info.namespace, info.name, user, {
    dryRun,
    isAdmitted: true,
    ...(typeof gracePeriodSeconds === 'number' && { gracePeriodSeconds }),
  });
  return success(201);
}

/** The part of an eviction that says how to delete. Throws BadRequest where it is of another type than Kubernetes'. */
function readOptions(given: unknown): JsonObject {
  const wrong = (field: string, value: unknown, type: string): never => {
    throw badRequest(
      `Eviction in version "v1" cannot be handled as a Eviction: json: cannot unmarshal ${jsonType(value)} into Go struct field ${field} of type ${type}`,
    );
  };
  if (given === undefined || given === null) return {};
  if (!isJsonObject(given)) return wrong('Eviction.deleteOptions', given, 'v1.DeleteOptions');
  const { gracePeriodSeconds: grace, preconditions } = given;
  if (grace !== undefined && grace !== null && typeof grace !== 'number')
    wrong('DeleteOptions.deleteOptions.gracePeriodSeconds', grace, 'int64');
  if (preconditions !== undefined && preconditions !== null && !isJsonObject(preconditions))
    wrong('DeleteOptions.deleteOptions.preconditions', preconditions, 'v1.Preconditions');
  return given;
}

/** Pods that have ended, that wait, or that are leaving already are no disruption. */
function mayAlwaysGo({ metadata, status }: Pod): boolean {
  return (
    Boolean(metadata.deletionTimestamp) ||
    status?.phase === 'Succeeded' ||
    status?.phase === 'Failed' ||
    status?.phase === 'Pending'
  );
}

function takeFromBudget(context: ApiContext, pod: Pod, dryRun: boolean, user: string): void {
  const { namespace = '', name = '' } = pod.metadata;
  const selecting = indexBySelector(
    context.store.table('policy/poddisruptionbudgets'),
    (found) => (found as PodDisruptionBudget).spec?.selector,
  );
  const [budget, second] = selecting(namespace, pod.metadata.labels) as PodDisruptionBudget[];
  if (!budget) return;
  if (second)
    throw new ApiError(
      500,
      'InternalError',
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  const ready = (pod.status?.conditions ?? []).some((c) => c.type === 'Ready' && c.status === 'True');
  const { status, spec } = budget;
  if (!ready) {
    if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return;
    const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
    if (desiredHealthy > 0 && currentHealthy >= desiredHealthy) return;
  }
  const budgetName = budget.metadata.name ?? '';
  const tooMany = (message: string, cause: string, retryAfterSeconds: number): ApiError =>
    new ApiError(429, 'TooManyRequests', message, {
      causes: [{ reason: 'DisruptionBudget', message: cause }],
      ...(retryAfterSeconds > 0 && { retryAfterSeconds }),
    });
  if ((status?.observedGeneration ?? 0) < (budget.metadata.generation ?? 0))
    throw tooMany(
      "Cannot evict pod as it would violate the pod's disruption budget.",
      `The disruption budget ${budgetName} is still being processed by the server.`,
      RETRY_SECONDS,
    );
  // Somebody has evicted it already: it is counted.
  if (status?.disruptedPods && Object.hasOwn(status.disruptedPods, name)) return;
  const allowed = status?.disruptionsAllowed ?? 0;
  if (!status || allowed <= 0 || Object.keys(status.disruptedPods ?? {}).length > MOST_DISRUPTED)
    throw tooMany(
      "Cannot evict pod as it would violate the pod's disruption budget.",
      `The disruption budget ${budgetName} needs ${status?.desiredHealthy ?? 0} healthy pods and has ${status?.currentHealthy ?? 0} currently`,
      0,
    );
  if (dryRun) return;
  const resource = context.registry.find('policy', 'v1', 'poddisruptionbudgets');
  if (!resource) return;
  const disruptedPods = { ...status.disruptedPods, [name]: formatTime(context.clock.now()) };
  const changed = { ...budget, status: { ...status, disruptionsAllowed: allowed - 1, disruptedPods } };
  context.operations.update(resource, changed, { user, component: true }, { subresource: 'status' });
}

/** Says in the pod's status why it goes. */
function markDisrupted({ registry, operations }: ApiContext, pod: Pod, nowMs: number): void {
  const resource = registry.find('', 'v1', 'pods');
  if (!resource || !pod.status || pod.metadata.deletionTimestamp) return;
  const isMarked = (pod.status.conditions ?? []).some(
    ({ type, reason }) => type === 'DisruptionTarget' && reason === 'EvictionByEvictionAPI',
  );
  if (isMarked) return;
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
    lastTransitionTime: formatTime(nowMs),
  };
  const conditions = (pod.status.conditions ?? []).filter(({ type }) => type !== condition.type);
  const marked = { ...pod, status: { ...pod.status, conditions: [...conditions, condition] } };
  operations.update(resource, marked, { user: 'eviction', component: true }, { subresource: 'status' });
}
