import { CodedError, type KubeObject } from '@lotse/manifests';
import type { Principal } from '../auth/principal.js';

/** What a socket can subscribe to. */
export const TOPICS = ['applications', 'application', 'cluster'] as const;
export type Topic = (typeof TOPICS)[number];

/** A subscription as asked for, checked for shape; the source checks whether it makes sense. */
export interface TopicRequest {
  readonly topic: Topic;
  /** Topic `application`: its name. Topic `cluster`: an object's name, or all. */
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  /** Topic `cluster`: a plural resource, with its group when it isn't in core (`pods`, `deployments.apps`). */
  readonly resource?: string | undefined;
  readonly labelSelector?: string | undefined;
  /** Go on after this version; the source may send the whole state instead. */
  readonly resourceVersion?: string | undefined;
}

/** One change, in order. */
export interface TopicEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
}

/** A running subscription: the state it starts from, and the way to end it. */
export interface TopicSubscription {
  /** Undefined when the source resumes after the asked-for version: nothing has to be sent again. */
  readonly items: readonly KubeObject[] | undefined;
  readonly resourceVersion: string;
  /** The listener may be called from now on; the state has been sent. */
  open?(): void;
  unsubscribe(): void;
}

/** The end of a subscription whose changes can't be told without a gap any more: subscribing again gets the state. */
export function subscriptionBroken(): CodedError {
  return new CodedError(
    'subscription_unavailable',
    "The server can't tell changes in order at the moment. Subscribe again.",
  );
}

/**
 * Serves one topic. Events start right after `items` (or after the asked-for version), without gap or repeat.
 * The source leaves out what the principal may not see, and throws a `CodedError` when nothing of it may be seen
 * or the request names what does not exist. Secrets are masked before they are handed over. Rights are asked for again
 * whenever they change: who lost them is told that what was seen is gone, or (`end`) that nothing more comes.
 */
export interface TopicSource {
  subscribe(
    request: TopicRequest,
    principal: Principal,
    listener: (event: TopicEvent) => void,
    end: (reason: CodedError) => void,
  ): Promise<TopicSubscription>;
}

/** Where sources announce themselves: `registry.register('applications', source)` in `onModuleInit`. */
export class TopicRegistry {
  readonly #sources = new Map<Topic, TopicSource>();

  register(topic: Topic, source: TopicSource): void {
    if (this.#sources.has(topic)) throw new Error(`Topic ${topic} has a source already.`);
    this.#sources.set(topic, source);
  }

  source(topic: Topic): TopicSource | undefined {
    return this.#sources.get(topic);
  }
}
