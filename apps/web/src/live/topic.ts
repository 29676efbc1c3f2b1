import type { KubeObject } from '../api/types.js';

/** What a page wants to hear about. */
export type Topic =
  | { topic: 'applications' }
  | { topic: 'application'; name: string }
  | { topic: 'cluster'; resource: string; namespace?: string | undefined };

export type WireTopic = string | { topic?: string; name?: string; resource?: string; namespace?: string };

/** One message from the server about a topic: a change, or everything there is. */
export interface WireEvent {
  topic: WireTopic;
  type?: 'ADDED' | 'MODIFIED' | 'DELETED';
  object?: KubeObject;
  items?: KubeObject[];
  resourceVersion?: string;
  name?: string;
  resource?: string;
  namespace?: string;
}

/** Two subscriptions with the same key share one on the wire. */
export function topicKey(topic: Topic): string {
  switch (topic.topic) {
    case 'applications':
      return 'applications';
    case 'application':
      return `application:${topic.name}`;
    case 'cluster':
      return `cluster:${topic.resource}:${topic.namespace ?? ''}`;
  }
}

/** Whether an event belongs to a subscription; the server may name the topic by word or repeat the whole request. */
export function belongs(event: WireEvent, topic: Topic): boolean {
  const wire = typeof event.topic === 'string' ? { topic: event.topic } : event.topic;
  if (wire.topic !== topic.topic && wire.topic !== topicKey(topic)) return false;
  switch (topic.topic) {
    case 'applications':
      return true;
    case 'application': {
      const name =
        wire.name ??
        event.name ??
        (event.object?.kind === 'Application' ? event.object.metadata.name : undefined);
      return name === undefined || name === topic.name;
    }
    case 'cluster': {
      const resource = wire.resource ?? event.resource;
      if (resource !== undefined && resource !== topic.resource) return false;
      const namespace = wire.namespace ?? event.namespace;
      return namespace === undefined || !topic.namespace || namespace === topic.namespace;
    }
  }
}
