import type { KubeObject } from '../api/types.js';

/** What a page wants to hear about. */
export type Topic =
  | { topic: 'applications' }
  | { topic: 'application'; name: string }
  | { topic: 'cluster'; resource: string; namespace?: string | undefined };

/** One message from the server about a topic: a change, or everything there is. It repeats the request it answers. */
export interface WireEvent {
  topic: string;
  name?: string;
  resource?: string;
  namespace?: string;
  type?: 'ADDED' | 'MODIFIED' | 'DELETED';
  object?: KubeObject;
  items?: KubeObject[];
  resourceVersion?: string;
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

/** Whether a message belongs to a subscription. */
export function belongs(event: WireEvent, topic: Topic): boolean {
  if (event.topic !== topic.topic) return false;
  switch (topic.topic) {
    case 'applications':
      return true;
    case 'application':
      return event.name === topic.name;
    case 'cluster':
      return event.resource === topic.resource && (event.namespace ?? '') === (topic.namespace ?? '');
  }
}
