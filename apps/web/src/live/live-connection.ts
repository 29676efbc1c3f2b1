import { io, type Socket } from 'socket.io-client';
import { reportSignedOut } from '../api/http.js';
import type { KubeObject } from '../api/types.js';
import type { Delta } from './deltas.js';
import { FrameBatch } from './frame-batch.js';
import { belongs, topicKey, type Topic, type WireEvent } from './topic.js';

export interface LiveHandler {
  /** Everything there is, at the start and after a gap. */
  onState: (items: KubeObject[], resourceVersion: string | undefined) => void;
  /** Changes since, at most one call per animation frame. */
  onDeltas: (deltas: Delta[]) => void;
  onRefused?: (code: string, message: string) => void;
  /** What is already known, so that the server may leave it out. */
  knownVersion?: () => string | undefined;
}

export type LiveState = { kind: 'connecting' } | { kind: 'live' } | { kind: 'lost'; since: number };

interface Subscription {
  topic: Topic;
  handlers: Map<LiveHandler, FrameBatch<Delta>>;
}

interface Ack {
  ok?: boolean;
  error?: string;
  code?: string;
}

/** The first try to connect again, and the longest pause between tries; both vary by half, so that tabs spread. */
const RETRY_MS = 400;
const RETRY_MOST_MS = 2_500;

/** One socket per tab, shared by all subscriptions; subscriptions survive reconnects. */
export class LiveConnection {
  #socket: Socket | undefined;
  #subscriptions = new Map<string, Subscription>();
  #state: LiveState = { kind: 'connecting' };
  #listeners = new Set<() => void>();

  /** Connects; the session's cookie authenticates. */
  open(): void {
    if (this.#socket) return;
    const socket = io({
      path: '/socket.io',
      transports: ['websocket', 'polling'],
      reconnectionDelay: RETRY_MS,
      reconnectionDelayMax: RETRY_MOST_MS,
    });
    this.#socket = socket;
    socket.on('connect', () => {
      this.#become({ kind: 'live' });
      for (const { topic } of this.#subscriptions.values()) this.#emit(topic);
    });
    socket.on('disconnect', () => this.#lost(socket));
    socket.on('connect_error', (error: Error & { data?: { code?: string } }) => {
      this.#lost(socket);
      if (error.data?.code === 'unauthenticated') reportSignedOut();
    });
    socket.on('event', (event: WireEvent) => this.#receive(event));
    socket.on('state', (event: WireEvent) => this.#receive(event));
    socket.on('ended', (event: WireEvent & Ack) => this.#ended(event));
  }

  close(): void {
    this.#socket?.disconnect();
    this.#socket = undefined;
    this.#become({ kind: 'connecting' });
  }

  retry(): void {
    this.#socket?.disconnect().connect();
  }

  subscribe(topic: Topic, handler: LiveHandler): () => void {
    const key = topicKey(topic);
    const subscription = this.#subscriptions.get(key) ?? { topic, handlers: new Map() };
    const isNew = subscription.handlers.size === 0;
    subscription.handlers.set(handler, new FrameBatch<Delta>((deltas) => handler.onDeltas(deltas)));
    this.#subscriptions.set(key, subscription);
    if (isNew && this.#socket?.connected) this.#emit(topic);
    return () => {
      subscription.handlers.delete(handler);
      if (subscription.handlers.size > 0) return;
      this.#subscriptions.delete(key);
      if (this.#socket?.connected) this.#socket.emit('unsubscribe', topic);
    };
  }

  getState = (): LiveState => this.#state;

  onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #emit(topic: Topic): void {
    const handlers = this.#subscriptions.get(topicKey(topic))?.handlers.keys() ?? [];
    const resourceVersion = [...handlers].map((handler) => handler.knownVersion?.()).find(Boolean);
    this.#socket?.emit(
      'subscribe',
      { ...topic, ...(resourceVersion ? { resourceVersion } : {}) },
      (ack: Ack | undefined) => {
        if (!ack?.error) return;
        for (const handler of this.#subscriptions.get(topicKey(topic))?.handlers.keys() ?? [])
          handler.onRefused?.(ack.code ?? 'REFUSED', ack.error);
      },
    );
  }

  #receive(event: WireEvent): void {
    for (const { topic, handlers } of this.#subscriptions.values()) {
      if (!belongs(event, topic)) continue;
      for (const [handler, batch] of handlers) {
        if (event.items) handler.onState(event.items, event.resourceVersion);
        else if (event.object && event.type) batch.add({ type: event.type, object: event.object });
      }
    }
  }

  /** The server ends a subscription by itself: rights were lost, or it can't tell changes without a gap. */
  #ended(event: WireEvent & Ack): void {
    for (const { topic, handlers } of this.#subscriptions.values()) {
      if (!belongs(event, topic)) continue;
      if (event.code === 'subscription_unavailable') this.#emit(topic);
      else
        for (const handler of handlers.keys())
          handler.onRefused?.(event.code ?? 'REFUSED', event.error ?? 'The subscription has ended.');
    }
  }

  #lost(socket: Socket): void {
    // The library gives up when the server itself said no; the server may have been restarting.
    if (!socket.active) setTimeout(() => socket === this.#socket && socket.connect(), RETRY_MOST_MS);
    if (this.#state.kind !== 'lost') this.#become({ kind: 'lost', since: Date.now() });
  }

  #become(state: LiveState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

export const live = new LiveConnection();
