import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { UNANSWERED_MS } from '@lotse/engine';
import { CodedError, type KubeObject } from '@lotse/manifests';
import {
  ANNOTATION,
  annotation,
  allSources,
  applicationHealth,
  applicationSyncStatus,
  decideAutoSync,
  imagesOf,
  mergeConditions,
  primarySource,
  projectRefusals,
  readSyncOptions,
  resourceStatus,
  sameJson,
  validateApplication,
  type Application,
  type ApplicationSource,
  type ApplicationStatus,
  type ComparedObject,
} from '@lotse/gitops';
import { ChartInterests } from '../charts/chart-interests.js';
import { chartOfSource } from '../charts/chart-of-source.js';
import { ClusterHost, CONTROL_NAMESPACE } from '../cluster/cluster-host.js';
import { CONFIG, type Config } from '../config/config.js';
import { Logger } from '../logging/logger.js';
import { RepositoryEvents } from '../repositories/repository-events.js';
import { RepositoryInterests } from '../repositories/repository-interests.js';
import { sameRepository } from '../repositories/repository.service.js';
import { OperationRunner } from '../sync/operation-runner.js';
import { SyncWindows, windowRefusal } from '../sync/sync-windows.js';
import { ApplicationDeletion } from './application-deletion.js';
import { ApplicationMemory } from './application-memory.js';
import { ApplicationStore, type ApplicationEvent } from './application-store.js';
import { changesBuildOptions, mayBeKustomized } from './build-options.js';
import { KustomizeRemotes } from './kustomize-remotes.js';
import { ClusterLookup } from './cluster-lookup.js';
import { ApplicationComparison, type Comparison } from './comparison.js';
import { EVALUATED, type Finding } from './finding.js';
import { projectOf } from './project-rules.js';
import { ReconcileQueue } from './reconcile-queue.js';
import { SourceResolver, type ResolvedSource } from './source-resolver.js';

/** What a chart looked up often changes several times in a row. */
const LOOKUP_SETTLE_MS = 1_000;
/** Timers don't reach further than some days, and a clock may be set. */
const WINDOW_CHECK_MS = 3_600_000;

/**
 * Keeps the status of every application true: reacts to the application, its repository and its live objects, and
 * starts what automation decides. Level-triggered: whatever happened, one look at the present state is enough.
 */
@Injectable()
export class ApplicationReconciler implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #memories = new Map<string, ApplicationMemory>();
  readonly #refresh = new Map<string, 'normal' | 'hard'>();
  readonly #queue: ReconcileQueue;
  readonly #logger: Logger;
  readonly #stops: (() => void)[] = [];

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly store: ApplicationStore,
    private readonly host: ClusterHost,
    private readonly resolver: SourceResolver,
    private readonly runner: OperationRunner,
    private readonly deletion: ApplicationDeletion,
    private readonly interests: RepositoryInterests,
    private readonly remotes: KustomizeRemotes,
    private readonly charts: ChartInterests,
    private readonly lookups: ClusterLookup,
    private readonly events: RepositoryEvents,
    private readonly windows: SyncWindows,
    logger: Logger,
  ) {
    this.#logger = logger.child('applications');
    this.#queue = new ReconcileQueue(
      (name) => this.#reconcile(name),
      (name, error) =>
        this.#logger.warn('An application could not be looked at and will be tried again', {
          application: name,
          error,
        }),
      // all applications of a repository that hangs may come to wait for it
      (name) => {
        const application = this.store.get(name);
        return (application && primarySource(application.spec)?.repoURL) ?? '';
      },
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.roles.has('engine')) return;
    this.#stops.push(
      this.store.onChange((event) => this.#onApplication(event)),
      this.host.index.onTrackedChange(({ application }) => this.#queue.add(application)),
      this.runner.onFinished((name) => this.#queue.add(name)),
      this.host.client.watch((event) => {
        const { kind, metadata } = event.object;
        if (kind === 'AppProject') void this.#onProject(metadata.name ?? '');
        else if (changesBuildOptions(event)) void this.#onBuildOptions();
      }),
    );
    const onMoved = ({ url }: { url: string }): void => void this.#onMoved(url);
    this.events.on('moved', onMoved);
    this.#stops.push(() => this.events.off('moved', onMoved));
    this.lookups.onChange((application) => this.#queue.addAfter(application, LOOKUP_SETTLE_MS));
    for (const application of await this.store.list()) {
      this.#follow(application);
      this.#queue.add(application.metadata.name ?? '');
    }
  }

  async onModuleDestroy(): Promise<void> {
    for (const stop of this.#stops) stop();
    await this.#queue.stop();
  }

  /** Looks at an application now; `hard` renders it anew. Resolves when that look is done, whatever others wait for. */
  async refresh(name: string, kind: 'normal' | 'hard'): Promise<void> {
    this.#refresh.set(name, kind);
    await this.#queue.addAndWait(name);
  }

  /** The last comparison of an application. */
  comparison(name: string): Comparison | undefined {
    return this.#memories.get(name)?.last;
  }

  /** Resolves when no application waits to be looked at: for tests and for stopping. */
  settled(): Promise<void> {
    return this.#queue.settled();
  }

  #onApplication({ type, application, previous }: ApplicationEvent): void {
    const name = application.metadata.name ?? '';
    if (type === 'DELETED') {
      this.interests.remove(`application/${name}`);
      this.charts.remove(`application/${name}`);
      this.lookups.forget(name);
      this.remotes.forget(name);
      this.#memories.delete(name);
      this.runner.stop(name);
      this.runner.forget(name);
      return;
    }
    const changed =
      !previous ||
      !sameJson(previous.spec, application.spec) ||
      !sameJson(previous.operation, application.operation) ||
      !sameJson(previous.metadata.annotations, application.metadata.annotations) ||
      previous.metadata.deletionTimestamp !== application.metadata.deletionTimestamp ||
      previous.status?.rollbackHold?.historyId !== application.status?.rollbackHold?.historyId ||
      previous.status?.operationState?.phase !== application.status?.operationState?.phase;
    if (!changed) return;
    if (!previous || !sameJson(previous.spec, application.spec)) {
      this.remotes.forget(name);
      this.#follow(application);
    }
    this.#queue.add(name);
  }

  #follow({ metadata, spec }: Application): void {
    const owner = `application/${metadata.name ?? ''}`;
    const { project } = spec;
    const sources = allSources(spec).map((source) => ({ source, named: chartOfSource(source) }));
    this.interests.set(
      owner,
      sources
        .filter(({ named }) => !named)
        .map(({ source: { repoURL, targetRevision } }) => ({
          url: repoURL,
          revision: targetRevision ?? 'HEAD',
          project,
        })),
    );
    this.charts.set(
      owner,
      sources.flatMap(({ source: { targetRevision, helm }, named }) =>
        named
          ? {
              ...named,
              version: targetRevision ?? '',
              project,
              passCredentials: helm?.passCredentials === true,
            }
          : [],
      ),
    );
  }

  /** What a project allows decides about its applications. */
  async #onProject(project: string): Promise<void> {
    for (const { metadata, spec } of await this.store.list())
      if ((spec.project || 'default') === project) this.#queue.add(metadata.name ?? '');
  }

  async #onBuildOptions(): Promise<void> {
    for (const application of await this.store.list())
      if (mayBeKustomized(application)) this.#queue.add(application.metadata.name ?? '');
  }

  async #onMoved(url: string): Promise<void> {
    for (const name of this.remotes.usersOf(url)) this.#queue.add(name);
    for (const { metadata, spec } of await this.store.list()) {
      const sources = allSources(spec);
      if (sources.some((source) => isFrom(source, url))) {
        this.#queue.add(metadata.name ?? '');
      }
    }
  }

  async #reconcile(name: string): Promise<void> {
    const application = this.store.get(name);
    if (!application) return;
    const { metadata, spec } = application;
    if (metadata.deletionTimestamp !== undefined) {
      // what still runs would make again what is deleted; its end brings us back here
      if (this.runner.stop(name)) return;
      await this.deletion.proceed(application);
      return;
    }
    if (annotation(application, ANNOTATION.skipReconcile) === 'true') return;
    const annotated = annotation(application, ANNOTATION.refresh);
    const asked = annotated ?? this.#refresh.get(name);
    this.#refresh.delete(name);
    this.runner.attend(application);

    const findings: Finding[] = this.#specFindings(application);
    let resolved: ResolvedSource | undefined;
    if (findings.length === 0) {
      try {
        resolved = await this.resolver.resolve(application, {
          refresh: asked !== undefined,
          fresh: asked === 'hard',
        });
      } catch (error) {
        if (!(error instanceof CodedError))
          this.#logger.error('An application could not be rendered', { application: name, error });
        findings.push({ type: 'ComparisonError', message: messageOf(error) });
      }
    }
    const memory = this.#memory(name);
    let comparison: Comparison = { objects: [], warnings: [], isDoubtful: false };
    if (resolved) {
      const { client, cluster } = this.host;
      const kinds = (group: string, kind: string, version?: string) => client.kindNow(group, kind, version);
      const prepared = memory.targets(
        resolved.objects,
        name,
        spec.destination.namespace ?? '',
        kinds,
        cluster.registry.generation,
      );
      findings.push(...prepared.warnings);
      await this.deletion.expectHooks(name, prepared.targets);
      try {
        comparison = await memory.comparison.compare({
          application: name,
          targets: prepared.targets,
          ignoreDifferences: spec.ignoreDifferences ?? [],
        });
        findings.push(...comparison.warnings);
        if (comparison.isDoubtful) this.#queue.addAfter(name, UNANSWERED_MS);
        memory.last = comparison;
        memory.revision = resolved.revision;
        memory.digest = resolved.digest;
      } catch (error) {
        resolved = undefined;
        findings.push({ type: 'ComparisonError', message: messageOf(error) });
      }
    }
    await this.#writeStatus(name, resolved, comparison, findings, asked !== undefined, annotated);
    if (resolved) await this.#automate(name, resolved);
  }

  #memory(name: string): ApplicationMemory {
    let memory = this.#memories.get(name);
    if (!memory) {
      memory = new ApplicationMemory(new ApplicationComparison(this.host.client, this.host.index));
      this.#memories.set(name, memory);
    }
    return memory;
  }

  #specFindings(application: Application): Finding[] {
    const problems = validateApplication(application);
    if (problems.length > 0) {
      return problems.map(({ field, message }) => ({
        type: 'InvalidSpecError',
        message: field ? `${field}: ${message}` : message,
      }));
    }
    try {
      return projectRefusals(projectOf(application, this.host.client), application).map((message) => ({
        type: 'InvalidSpecError',
        message,
      }));
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      return [{ type: 'InvalidSpecError', message: error.message }];
    }
  }

  async #writeStatus(
    name: string,
    resolved: ResolvedSource | undefined,
    comparison: Comparison,
    findings: readonly Finding[],
    asked: boolean,
    annotated: string | undefined,
  ): Promise<void> {
    const now = new Date().toISOString();
    await this.store.update(name, (application) => {
      const before = application.status ?? {};
      const status = resolved
        ? observedStatus(application, resolved, comparison)
        : this.#statusWithoutSource(application);
      const errors = before.conditions?.filter((condition) => condition.type === 'SyncError') ?? [];
      const kept = resolved && status.sync?.status === 'OutOfSync' ? errors : [];
      const waits = status.sync?.status === 'OutOfSync' ? this.#windowFindings(application) : [];
      const conditions = mergeConditions(
        before.conditions ?? [],
        [...findings, ...kept, ...waits],
        EVALUATED,
        now,
      );
      const health = status.health;
      if (health) {
        health.lastTransitionTime =
          before.health?.status === health.status ? (before.health.lastTransitionTime ?? now) : now;
      }
      const changed = { ...status, conditions: conditions.length > 0 ? conditions : undefined };
      const same = (Object.keys(changed) as (keyof ApplicationStatus)[]).every((key) =>
        sameJson(changed[key], before[key]),
      );
      return {
        status: {
          ...changed,
          ...((!same || asked || before.reconciledAt === undefined) && { reconciledAt: now }),
        },
        // one that was asked for meanwhile stays: the next look is for it
        ...(annotated !== undefined &&
          annotation(application, ANNOTATION.refresh) === annotated && {
            annotations: { [ANNOTATION.refresh]: null },
          }),
      };
    });
  }

  /** What automation would do and a sync window doesn't allow yet. */
  #windowFindings(application: Application): Finding[] {
    const automated = application.spec.syncPolicy?.automated;
    if (!automated || automated.enabled === false) return [];
    const verdict = this.windows.verdict(application);
    if (verdict.allowsAutomation) return [];
    return [{ type: 'SyncWindowWarning', message: `Automatic sync is ${windowRefusal(verdict)}` }];
  }

  /** Git can't be asked, but the cluster can: health stays true, sync is unknown. */
  #statusWithoutSource(application: Application): Partial<ApplicationStatus> {
    const { spec, status } = application;
    const lives = [...this.host.index.tracked(application.metadata.name ?? '').values()];
    const parts = lives.map((live) => ({
      kind: live.kind,
      namespace: live.metadata.namespace ?? '',
      name: live.metadata.name ?? '',
      live,
      hook: annotation(live, ANNOTATION.hook) !== undefined,
    }));
    const source = primarySource(spec);
    return {
      sync: {
        status: 'Unknown',
        ...(status?.sync?.revision !== undefined && { revision: status.sync.revision }),
        comparedTo: { ...(source && { source }), destination: spec.destination },
      },
      health: lives.length > 0 ? applicationHealth(parts) : { status: status?.health?.status ?? 'Unknown' },
    };
  }

  async #automate(name: string, { revision, revisions, inputs }: ResolvedSource): Promise<void> {
    const application = this.store.get(name);
    if (!application || this.runner.isRunning(name)) return;
    const { allowsAutomation, changesAtMs } = this.windows.verdict(application);
    if (changesAtMs !== undefined)
      this.#queue.addAfter(name, Math.min(Math.max(changesAtMs - Date.now(), 1_000), WINDOW_CHECK_MS));
    const decision = decideAutoSync({
      application,
      revision,
      revisions,
      inputs,
      resources: application.status?.resources ?? [],
      nowMs: Date.now(),
      windowsAllow: allowsAutomation,
    });
    switch (decision.type) {
      case 'none': {
        const { error } = decision;
        if (error === undefined) return;
        await this.store.update(name, ({ status }) => ({
          status: {
            conditions: mergeConditions(
              status?.conditions ?? [],
              [{ type: 'SyncError', message: error }],
              new Set(['SyncError']),
              new Date().toISOString(),
            ),
          },
        }));
        return;
      }
      case 'later':
        this.#queue.addAfter(name, decision.delayMs);
        return;
      case 'sync':
        this.#logger.info('An application is synced automatically', { application: name, revision });
        await this.store.update(name, () => ({ operation: decision.operation }));
    }
  }
}

/** The status as a comparison shows it. */
function observedStatus(
  application: Application,
  resolved: ResolvedSource,
  { objects }: Comparison,
): Partial<ApplicationStatus> {
  const { spec } = application;
  const options = readSyncOptions(spec.syncPolicy?.syncOptions ?? []);
  return {
    sync: {
      status: applicationSyncStatus(objects, false),
      revision: resolved.revision,
      ...(resolved.revisions && { revisions: [...resolved.revisions] }),
      comparedTo: {
        source: resolved.source,
        destination: spec.destination,
        ...(spec.ignoreDifferences && { ignoreDifferences: spec.ignoreDifferences }),
      },
    },
    health: applicationHealth(objects),
    resources: objects
      .filter(isListed)
      .map((object) => resourceStatus(object, options))
      .sort(byIdentity),
    sourceType: resolved.sourceType,
    summary: summaryOf(objects),
    controllerNamespace: CONTROL_NAMESPACE,
  };
}

/** A hook that isn't there is nothing to list. */
function isListed(object: ComparedObject): boolean {
  return !object.hook || object.live !== undefined;
}

function byIdentity(a: { kind: string; namespace?: string; name: string }, b: typeof a): number {
  const left = `${a.kind} ${a.namespace ?? ''} ${a.name}`;
  const right = `${b.kind} ${b.namespace ?? ''} ${b.name}`;
  return left < right ? -1 : left > right ? 1 : 0;
}

function summaryOf(objects: readonly ComparedObject[]): NonNullable<ApplicationStatus['summary']> {
  const lives = objects.flatMap(({ live }) => (live ? [live] : []));
  const images = [...new Set(lives.flatMap(imagesOf))].sort();
  const externalURLs = [...new Set(lives.flatMap(ingressUrls))].sort();
  return { ...(images.length > 0 && { images }), ...(externalURLs.length > 0 && { externalURLs }) };
}

function ingressUrls(object: KubeObject): string[] {
  if (object.kind !== 'Ingress') return [];
  const spec = object['spec'] as { rules?: { host?: string }[]; tls?: unknown[] } | undefined;
  return (spec?.rules ?? []).flatMap(({ host }) =>
    host ? [`${spec?.tls ? 'https' : 'http'}://${host}/`] : [],
  );
}

/** True for what comes from this repository, of Git or of charts. */
function isFrom(source: ApplicationSource, url: string): boolean {
  const named = chartOfSource(source);
  return named ? named.repoURL === url : source.repoURL === url || sameRepository(source.repoURL, url);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
