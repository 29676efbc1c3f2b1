import type { Clock } from '../clock.js';
import { formatTime } from '../time.js';
import type { StoredObject } from '../store/stored-object.js';
import type { Client } from './client.js';
import type { EventRecorder } from './event-recorder.js';
import { isApiError } from '../api/api-error.js';
import type { Event } from '../types/index.js';
import { Events } from './resource-type.js';

/** Repeats of an event within this time raise its count; how many distinct ones are remembered for that. */
const REMEMBERED_EVENTS = 4096;

/** Writes core/v1 Events; a repeat raises `count` and `lastTimestamp` of the first one (client-go's correlator). */
export class LocalEventRecorder implements EventRecorder {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #revision: () => number;
  readonly #component: string;
  readonly #seen = new Map<string, string>();

  constructor(client: Client, clock: Clock, revision: () => number, component: string) {
    this.#client = client;
    this.#clock = clock;
    this.#revision = revision;
    this.#component = component;
  }

  event(
    about: StoredObject,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    extra: { fieldPath?: string } = {},
  ): void {
    const { metadata } = about;
    const namespace = metadata.namespace ?? 'default';
    const key = [metadata.uid, type, reason, message, extra.fieldPath].join('\0');
    const time = formatTime(this.#clock.now());
    const seen = this.#seen.get(key);
    const lister = this.#client.lister(Events);
    const existing = seen === undefined ? undefined : lister.get(namespace, seen);
    if (existing) {
      this.#client.update(Events, { ...existing, count: (existing.count ?? 1) + 1, lastTimestamp: time });
      return;
    }
    const name = `${metadata.name}.${this.#moment()}`;
    this.#seen.delete(key);
    this.#seen.set(key, name);
    if (this.#seen.size > REMEMBERED_EVENTS) this.#seen.delete(this.#seen.keys().next().value ?? '');
    this.#create({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace },
      involvedObject: {
        kind: about.kind,
        ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
        ...(metadata.name !== undefined && { name: metadata.name }),
        ...(metadata.uid !== undefined && { uid: metadata.uid }),
        apiVersion: about.apiVersion,
        ...(metadata.resourceVersion !== undefined && { resourceVersion: metadata.resourceVersion }),
        ...(extra.fieldPath !== undefined && { fieldPath: extra.fieldPath }),
      },
      reason,
      message,
      source: { component: this.#component },
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
      type,
      reportingComponent: this.#component,
      reportingInstance: '',
    });
  }

  /**
   * Nanoseconds as Kubernetes ends the names of its events, so that a list of them is in the order things happened. What
   * the clock does not tell apart the revision does.
   */
  #moment(): string {
    const nanoseconds = BigInt(this.#clock.now()) * 1_000_000n + BigInt(this.#revision() % 1_000_000);
    return nanoseconds.toString(16);
  }

  /** An event that is refused (its namespace is going) is lost: telling of something must never stop the teller. */
  #create(event: Event): void {
    try {
      this.#client.create(Events, event);
    } catch (error) {
      if (!isApiError(error)) throw error;
    }
  }
}
