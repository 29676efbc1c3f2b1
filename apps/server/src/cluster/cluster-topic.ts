import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CodedError, type KubeObject } from '@lotse/manifests';
import { resourceKey, type ResourceInfo } from '@lotse/engine';
import { maskSecret } from '@lotse/gitops';
import { Authorizer, accessDenied } from '../auth/authorizer.js';
import { EventLane } from '../sockets/event-lane.js';
import {
  TopicRegistry,
  subscriptionBroken,
  type TopicEvent,
  type TopicSource,
} from '../sockets/topic-source.port.js';
import { ClusterHost } from './cluster-host.js';

/** Serves the topic `cluster`: the objects of one resource, as they are and as they change. */
@Injectable()
export class ClusterTopic implements OnModuleInit, TopicSource {
  constructor(
    private readonly registry: TopicRegistry,
    private readonly host: ClusterHost,
    private readonly authorizer: Authorizer,
  ) {}

  onModuleInit(): void {
    this.registry.register('cluster', this);
  }

  subscribe: TopicSource['subscribe'] = async (request, principal, listener, end) => {
    const may = (): Promise<boolean> => this.authorizer.allows(principal, 'clusters', 'get', 'in-cluster');
    await this.authorizer.enforce(principal, 'clusters', 'get', 'in-cluster');
    const info = this.#info(request.resource ?? '');
    const { store } = this.host.cluster;
    const key = resourceKey(info);
    const matches = (object: KubeObject): boolean =>
      (request.namespace === undefined || object.metadata.namespace === request.namespace) &&
      (request.name === undefined || object.metadata.name === request.name);
    const durable = (): Promise<void> => this.host.journal.durable();
    const lane = new EventLane<TopicEvent | 'rights'>({
      durable,
      deliver: async (item) => {
        if (!(await may())) end(accessDenied(principal, 'clusters', 'get', 'in-cluster'));
        else if (item !== 'rights') listener({ type: item.type, object: shown(item.object) });
      },
      onBroken: () => end(subscriptionBroken()),
    });
    const stops = [
      store.subscribe(({ type, resource, object: changed }) => {
        const object = changed as KubeObject;
        if (resource === key && matches(object)) lane.push({ type, object });
      }),
      this.authorizer.onChange(() => lane.push('rights')),
      () => lane.end(),
    ];
    const unsubscribe = (): void => stops.forEach((stop) => stop());
    const items = [...store.table(key).objects.values()] as KubeObject[];
    const resourceVersion = String(store.revision);
    try {
      await durable();
    } catch (error) {
      unsubscribe();
      throw error;
    }
    return {
      items: items.filter(matches).map(shown),
      resourceVersion,
      open: () => lane.open(),
      unsubscribe,
    };
  };

  /** `pods`, `deployments.apps`. */
  #info(resource: string): ResourceInfo {
    const dot = resource.indexOf('.');
    const plural = dot < 0 ? resource : resource.slice(0, dot);
    const group = dot < 0 ? '' : resource.slice(dot + 1);
    for (const info of this.host.cluster.registry.all()) {
      if (info.resource === plural && info.group === group) return info;
    }
    throw new CodedError(
      'resource_not_found',
      `The cluster has no resource ${JSON.stringify(resource)}. Name it with its group, such as pods or deployments.apps.`,
    );
  }
}

/** Secrets masked, and without what nobody reads. */
export function shown(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return maskSecret({ ...object, metadata });
}
