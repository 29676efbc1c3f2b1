import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { KubeObject } from '@lotse/manifests';
import { asKubeObject, type TreeNode } from '@lotse/gitops';
import { Authorizer } from '../auth/authorizer.js';
import { ClusterHost } from '../cluster/cluster-host.js';
import { EventLane } from '../sockets/event-lane.js';
import {
  TopicRegistry,
  subscriptionBroken,
  type TopicEvent,
  type TopicRequest,
  type TopicSource,
  type TopicSubscription,
} from '../sockets/topic-source.port.js';
import { ApplicationAccess } from './application-access.js';
import { ApplicationFeeds } from './application-feed.js';
import { applicationNotFound } from './application.errors.js';
import { maskAddresses } from './mask-addresses.js';
import { ApplicationStore } from './application-store.js';
import { ApplicationViews } from './application-views.service.js';

/** Serves the topics `applications` and `application`. */
@Injectable()
export class ApplicationTopics implements OnModuleInit {
  constructor(
    private readonly registry: TopicRegistry,
    private readonly store: ApplicationStore,
    private readonly access: ApplicationAccess,
    private readonly views: ApplicationViews,
    private readonly host: ClusterHost,
    private readonly feeds: ApplicationFeeds,
    private readonly authorizer: Authorizer,
  ) {}

  onModuleInit(): void {
    this.registry.register('applications', this.#applications);
    this.registry.register('application', this.#application);
  }

  /** All applications that may be seen. */
  readonly #applications: TopicSource = {
    subscribe: async (_request, principal, listener, end) => {
      const feed = await this.feeds.read({
        principal,
        onEvent: (type, application) => listener({ type, object: asKubeObject(application) }),
        onBroken: () => end(subscriptionBroken()),
      });
      return {
        items: feed.items.map(asKubeObject),
        resourceVersion: feed.resourceVersion,
        open: () => feed.open(),
        unsubscribe: () => feed.stop(),
      };
    },
  };

  /** One application, and every node of its tree as an object of kind `TreeNode`. */
  readonly #application: TopicSource = {
    subscribe: async (request: TopicRequest, principal, listener, end): Promise<TopicSubscription> => {
      const name = request.name ?? '';
      const application = this.store.get(name);
      if (!application || !(await this.access.sees(principal, application))) throw applicationNotFound(name);
      const { index } = this.host;
      // a deleted node may have lost its way up: what was sent is remembered
      const known = new Set<string>();
      const durable = (): Promise<void> => this.host.journal.durable();
      const lane = new EventLane<TopicEvent | 'rights'>({
        durable,
        deliver: async (item) => {
          const now = this.store.get(name);
          if (now && !(await this.access.sees(principal, now))) end(applicationNotFound(name));
          else if (item !== 'rights') listener(item);
        },
        onBroken: () => end(subscriptionBroken()),
      });
      const stops = [
        this.store.onChange((event) => {
          if (event.application.metadata.name === name)
            lane.push({ type: event.type, object: maskAddresses(asKubeObject(event.application)) });
        }),
        index.onTreeChange((object, deleted) => {
          const uid = object.metadata.uid ?? '';
          const inTree = index.applicationsOf(object).has(name);
          if (!inTree && !known.has(uid)) return;
          const gone = deleted || !inTree;
          lane.push({
            type: gone ? 'DELETED' : known.has(uid) ? 'MODIFIED' : 'ADDED',
            object: nodeObject(this.views.node(object)),
          });
          if (gone) known.delete(uid);
          else known.add(uid);
        }),
        this.authorizer.onChange(() => lane.push('rights')),
        () => lane.end(),
      ];
      const unsubscribe = (): void => stops.forEach((stop) => stop());
      try {
        const nodes = this.views.tree(name);
        for (const { uid } of nodes) known.add(uid);
        const items = [maskAddresses(asKubeObject(this.store.need(name))), ...nodes.map(nodeObject)];
        const resourceVersion = String(this.host.cluster.store.revision);
        await durable();
        return { items, resourceVersion, open: () => lane.open(), unsubscribe };
      } catch (error) {
        unsubscribe();
        throw error;
      }
    },
  };
}

/** A tree node in the clothes of an object, so that one socket message fits all. */
function nodeObject(node: TreeNode): KubeObject {
  return {
    apiVersion: 'lotse.dev/v1',
    kind: 'TreeNode',
    metadata: {
      name: node.name,
      namespace: node.namespace,
      uid: node.uid,
      resourceVersion: node.resourceVersion,
    },
    node: node as never,
  };
}
