import { resourceKey, type ResourceInfo } from '../registry/resource.js';
import type { StoreEvent } from '../store/store-event.js';
import type { ResourceKey, StoredObject } from '../store/stored-object.js';
import type { Webhooks } from '../admission/webhooks/webhooks.js';
import type { Clock } from '../clock.js';
import type { Store } from '../store/store.js';
import type { Random } from '../random.js';
import type { StreamSink } from './api-request.js';
import { ApiError } from './api-error.js';
import { listObjects, parseSelectors, tooLargeVersion } from './list.js';
import { checkWatchParameters, readInteger, readVersion } from './list-parameters.js';
import { ConvertingQueue } from './converting-queue.js';
import { present, presentAll } from './present.js';
import { isTrue } from './request-info.js';

/** Shortest time a watch lives when the client names none; up to as much again is added by chance (MinRequestTimeout). */
const DEFAULT_TIMEOUT_SECONDS = 1800;
/** Longer ones are as good as for ever, and timers don't reach that far. */
const LONGEST_TIMEOUT_SECONDS = 1_000_000;
/** How often a watch that allows it is told where the log stands. */
const BOOKMARK_MS = 60_000;
/** A last bookmark comes this long before the end, so that the client resumes close to it. */
const LAST_BOOKMARK_MS = 2_000;

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

/** Writes one event in the form the client asked for. */
export interface WatchEncoder {
  /** `shared` names a change of the store: its bytes are the same for every watcher with the same form. */
  encode(type: WatchEventType, object: object, shared: StoreEvent | undefined): Uint8Array;
}

/** What a watch needs to know. */
export interface WatchQuery {
  readonly resource: ResourceInfo;
  readonly namespace: string;
  /** From the path of a single object; empty otherwise. */
  readonly name: string;
  readonly parameters: URLSearchParams;
}

/** One open watch. */
interface Watcher {
  hear(event: StoreEvent): void;
  /** It could not be told of a change: it has to end, because its client would never know what it missed. */
  fail(error: unknown): void;
}

/**
 * Spreads the store's changes to the watches of the API. One subscription for all; a change costs only the watchers of its
 * resource and namespace.
 */
export class WatchHub {
  readonly #watchers = new Map<ResourceKey, Set<Watcher>>();

  constructor(store: Store) {
    store.subscribe((event) => {
      for (const watcher of this.#watchers.get(event.resource) ?? []) {
        try {
          watcher.hear(event);
        } catch (error) {
          fail(watcher, error);
        }
      }
    });
  }

  add(resource: ResourceKey, watcher: Watcher): () => void {
    let watchers = this.#watchers.get(resource);
    if (!watchers) this.#watchers.set(resource, (watchers = new Set()));
    watchers.add(watcher);
    return () => {
      watchers.delete(watcher);
    };
  }

  /** How many watches are open. */
  get size(): number {
    let size = 0;
    for (const watchers of this.#watchers.values()) size += watchers.size;
    return size;
  }
}

function fail(watcher: Watcher, error: unknown): void {
  try {
    watcher.fail(error);
  } catch {
    // Its transport is broken: there is nobody to tell.
  }
}

/** What a watch runs on. */
export interface WatchSurroundings {
  readonly store: Store;
  readonly hub: WatchHub;
  readonly clock: Clock;
  readonly random: Pick<Random, 'next'>;
  /** Through which objects are converted where their definition says so. */
  readonly webhooks?: Webhooks;
}

/**
 * Prepares a watch: everything that can be refused is refused here, before a byte is sent. The returned function starts it.
 */
export function openWatch(
  { store, hub, clock, random, webhooks }: WatchSurroundings,
  query: WatchQuery,
  encoder: WatchEncoder,
): (sink: StreamSink) => () => void {
  const { resource, namespace, parameters } = query;
  const selected = parseSelectors(resource, parameters);
  const matches = (object: StoredObject): boolean =>
    (query.name === '' || object.metadata.name === query.name) &&
    (namespace === '' || !resource.namespaced || object.metadata.namespace === namespace) &&
    (!selected || selected(object));
  const version = parameters.get('resourceVersion') ?? '';
  const bookmarks = isTrue(parameters.get('allowWatchBookmarks'));
  checkWatchParameters(parameters);
  const initialWanted = parameters.get('sendInitialEvents');
  const sendInitial = initialWanted === null ? undefined : isTrue(initialWanted);
  const timeoutMs = readTimeoutMs(parameters.get('timeoutSeconds'), random);
  const from = version === '' || version === '0' ? undefined : readVersion(version, 'watch');
  const initial = sendInitial ?? from === undefined;
  if (initial && from !== undefined && from > store.revision) throw tooLargeVersion(from, store.revision);

  return (sink) => {
    let open = true;
    const stops: (() => void)[] = [];
    const stop = (): void => {
      if (!open) return;
      open = false;
      for (const end of stops) end();
    };
    const send = (type: WatchEventType, object: object, shared?: StoreEvent): void => {
      if (open && !sink.write(encoder.encode(type, object, shared))) stop();
    };
    const finish = (): void => {
      stop();
      sink.end();
    };
    const fail = (error: unknown): void => {
      stop();
      const text = `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`;
      const told = error instanceof ApiError ? error : new ApiError(500, 'InternalError', text);
      sink.write(encoder.encode('ERROR', told.status, undefined));
      sink.end();
    };
    const queue =
      webhooks && resource.converter?.isRemote
        ? new ConvertingQueue({ webhooks, clock }, resource, fail)
        : undefined;
    if (queue) stops.push(() => queue.stop());
    const inTurn = (task: () => void): void => (queue ? queue.push(task) : task());
    const bookmark = (annotations?: Record<string, string>): void => {
      const metadata = {
        resourceVersion: String(store.revision),
        ...(annotations && { annotations }),
      };
      const apiVersion = resource.group ? `${resource.group}/${resource.version}` : resource.version;
      inTurn(() => send('BOOKMARK', { kind: resource.kind, apiVersion, metadata }));
    };
    const follow = (given: StoreEvent): void => {
      // A client that has seen more than this server has is told of what comes after that.
      if (!initial && from !== undefined && given.revision <= from) return;
      inTurn(() => {
        const event = queue ? converted(given, resource) : given;
        const now = event.type !== 'DELETED' && matches(event.object);
        const before = event.previous !== undefined && matches(event.previous);
        if (now) send(before ? 'MODIFIED' : 'ADDED', event.object, given);
        else if (before) send('DELETED', event.type === 'DELETED' ? event.object : leaving(event), given);
      });
    };

    if (initial) {
      const current = currentObjects(store, query, queue ? new URLSearchParams() : parameters);
      inTurn(() => {
        for (const object of queue ? presentAll(current, resource).filter(matches) : current)
          send('ADDED', object);
      });
      if (!open) return stop;
      // Who watches from the present is sent what is there, and told where that ends, without having asked.
      if ((sendInitial ?? true) && bookmarks) bookmark({ 'k8s.io/initial-events-end': 'true' });
    } else {
      const past = store.eventsSince(from ?? store.revision);
      if (!past) {
        const text = `too old resource version: ${from} (${store.compactedRevision + 1})`;
        send('ERROR', new ApiError(410, 'Expired', text).status);
        finish();
        return stop;
      }
      const key = resourceKey(resource);
      for (const event of past) if (event.resource === key) follow(event);
    }
    if (!open) return stop;

    stops.push(hub.add(resourceKey(resource), { hear: follow, fail }));
    const end = clock.after(timeoutMs, finish);
    stops.push(() => end.cancel());
    if (bookmarks) {
      let timer = clock.after(BOOKMARK_MS, function again() {
        bookmark();
        timer = clock.after(BOOKMARK_MS, again);
      });
      const last =
        timeoutMs > LAST_BOOKMARK_MS
          ? clock.after(timeoutMs - LAST_BOOKMARK_MS, () => bookmark())
          : undefined;
      stops.push(() => {
        timer.cancel();
        last?.cancel();
      });
    }
    return stop;
  };
}

/** An object that no longer matches: as it was when it did, at the revision of the change. */
function leaving({ object, previous }: StoreEvent): StoredObject {
  if (!previous) return object;
  const { resourceVersion } = object.metadata;
  return { ...previous, metadata: { ...previous.metadata, ...(resourceVersion && { resourceVersion }) } };
}

/** A change in the words of a version. What is gone is shown as it was known. */
function converted(event: StoreEvent, resource: ResourceInfo): StoreEvent {
  const previous = event.previous && present(event.previous, resource);
  if (event.type !== 'DELETED') return { ...event, object: present(event.object, resource), previous };
  return { ...event, object: leaving({ ...event, previous }), previous };
}

/** What is there now, by its own words: selectors of a converted version come later. */
function currentObjects(
  store: Store,
  query: WatchQuery,
  parameters: URLSearchParams,
): readonly StoredObject[] {
  const selectors = new URLSearchParams();
  for (const name of ['labelSelector', 'fieldSelector']) {
    const value = parameters.get(name);
    if (value !== null) selectors.set(name, value);
  }
  if (query.name !== '' && !selectors.has('fieldSelector'))
    selectors.set('fieldSelector', `metadata.name=${query.name}`);
  // A namespace is found by its name; its path says it twice.
  const namespace = query.resource.namespaced ? query.namespace : '';
  const { converter, ...stored } = query.resource;
  const resource = converter?.isRemote ? stored : query.resource;
  return listObjects(store, { resource, namespace, parameters: selectors }).objects;
}

function readTimeoutMs(text: string | null, random: Pick<Random, 'next'>): number {
  const seconds = Math.min(readInteger(text) ?? 0, LONGEST_TIMEOUT_SECONDS);
  if (seconds <= 0) return DEFAULT_TIMEOUT_SECONDS * 1000 * (1 + random.next());
  return seconds * 1000;
}
