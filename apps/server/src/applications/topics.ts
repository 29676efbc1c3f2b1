import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { KubeObject } from '@lotse/manifests';
import { asKubeObject, type TreeNode } from '@lotse/gitops';
import type { Principal } from '../auth/principal.js';
import { ClusterHost } from '../cluster/cluster-host.js';
import {
  TopicRegistry,
  type TopicEvent,
  type TopicRequest,
  type TopicSource,
  type TopicSubscription,
} from '../sockets/topic-source.port.js';
import { ApplicationAccess } from './application-access.js';
import { applicationNotFound } from './application.errors.js';
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
  ) {}

  onModuleInit(): void {
    this.registry.register('applications', this.#applications);
    this.registry.register('application', this.#application);
  }

  /** All applications that may be seen. */
  readonly #applications: TopicSource = {
    subscribe: async (_request, principal, listener) => {
      const events = this.#ordered(principal, listener);
      const stop = this.store.onChange(({ type, application }) => events(type, asKubeObject(application)));
      const resourceVersion = String(this.host.cluster.store.revision);
      const items = await this.access.visible(principal, await this.store.list());
      return { items: items.map(asKubeObject), resourceVersion, unsubscribe: stop };
    },
  };

  /** One application, and every node of its tree as an object of kind `TreeNode`. */
  readonly #application: TopicSource = {
    subscribe: async (request: TopicRequest, principal, listener): Promise<TopicSubscription> => {
      const name = request.name ?? '';
      const application = this.store.get(name);
      if (!application || !(await this.access.sees(principal, application))) throw applicationNotFound(name);
      const { index } = this.host;
      // a deleted node may have lost its way up: what was sent is remembered
      const known = new Set<string>();
      const stops = [
        this.store.onChange((event) => {
          if (event.application.metadata.name === name)
            listener({ type: event.type, object: asKubeObject(event.application) });
        }),
        index.onTreeChange((object, deleted) => {
          const uid = object.metadata.uid ?? '';
          const inTree = index.applicationsOf(object).has(name);
          if (!inTree && !known.has(uid)) return;
          const gone = deleted || !inTree;
          listener({
            type: gone ? 'DELETED' : known.has(uid) ? 'MODIFIED' : 'ADDED',
            object: nodeObject(this.views.node(object)),
          });
          if (gone) known.delete(uid);
          else known.add(uid);
        }),
      ];
      const nodes = this.views.tree(name);
      for (const { uid } of nodes) known.add(uid);
      return {
        items: [asKubeObject(this.store.need(name)), ...nodes.map(nodeObject)],
        resourceVersion: String(this.host.cluster.store.revision),
        unsubscribe: () => stops.forEach((stop) => stop()),
      };
    },
  };

  /** Asking for rights takes a moment: events keep their order meanwhile. */
  #ordered(
    principal: Principal,
    listener: (event: TopicEvent) => void,
  ): (type: TopicEvent['type'], object: KubeObject) => void {
    let order = Promise.resolve();
    return (type, object) => {
      order = order.then(async () => {
        if (await this.access.sees(principal, object as never)) listener({ type, object });
      });
    };
  }
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
