import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CodedError, type KubeObject } from '@lotse/manifests';
import { resourceKey } from '@lotse/engine';
import { z } from 'zod';
import { Access } from '../auth/access.js';
import { ClusterHost } from './cluster-host.js';
import { shown } from './cluster-topic.js';

const objectsQuerySchema = z.object({
  group: z.string().max(253).default(''),
  version: z.string().max(63).optional(),
  resource: z.string().max(253),
  namespace: z.string().max(253).optional(),
});
type ObjectsQuery = z.output<typeof objectsQuerySchema>;

/** One resource the cluster serves. */
interface ServedResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly count: number;
}

/** The built-in cluster, for the dashboard. Everything else is for kubectl. */
@ApiTags('cluster')
@Controller('api/v1/cluster')
export class ClusterController {
  constructor(private readonly host: ClusterHost) {}

  @Get('resources')
  @Access('clusters', 'get', () => 'in-cluster')
  resources(): { items: ServedResource[] } {
    const { registry, store } = this.host.cluster;
    const items = [...registry.all()]
      .filter(({ verbs }) => verbs.includes('list'))
      .map(({ group, version, resource, kind, namespaced }) => ({
        group,
        version,
        resource,
        kind,
        namespaced,
        count: store.table(resourceKey({ group, resource })).objects.size,
      }));
    return { items };
  }

  @Get('objects')
  @Access('clusters', 'get', () => 'in-cluster')
  async objects(
    @Query({ schema: objectsQuerySchema }) query: ObjectsQuery,
  ): Promise<{ items: KubeObject[] }> {
    const { group, version, resource, namespace } = query;
    const { registry, store } = this.host.cluster;
    const served = [...registry.all()].some(
      (info) =>
        info.group === group &&
        info.resource === resource &&
        (version === undefined || info.version === version),
    );
    if (!served)
      throw new CodedError(
        'resource_not_found',
        `The cluster has no resource ${resource} in ${group || 'the core group'}.`,
      );
    const table = store.table(resourceKey({ group, resource }));
    const objects = namespace ? table.by('namespace', namespace) : [...table.objects.values()];
    const items = (objects as KubeObject[]).map(shown);
    await this.host.journal.durable();
    return { items };
  }

  @Get('nodes')
  @Access('clusters', 'get', () => 'in-cluster')
  async nodes(): Promise<{ items: { node: KubeObject; pods: KubeObject[] }[] }> {
    const { store } = this.host.cluster;
    const byNode = new Map<string, KubeObject[]>();
    for (const pod of store.table('/pods').objects.values() as Iterable<KubeObject>) {
      const name = (pod['spec'] as { nodeName?: string } | undefined)?.nodeName ?? '';
      const pods = byNode.get(name);
      if (pods) pods.push(shown(pod));
      else byNode.set(name, [shown(pod)]);
    }
    const nodes = [...store.table('/nodes').objects.values()] as KubeObject[];
    const items = nodes.map((node) => ({
      node: shown(node),
      pods: byNode.get(node.metadata.name ?? '') ?? [],
    }));
    await this.host.journal.durable();
    return { items };
  }
}
