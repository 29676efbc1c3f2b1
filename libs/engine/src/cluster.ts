import { Operations, type Admission } from './api/operations.js';
import { LocalClient } from './clients/local-client.js';
import { LocalEventRecorder } from './clients/local-event-recorder.js';
import type { Client } from './clients/client.js';
import type { Clock } from './clock.js';
import { allControllers } from './controllers/index.js';
import type { Controller } from './controllers/controller.js';
import { SeededRandom } from './random.js';
import { builtInResources } from './registry/built-in.js';
import { Registry } from './registry/registry.js';
import { Store, type StoreSnapshot } from './store/store.js';
import { parseDuration } from './time.js';
import { VirtualClock } from './virtual-clock.js';

/** What a cluster is made of. Everything has a default: `createCluster()` lives in virtual time. */
export interface ClusterOptions {
  readonly clock?: Clock;
  /** Same seed and same inputs, same history. */
  readonly seed?: number | string;
  /** State to continue from. */
  readonly snapshot?: StoreSnapshot;
  /** Which control loops run; all by default. */
  readonly controllers?: readonly Controller[];
  /** Told of every failed reconcile; it will be tried again. */
  readonly onError?: (controller: string, key: string, error: unknown) => void;
}

/** A running cluster. */
export interface Cluster {
  readonly clock: Clock;
  readonly store: Store;
  readonly registry: Registry;
  readonly operations: Operations;
  /** The API as a member of `system:masters` uses it. */
  readonly client: Client;
  /** Virtual time only: runs everything that happens in that time (`'10m'` or milliseconds). */
  advance(duration: string | number): void;
  /** Virtual time only: runs what is due now. */
  settle(): void;
  stop(): void;
}

/** Composes a cluster from its parts and starts it. The way in. */
export function createCluster(options: ClusterOptions = {}): Cluster {
  const clock = options.clock ?? new VirtualClock();
  const random = new SeededRandom(options.seed ?? 1);
  const store = new Store(options.snapshot);
  const registry = new Registry(builtInResources());
  const admission: Admission = { admit: ({ object }) => object };
  const operations = new Operations(store, clock, random, admission);
  const client = new LocalClient(store, registry, operations, { user: 'system:admin' });
  const onError = options.onError ?? (() => undefined);

  const stops = (options.controllers ?? allControllers()).map((controller) => {
    const own = client.as(controller.name);
    const events = new LocalEventRecorder(own, clock, random, controller.name);
    return controller.start({ clock, random, client: own, events, registry, store, onError });
  });

  return {
    clock,
    store,
    registry,
    operations,
    client,
    advance(duration) {
      const ms = typeof duration === 'number' ? duration : parseDuration(duration);
      if (ms === undefined) throw new RangeError(`"${duration}" is not a duration such as 10m or 1h30m`);
      virtual(clock).advance(ms);
    },
    settle: () => virtual(clock).settle(),
    stop: () => stops.forEach((stop) => stop()),
  };
}

function virtual(clock: Clock): VirtualClock {
  if (clock instanceof VirtualClock) return clock;
  throw new TypeError('only a cluster in virtual time can be advanced');
}
