import { CodedError } from '@lotse/manifests';
import type { Principal } from '../auth/principal.js';
import { type TopicRequestInput, subscriptionKey } from './topic-request.schema.js';
import type { TopicEvent, TopicRegistry, TopicSubscription } from './topic-source.port.js';

/** The pages of one browser tab need a handful. */
const MAX_SUBSCRIPTIONS = 32;

/** What a message to the client carries beside its content: the subscription it belongs to. */
type Address = Pick<TopicRequestInput, 'topic' | 'name' | 'namespace' | 'resource'>;
/** The messages: everything there is, and one change. */
export type SocketMessage =
  | ({
      readonly kind: 'state';
      readonly items: readonly unknown[];
      readonly resourceVersion: string;
    } & Address)
  | ({ readonly kind: 'event' } & TopicEvent & Address)
  /** The last of a subscription: nothing more comes. */
  | ({ readonly kind: 'ended'; readonly error: string; readonly code: string } & Address);

/** The subscriptions of one socket. State goes out before the first change, also when changes come while it is made. */
export class ClientSubscriptions {
  readonly #open = new Map<string, { readonly ended: AbortController; subscription?: TopicSubscription }>();

  constructor(
    private readonly registry: TopicRegistry,
    private readonly principal: Principal,
    private readonly send: (message: SocketMessage) => void,
  ) {}

  get size(): number {
    return this.#open.size;
  }

  /** Starts (again, when it runs already). @throws CodedError when it may not or can't be. */
  async subscribe(request: TopicRequestInput): Promise<{ resourceVersion: string; resumed: boolean }> {
    const key = subscriptionKey(request);
    this.unsubscribe(request);
    if (this.#open.size >= MAX_SUBSCRIPTIONS)
      throw new CodedError(
        'subscriptions_too_many',
        `A socket can have ${MAX_SUBSCRIPTIONS} subscriptions. End some first.`,
      );
    const source = this.registry.source(request.topic);
    if (!source)
      throw new CodedError('topic_unavailable', `This server doesn't serve the topic ${request.topic}.`);
    const address = addressOf(request);
    const entry: { readonly ended: AbortController; subscription?: TopicSubscription } = {
      ended: new AbortController(),
    };
    this.#open.set(key, entry);
    let early: TopicEvent[] | undefined = [];
    try {
      const subscription = await source.subscribe(
        request,
        this.principal,
        (event) => {
          if (entry.ended.signal.aborted) return;
          if (early) early.push(event);
          else this.send({ kind: 'event', ...event, ...address });
        },
        ({ message, code }) => {
          if (entry.ended.signal.aborted) return;
          this.unsubscribe(request);
          this.send({ kind: 'ended', error: message, code, ...address });
        },
      );
      entry.subscription = subscription;
      // Ended while it was being made: by the client, or because the socket closed.
      if (entry.ended.signal.aborted) subscription.unsubscribe();
      else if (subscription.items)
        this.send({
          kind: 'state',
          items: subscription.items,
          resourceVersion: subscription.resourceVersion,
          ...address,
        });
      for (const event of early)
        if (!entry.ended.signal.aborted) this.send({ kind: 'event', ...event, ...address });
      early = undefined;
      if (!entry.ended.signal.aborted) subscription.open?.();
      return { resourceVersion: subscription.resourceVersion, resumed: subscription.items === undefined };
    } catch (error) {
      if (this.#open.get(key) === entry) this.#open.delete(key);
      throw error;
    }
  }

  unsubscribe(request: TopicRequestInput): void {
    const key = subscriptionKey(request);
    const entry = this.#open.get(key);
    this.#open.delete(key);
    entry?.ended.abort();
    entry?.subscription?.unsubscribe();
  }

  close(): void {
    for (const { ended, subscription } of this.#open.values()) {
      ended.abort();
      subscription?.unsubscribe();
    }
    this.#open.clear();
  }
}

function addressOf({ topic, name, namespace, resource }: TopicRequestInput): Address {
  return {
    topic,
    ...(name === undefined ? {} : { name }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(resource === undefined ? {} : { resource }),
  };
}
