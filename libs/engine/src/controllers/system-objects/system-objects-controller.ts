import { isLastingObject } from '../../registry/bootstrap.js';
import type { StoredObject } from '../../store/stored-object.js';
import type { Timer } from '../../clock.js';
import type { Controller } from '../controller.js';

/** How long what the API server keeps may be away (controlplane/controller/kubernetesservice: every ten seconds). */
const AWAY_MS = 10_000;

const nameOf = ({ apiVersion, kind, metadata }: StoredObject): string =>
  `${apiVersion} ${kind} ${metadata.namespace ?? ''}/${metadata.name ?? ''}`;

/**
 * Puts back what a cluster can't be without when somebody has deleted it: the namespaces of the system, the service and
 * the endpoints by which pods find the API, and the range of service addresses.
 */
export function systemObjectsController(
  objects: readonly StoredObject[],
  install: (objects: readonly StoredObject[]) => void,
): Controller {
  const lasting = objects.filter(isLastingObject);
  const names = new Set(lasting.map(nameOf));
  return {
    name: 'system-objects-controller',
    start({ store, clock }) {
      let timer: Timer | undefined;
      const restore = (): void => {
        timer = undefined;
        install(lasting);
      };
      const stop = store.subscribe(({ type, object }) => {
        if (type === 'DELETED' && names.has(nameOf(object))) timer ??= clock.after(AWAY_MS, restore);
      });
      return () => {
        stop();
        timer?.cancel();
      };
    },
  };
}
