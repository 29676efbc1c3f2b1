import { Injectable } from '@nestjs/common';
import { CodedError, groupVersionKind, type JsonValue, type KubeObject } from '@lotse/manifests';
import {
  isHook,
  maskSecret,
  maskSecrets,
  normalize,
  resourceTree,
  trackedBy,
  treeNode,
  type Application,
  type ComparedObject,
  type SourceInput,
  type TreeNode,
  primarySource,
} from '@lotse/gitops';
import { chartOfSource } from '../charts/chart-of-source.js';
import { ClusterHost } from '../cluster/cluster-host.js';
import { ManifestRepository } from '../rendering/manifest.repository.js';
import { RepositoryService } from '../repositories/repository.service.js';
import { ApplicationReconciler } from './application-reconciler.js';
import type { EventsQuery, ResourceQuery } from './application.schemas.js';
import { ApplicationComparison } from './comparison.js';
import { prepareTargets } from './prepare-targets.js';
import { assertDeliverable, assertPermitted, projectOf } from './project-rules.js';
import { sentOptions, type SentSource } from './sent-source.js';
import { SourceResolver } from './source-resolver.js';

/** One object of an application as it should be and as it is; states are JSON texts. */
export interface ManagedResource {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly targetState: string;
  readonly liveState: string;
  readonly normalizedLiveState: string;
  readonly predictedLiveState: string;
  readonly hook: boolean;
  readonly modified: boolean;
}

/** Events about one application that are shown at most. */
const MAX_EVENTS = 500;

/** What can be seen of an application beyond itself. Values of Secrets never leave here. */
@Injectable()
export class ApplicationViews {
  constructor(
    private readonly host: ClusterHost,
    private readonly reconciler: ApplicationReconciler,
    private readonly resolver: SourceResolver,
    private readonly manifests: ManifestRepository,
    private readonly repositories: RepositoryService,
  ) {}

  tree(name: string): TreeNode[] {
    const { index } = this.host;
    const roots = [...index.tracked(name).values()];
    return resourceTree(roots, (uid, object) => this.#children(uid, object));
  }

  /** Parents of a changed object within the tree of an application, for deltas. */
  node(object: KubeObject): TreeNode {
    const { index } = this.host;
    const parents = (object.metadata.ownerReferences ?? []).flatMap((owner) => {
      const parent = index.byUid(owner.uid);
      if (!parent) return [];
      const { group, kind } = groupVersionKind(parent);
      return [{ uid: owner.uid, kind, name: owner.name, namespace: parent.metadata.namespace ?? '', group }];
    });
    return treeNode(object, parents);
  }

  managedResources(name: string): ManagedResource[] {
    const objects = this.reconciler.comparison(name)?.objects ?? [];
    return objects.filter(({ hook, live }) => !hook || live).map(managedResource);
  }

  /** The same for another revision, or for files that were sent: what a sync of them would change. */
  async managedResourcesOf(
    application: Application,
    wanted: { revision: string } | SentSource,
  ): Promise<ManagedResource[]> {
    const resolved = await this.resolver.resolve(
      application,
      'revision' in wanted ? { ...wanted, refresh: true } : sentOptions(application, wanted),
    );
    const { client, index } = this.host;
    const { name = '' } = application.metadata;
    const { targets } = prepareTargets(
      resolved.objects,
      name,
      application.spec.destination.namespace ?? '',
      (group, kind, version) => client.kindNow(group, kind, version),
    );
    const project = projectOf(application, client);
    for (const target of targets) assertDeliverable(target, application, project, client);
    const ignoreDifferences = application.spec.ignoreDifferences ?? [];
    const comparison = new ApplicationComparison(client, index);
    const { objects } = await comparison.compare({ application: name, targets, ignoreDifferences });
    return objects.filter(({ hook, live }) => !hook || live).map(managedResource);
  }

  /** Manifests of a revision, or of what Git says now, as JSON texts. */
  async manifestsOf(
    application: Application,
    revision: string | undefined,
  ): Promise<{ manifests: string[]; inputs: readonly SourceInput[] }> {
    const { objects, inputs } = await this.resolver.resolve(application, { revision });
    return { manifests: maskSecrets(objects).map((object) => JSON.stringify(object)), inputs };
  }

  async manifestsByDigest(digest: string): Promise<string[]> {
    return maskSecrets(await this.manifests.get(digest)).map((object) => JSON.stringify(object));
  }

  /** A live object in the tree of the application. @throws CodedError `resource_not_found`. */
  resource(name: string, query: ResourceQuery): KubeObject {
    const { group, version, kind, namespace, resourceName } = query;
    const live = this.host.client.getNow({
      group,
      version,
      kind,
      namespace: namespace || undefined,
      name: resourceName,
    });
    if (!live || !this.host.index.applicationsOf(live).has(name)) {
      throw new CodedError(
        'resource_not_found',
        `${kind} ${namespace ? `${namespace}/` : ''}${resourceName} is not part of the application ${name}, or is gone.`,
      );
    }
    return live;
  }

  shownResource(name: string, query: ResourceQuery): KubeObject {
    return maskSecret(this.resource(name, query));
  }

  async removeResource(name: string, query: ResourceQuery): Promise<void> {
    const live = this.resource(name, query);
    await this.host.client.delete(
      { ...groupVersionKind(live), namespace: live.metadata.namespace, name: live.metadata.name ?? '' },
      { propagation: query.orphan === 'true' ? 'orphan' : 'foreground', uid: live.metadata.uid },
    );
  }

  async patchResource(name: string, query: ResourceQuery, patch: JsonValue): Promise<KubeObject> {
    const live = this.resource(name, query);
    const reference = {
      ...groupVersionKind(live),
      namespace: live.metadata.namespace,
      name: live.metadata.name ?? '',
    };
    return maskSecret(await this.host.client.patch(reference, patch));
  }

  /** Events about the application, or about one object of its tree; newest last. */
  async events(name: string, query: EventsQuery): Promise<KubeObject[]> {
    const uids = query.resourceUID !== undefined ? new Set([query.resourceUID]) : undefined;
    const inTree = new Set(this.tree(name).map((node) => node.uid));
    const events = await this.host.client.list({ group: '', kind: 'Event' });
    return events
      .filter((event) => {
        const involved = event['involvedObject'] as
          { uid?: string; kind?: string; name?: string } | undefined;
        const uid = involved?.uid ?? '';
        if (uids) return uids.has(uid) && inTree.has(uid);
        if (query.resourceName !== undefined) return involved?.name === query.resourceName && inTree.has(uid);
        return inTree.has(uid) || (involved?.kind === 'Application' && involved.name === name);
      })
      .sort((a, b) => timeOf(a) - timeOf(b))
      .slice(-MAX_EVENTS);
  }

  async revisionMetadata(
    application: Application,
    revision: string,
  ): Promise<{ author: string; date: string; message: string; tags: string[] }> {
    assertPermitted(application, this.host.client);
    const url = application.spec.source?.repoURL ?? application.spec.sources?.[0]?.repoURL ?? '';
    const source = primarySource(application.spec);
    if (source && chartOfSource(source))
      throw new CodedError(
        'revision_metadata_unsupported',
        `The revision ${JSON.stringify(revision)} is a version of a chart: nobody committed it. See the history of the application.`,
      );
    const where = { url, project: application.spec.project };
    const { commit } = await this.repositories.resolve(where, revision);
    const { author, authorEmail, date, message } = await this.repositories.metadata(where, commit);
    return {
      author: `${author} <${authorEmail}>`,
      date: date.toISOString(),
      message: message.trim(),
      tags: [],
    };
  }

  /** Owned objects, and those that belong without saying so. */
  *#children(uid: string, object: KubeObject): Iterable<KubeObject> {
    yield* this.host.index.owned(uid);
    if (object.kind === 'Service' && object.apiVersion === 'v1') {
      const endpoints = this.host.client.getNow({
        group: '',
        kind: 'Endpoints',
        namespace: object.metadata.namespace,
        name: object.metadata.name ?? '',
      });
      if (endpoints && trackedBy(endpoints) === undefined && !endpoints.metadata.ownerReferences?.length)
        yield endpoints;
    }
  }
}

function managedResource(object: ComparedObject): ManagedResource {
  const { target, live, predicted } = object;
  const normalized = live && normalize(live);
  // masked together: equal values stay visibly equal across the states
  const [shownTarget, shownLive, shownNormalized, shownPredicted] = maskSecrets([
    target,
    live,
    normalized,
    predicted ? normalize(predicted) : (target ?? undefined),
  ]);
  const text = (state: KubeObject | undefined): string => (state ? JSON.stringify(state) : '');
  return {
    group: object.group,
    kind: object.kind,
    namespace: object.namespace,
    name: object.name,
    targetState: text(shownTarget),
    liveState: text(shownLive),
    normalizedLiveState: text(shownNormalized),
    predictedLiveState: text(shownPredicted),
    hook: object.hook || (target !== undefined && isHook(target)),
    modified: object.modified,
  };
}

function timeOf(event: KubeObject): number {
  const time = event['lastTimestamp'] ?? event['eventTime'] ?? event.metadata.creationTimestamp;
  return typeof time === 'string' ? Date.parse(time) : 0;
}
