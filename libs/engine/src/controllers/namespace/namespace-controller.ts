import { Namespaces } from '../../clients/resource-type.js';
import type { ReconcileResult, WorkQueue } from '../../clients/work-queue.js';
import type { Leftover, Remains } from '../../aggregation/namespace-contents.js';
import { resourceKey, type ResourceInfo } from '../../registry/resource.js';
import { formatTime } from '../../time.js';
import type { Namespace } from '../../types/index.js';
import type { StoredObject } from '../../store/stored-object.js';
import type { Controller, ControllerContext } from '../controller.js';
import { withCondition } from '../shared/conditions.js';
import { startKeyedController } from '../shared/keyed-controller.js';
import { untyped } from '../shared/untyped.js';

const NAME = 'namespace-controller';
const FINALIZER = 'kubernetes';
/** How often a namespace on its way out tells how far it is. */
const PROGRESS_MS = 5000;
const NOTHING: Remains = { left: new Map(), undiscovered: [], failures: [] };

/** Empties namespaces that are being deleted, pods first, and lets them go (pkg/controller/namespace/deletion). */
export const namespaceController: Controller = {
  name: NAME,
  start: (context) =>
    startKeyedController(
      context,
      NAME,
      Namespaces,
      (namespace, queue) => reconcile(context, namespace, queue),
      (queue) => [
        // Only the last of its resource is news at once: looking at all that is left after each would cost its square.
        context.store.subscribe(({ type, resource, object }) => {
          const { namespace } = object.metadata;
          if (
            type === 'DELETED' &&
            namespace &&
            context.store.table(resource).countBy('namespace', namespace) === 0 &&
            context.store.get('/namespaces', `/${namespace}`)?.metadata.deletionTimestamp
          )
            queue.add(`/${namespace}`);
        }),
      ],
    ),
};

function reconcile(
  context: ControllerContext,
  namespace: Namespace,
  queue: WorkQueue,
): ReconcileResult | undefined {
  if (!namespace.metadata.deletionTimestamp || !(namespace.spec?.finalizers ?? []).includes(FINALIZER))
    return undefined;
  const name = namespace.metadata.name ?? '';
  const left = new Map<string, Leftover>();
  for (const resource of namespacedResources(context)) {
    const objects = context.store.table(resourceKey(resource)).by('namespace', name);
    if (objects.length > 0) deleteAll(context, resource, objects);
    const remaining = context.store.table(resourceKey(resource)).by('namespace', name);
    if (remaining.length > 0) left.set(`${resource.resource}.${resource.group}`, leftoverOf(remaining));
    // Pods go before what they use.
    if (resource.resource === 'pods' && remaining.length > 0) break;
  }
  const { contents } = context.elsewhere;
  const remains = contents ? contents.emptied(name, () => queue.add(`/${name}`)) : NOTHING;
  if (!remains) return undefined;
  for (const [resource, leftover] of remains.left) left.set(resource, leftover);
  if (left.size > 0 || remains.undiscovered.length > 0 || remains.failures.length > 0) {
    writeProgress(context, namespace, { ...remains, left });
    return { requeueAfterMs: PROGRESS_MS };
  }
  const finalizers = (namespace.spec?.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
  context.client.update(
    Namespaces,
    { ...namespace, spec: { ...namespace.spec, finalizers } },
    { subresource: 'finalize' },
  );
  return undefined;
}

function leftoverOf(objects: readonly StoredObject[]): Leftover {
  const finalizers = new Map<string, number>();
  for (const { metadata } of objects)
    for (const finalizer of metadata.finalizers ?? [])
      finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
  return { count: objects.length, finalizers };
}

/** Deletable, namespaced resources, pods first. */
function namespacedResources(context: ControllerContext): ResourceInfo[] {
  const seen = new Set<string>();
  const found = [...context.registry.all()].filter((resource) => {
    if (!resource.namespaced || !resource.verbs.includes('delete') || seen.has(resourceKey(resource)))
      return false;
    // Served under two groups, stored once.
    if (resource.group === 'events.k8s.io') return false;
    seen.add(resourceKey(resource));
    return true;
  });
  return found.sort((a, b) => Number(b.resource === 'pods') - Number(a.resource === 'pods'));
}

function deleteAll(
  context: ControllerContext,
  resource: ResourceInfo,
  objects: readonly StoredObject[],
): void {
  for (const object of objects) {
    if (object.metadata.deletionTimestamp) continue;
    context.client.delete(untyped(resource), object.metadata.namespace, object.metadata.name ?? '', {
      propagationPolicy: 'Background',
    });
  }
}

function writeProgress(
  context: ControllerContext,
  namespace: Namespace,
  { left, undiscovered, failures }: Remains,
): void {
  const lastTransitionTime = formatTime(context.clock.now());
  // `pods.`: the group follows the dot, also when it has no name.
  const counts = [...left]
    .map(([resource, { count }]) => `${resource} has ${count} resource instances`)
    .sort();
  const finalizers = new Map<string, number>();
  for (const leftover of left.values())
    for (const [finalizer, count] of leftover.finalizers)
      finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + count);
  let conditions = namespace.status?.conditions ?? [];
  const set = (type: string, status: string, reason: string, message: string): void => {
    conditions = withCondition(conditions, { type, status, reason, message, lastTransitionTime });
  };
  if (undiscovered.length > 0)
    set(
      'NamespaceDeletionDiscoveryFailure',
      'True',
      'DiscoveryFailed',
      `Discovery failed for some groups, ${undiscovered.length} failing: unable to retrieve the complete list of server APIs: ${undiscovered.map((version) => `${version}: stale GroupVersion discovery: ${version}`).join(', ')}`,
    );
  else
    set(
      'NamespaceDeletionDiscoveryFailure',
      'False',
      'ResourcesDiscovered',
      'All resources successfully discovered',
    );
  set(
    'NamespaceDeletionGroupVersionParsingFailure',
    'False',
    'ParsedGroupVersions',
    'All legacy kube types successfully parsed',
  );
  if (failures.length > 0)
    set(
      'NamespaceDeletionContentFailure',
      'True',
      'ContentDeletionFailed',
      `Failed to delete all resource types, ${failures.length} remaining: ${failures.join(', ')}`,
    );
  else
    set(
      'NamespaceDeletionContentFailure',
      'False',
      'ContentDeleted',
      'All content successfully deleted, may be waiting on finalization',
    );
  if (counts.length > 0)
    set(
      'NamespaceContentRemaining',
      'True',
      'SomeResourcesRemain',
      `Some resources are remaining: ${counts.join(', ')}`,
    );
  else set('NamespaceContentRemaining', 'False', 'ContentRemoved', 'All content successfully removed');
  if (finalizers.size > 0) {
    const texts = [...finalizers]
      .map(([finalizer, count]) => `${finalizer} in ${count} resource instances`)
      .sort();
    set(
      'NamespaceFinalizersRemaining',
      'True',
      'SomeFinalizersRemain',
      `Some content in the namespace has finalizers remaining: ${texts.join(', ')}`,
    );
  } else
    set(
      'NamespaceFinalizersRemaining',
      'False',
      'ContentHasNoFinalizers',
      'All content-preserving finalizers finished',
    );
  context.client.updateStatus(Namespaces, {
    ...namespace,
    status: { ...namespace.status, phase: 'Terminating', conditions },
  });
}
