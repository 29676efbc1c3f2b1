import { Injectable } from '@nestjs/common';
import { groupVersionKind, objectKey, type KubeObject } from '@lotse/manifests';
import {
  planSync,
  readSyncOptions,
  type Application,
  type OperationState,
  type SyncPlan,
} from '@lotse/gitops';
import { prepareTargets } from '../applications/prepare-targets.js';
import { projectOf } from '../applications/project-rules.js';
import { SourceResolver } from '../applications/source-resolver.js';
import { ClusterHost } from '../cluster/cluster-host.js';
import { SignaturePolicy } from '../gpg-keys/signature-policy.js';
import { HistoryService } from '../history/history.service.js';
import { ManifestRepository } from '../rendering/manifest.repository.js';
import type { PerformOptions } from './operation-performer.js';

/** What an operation rests on: revisions, sources, options, and the digest of its manifests. */
type OperationBasis = NonNullable<OperationState['syncResult']>;

/** What is to be done, and how. */
export interface PlannedOperation {
  readonly plan: SyncPlan;
  readonly options: PerformOptions;
}

/** Finds out what an operation is to do. */
@Injectable()
export class OperationPlanner {
  constructor(
    private readonly host: ClusterHost,
    private readonly resolver: SourceResolver,
    private readonly manifests: ManifestRepository,
    private readonly history: HistoryService,
    private readonly signatures: SignaturePolicy,
  ) {}

  /** Renders the sources, or takes an entry of the history. @throws CodedError when that can't be, or isn't signed. */
  async basisOf(application: Application, { operation }: OperationState): Promise<OperationBasis> {
    const sync = operation.sync ?? {};
    const syncOptions = [...(sync.syncOptions ?? application.spec.syncPolicy?.syncOptions ?? [])];
    const { client } = this.host;
    if (sync.rollbackTo !== undefined) {
      const entry = await this.history.need(application, sync.rollbackTo);
      const { repoURL, chart } = entry.source;
      if (chart === undefined)
        await this.signatures.assertSigned(projectOf(application, client), [
          { repoURL, revision: entry.revision, commit: entry.revision },
        ]);
      return {
        revision: entry.revision,
        source: entry.source,
        ...(entry.inputs.length > 0 && { inputs: [...entry.inputs] }),
        manifestDigest: entry.manifestDigest,
        syncOptions,
      };
    }
    const { revision, source } = sync;
    const resolved = await this.resolver.resolve(application, { revision, source });
    await this.signatures.assertSigned(projectOf(application, client), resolved.commits);
    return {
      revision: resolved.revision,
      ...(resolved.revisions && { revisions: [...resolved.revisions] }),
      source: resolved.source,
      ...(resolved.inputs.length > 0 && { inputs: [...resolved.inputs] }),
      manifestDigest: resolved.digest,
      syncOptions,
    };
  }

  /** The plan on the basis that the operation has, for the cluster as it is. */
  async plan(application: Application, state: OperationState): Promise<PlannedOperation> {
    const { metadata, spec } = application;
    const name = metadata.name ?? '';
    const sync = state.operation.sync ?? {};
    const objects = await this.manifests.get(state.syncResult?.manifestDigest ?? '');
    const { client, index } = this.host;
    const namespace = spec.destination.namespace ?? '';
    const { targets } = prepareTargets(objects, name, namespace, (group, kind, version) =>
      client.kindNow(group, kind, version),
    );
    const options = readSyncOptions(state.syncResult?.syncOptions ?? []);
    const lives = new Map(index.tracked(name));
    for (const target of targets) {
      const live =
        target.metadata.name === undefined
          ? undefined
          : client.getNow({
              ...groupVersionKind(target),
              namespace: target.metadata.namespace,
              name: target.metadata.name,
            });
      if (live) lives.set(objectKey(target), live);
    }
    const liveNamespace = client.getNow({ group: '', kind: 'Namespace', name: namespace });
    if (liveNamespace && options.createNamespace) lives.set(`/Namespace//${namespace}`, liveNamespace);
    const managed = spec.syncPolicy?.managedNamespaceMetadata;
    const plan = planSync({
      targets,
      lives: withoutForeignNamespace(lives, index.tracked(name)),
      options,
      runHooks: !sync.resources && sync.syncStrategy?.apply === undefined && sync.rollbackTo === undefined,
      only: chosenObjects(application, sync.resources, options.applyOutOfSyncOnly),
      revision: state.syncResult?.revision ?? '',
      startedAtSeconds: Math.floor(Date.parse(state.startedAt) / 1000),
      attempt: state.retryCount ?? 0,
      ...(options.createNamespace &&
        !(liveNamespace && !managed) && { createNamespace: { name: namespace, ...managed } }),
    });
    const force = sync.syncStrategy?.apply?.force === true || sync.syncStrategy?.hook?.force === true;
    return {
      plan,
      options: {
        plan,
        project: projectOf(application, client),
        destination: spec.destination,
        prune: sync.prune === true,
        force,
        ignoreDifferences: spec.ignoreDifferences ?? [],
      },
    };
  }
}

/** The keys of the objects a selective sync is about; undefined for all. */
function chosenObjects(
  { status }: Application,
  resources: readonly { group: string; kind: string; namespace?: string; name: string }[] | undefined,
  outOfSyncOnly: boolean,
): ReadonlySet<string> | undefined {
  const chosen =
    resources ??
    (outOfSyncOnly ? (status?.resources ?? []).filter((each) => each.status === 'OutOfSync') : undefined);
  return (
    chosen &&
    new Set(
      chosen.map(({ group, kind, namespace, name }) => `${group ?? ''}/${kind}/${namespace ?? ''}/${name}`),
    )
  );
}

/** The destination namespace is looked at, never pruned: it belongs to the application only when that tracks it. */
function withoutForeignNamespace(
  lives: ReadonlyMap<string, KubeObject>,
  tracked: ReadonlyMap<string, KubeObject>,
): ReadonlyMap<string, KubeObject> {
  return new Map(
    [...lives].filter(
      ([key, live]) =>
        live.kind !== 'Namespace' ||
        tracked.has(key) ||
        live.metadata.annotations?.['argocd.argoproj.io/tracking-id'] !== undefined,
    ),
  );
}
