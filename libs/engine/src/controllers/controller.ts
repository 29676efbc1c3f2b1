import type { Elsewhere } from '../aggregation/namespace-contents.js';
import type { Clock } from '../clock.js';
import type { Random } from '../random.js';
import type { Client } from '../clients/client.js';
import type { EventRecorder } from '../clients/event-recorder.js';
import type { Registry } from '../registry/registry.js';
import type { Store } from '../store/store.js';

/** What a controller may use. */
export interface ControllerContext {
  readonly clock: Clock;
  readonly random: Random;
  /** Acts in the controller's own name. */
  readonly client: Client;
  readonly events: EventRecorder;
  readonly registry: Registry;
  /** For controllers over all kinds (garbage collector, namespaces); the others use listers. */
  readonly store: Store;
  /** What other servers serve under this API. */
  readonly elsewhere: Elsewhere;
  /** Reports a reconcile that failed and will be tried again. */
  readonly onError: (controller: string, key: string, error: unknown) => void;
}

/** A control loop. One folder each under `controllers/`, listed in `controllers/index.ts`. */
export interface Controller {
  /** Also the user its writes are made as: `deployment-controller`. */
  readonly name: string;
  /** Who its events are from, where that is somebody else: older parts of Kubernetes have names of their own. */
  readonly eventSource?: string;
  /** Subscribes and starts working; returns the way to stop. */
  start(context: ControllerContext): () => void;
}
