import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { UNANSWERED_MS } from '@lotse/engine';
import { CodedError } from '@lotse/manifests';
import {
  ANNOTATION,
  annotation,
  primarySource,
  projectRefusals,
  sameJson,
  validateApplication,
  type Application,
} from '@lotse/gitops';
import { ClusterHost } from '../cluster/cluster-host.js';
import { CONFIG, type Config } from '../config/config.js';
import { Logger } from '../logging/logger.js';
import { RepositoryEvents } from '../repositories/repository-events.js';
import { OperationRunner } from '../sync/operation-runner.js';
import { ApplicationAutomation } from './application-automation.js';
import { ApplicationDeletion } from './application-deletion.js';
import { ApplicationInterests } from './application-interests.js';
import { ApplicationMemory } from './application-memory.js';
import { ApplicationStatusWriter } from './application-status-writer.js';
import { ApplicationStore, type ApplicationEvent } from './application-store.js';
import { changesBuildOptions, mayBeKustomized } from './build-options.js';
import { ClusterLookup } from './cluster-lookup.js';
import { ApplicationComparison, type Comparison } from './comparison.js';
import type { Finding } from './finding.js';
import { projectOf } from './project-rules.js';
import { ReconcileQueue } from './reconcile-queue.js';
import { SourceResolver, type ResolvedSource } from './source-resolver.js';

/** What a chart looked up often changes several times in a row. */
const LOOKUP_SETTLE_MS = 1_000;

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
    private readonly interests: ApplicationInterests,
    private readonly lookups: ClusterLookup,
    private readonly events: RepositoryEvents,
    private readonly automation: ApplicationAutomation,
    private readonly statuses: ApplicationStatusWriter,
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
        if (kind === 'AppProject') this.#attend(this.#onProject(metadata.name ?? ''));
        else if (changesBuildOptions(event)) this.#attend(this.#onBuildOptions());
      }),
    );
    const onMoved = ({ url }: { url: string }): void => this.#attend(this.#onMoved(url));
    this.events.on('moved', onMoved);
    this.#stops.push(() => this.events.off('moved', onMoved));
    this.lookups.onChange((application) => this.#queue.addAfter(application, LOOKUP_SETTLE_MS));
    for (const application of await this.store.list()) {
      this.interests.follow(application);
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
      this.interests.forget(name);
      this.lookups.forget(name);
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
    if (!previous || !sameJson(previous.spec, application.spec)) this.interests.follow(application);
    this.#queue.add(name);
  }

  /** Who tells of something does not wait for what it leads to, and does not end when that fails. */
  #attend(work: Promise<void>): void {
    work.catch((error: unknown) =>
      this.#logger.error('The applications that a change concerns could not be told', { error }),
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
    for (const name of this.interests.usersOf(url, await this.store.list())) this.#queue.add(name);
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
    const seen = resolved && { resolved, comparison };
    await this.statuses.write(name, seen, findings, { isAsked: asked !== undefined, annotated });
    const delays = resolved ? await this.automation.proceed(name, resolved) : [];
    for (const delayMs of delays) this.#queue.addAfter(name, delayMs);
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
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
