import type { ResourceType } from '../../clients/resource-type.js';
import { WorkQueue, type ReconcileResult } from '../../clients/work-queue.js';
import { isApiError } from '../../api/api-error.js';
import type { StoredObject } from '../../store/stored-object.js';
import type { ControllerContext } from '../controller.js';
import { ToldRefusal } from './told-refusal.js';

/** `namespace/name`, the key of every queue. */
export function keyOf(object: StoredObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`;
}

/** The parts of a key. */
export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/**
 * The usual control loop: a queue of the names of one kind, fed by every change of that kind, calling `reconcile` with
 * the current object while it exists and `onGone` when it does not. `watch` adds further triggers.
 */
export function startKeyedController<T extends StoredObject>(
  context: ControllerContext,
  name: string,
  type: ResourceType<T>,
  reconcile: (object: T, queue: WorkQueue) => ReconcileResult | undefined | void,
  watch: (queue: WorkQueue) => (() => void)[] = () => [],
  onGone: (namespace: string, name: string) => void = () => undefined,
): () => void {
  const lister = context.client.lister(type);
  const queue: WorkQueue = new WorkQueue(
    context.clock,
    (key) => {
      const { namespace, name: objectName } = splitKey(key);
      const object = lister.get(namespace, objectName);
      if (object) return reconcile(object, queue);
      onGone(namespace, objectName);
      return undefined;
    },
    // A conflict or a vanished object only means that the world moved on; the retry sees the new one.
    (key, error) =>
      isApiError(error, 'Conflict') || error instanceof ToldRefusal || context.onError(name, key, error),
  );
  const stops = [lister.watch((_, object) => queue.add(keyOf(object))), ...watch(queue)];
  for (const object of lister.list()) queue.add(keyOf(object));
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
}
