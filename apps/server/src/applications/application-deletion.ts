import { Injectable } from '@nestjs/common';
import { groupVersionKind, type KubeObject } from '@lotse/manifests';
import {
  FINALIZER,
  HOOK_FINALIZERS,
  hookTypes,
  mergeConditions,
  readSyncOptions,
  resourceSyncOptions,
  sameJson,
  syncWave,
  withHookFinalizers,
  type Application,
  type DeletionHookType,
  type PropagationPolicy,
} from '@lotse/gitops';
import { ClusterHost } from '../cluster/cluster-host.js';
import { ApplicationStore } from './application-store.js';
import { DeletionHooks } from './deletion-hooks.js';

const CASCADE: ReadonlySet<string> = new Set([
  FINALIZER.resources,
  FINALIZER.resourcesForeground,
  FINALIZER.resourcesBackground,
]);

/** What one stage of a deletion came to: the next one may begin, or something has to happen first. */
type Stage = 'done' | 'waiting';

/** Deletes the objects of an application that is going away, last wave first, its hooks around that, and lets it go when all is done. */
@Injectable()
export class ApplicationDeletion {
  constructor(
    private readonly host: ClusterHost,
    private readonly store: ApplicationStore,
    private readonly hooks: DeletionHooks,
  ) {}

  /** As far as it goes now; called again on every change of the objects. */
  async proceed({ metadata: { name = '' } }: Application): Promise<void> {
    const stages = [
      (application: Application) => this.#runHooks(application, 'PreDelete'),
      (application: Application) => this.#deleteObjects(application),
      (application: Application) => this.#runHooks(application, 'PostDelete'),
    ];
    for (const stage of stages) {
      const application = this.store.get(name);
      if (!application || (await stage(application)) === 'waiting') return;
    }
  }

  /** Lets an application that may be deleted one day be held by finalizers for the hooks it has now. */
  async expectHooks(name: string, targets: readonly KubeObject[]): Promise<void> {
    await this.store.update(name, (application) => {
      const before = application.metadata.finalizers ?? [];
      const finalizers = withHookFinalizers(before, targets);
      return this.store.isLeaving(application) || sameJson(before, finalizers) ? {} : { finalizers };
    });
  }

  async #runHooks(application: Application, type: DeletionHookType): Promise<Stage> {
    const { metadata } = application;
    const { run, cleanup } = HOOK_FINALIZERS[type];
    if (metadata.finalizers?.includes(run)) {
      const outcome = await this.hooks
        .proceed(application, type)
        .catch(async (error: unknown) =>
          this.#failed(application, [`${type} hooks can't be run: ${messageOf(error)}`], run),
        );
      if (outcome.type === 'waiting') return this.#report(application, []);
      if (outcome.type === 'failed') {
        if (outcome.again) await this.#failed(application, outcome.messages, run);
        return this.#report(
          application,
          outcome.messages.map((message) => `${message}. Delete it to run it again, or ${letGo(run)}`),
        );
      }
      await this.#report(application, []);
      await this.#take(application, [run]);
    }
    if (metadata.finalizers?.includes(cleanup)) {
      await this.hooks.cleanUp(application, type);
      await this.#take(application, [cleanup]);
    }
    return 'done';
  }

  async #deleteObjects(application: Application): Promise<Stage> {
    const name = application.metadata.name ?? '';
    const finalizers = application.metadata.finalizers ?? [];
    if (!finalizers.some((finalizer) => CASCADE.has(finalizer))) return 'done';
    const options = readSyncOptions(application.spec.syncPolicy?.syncOptions ?? []);
    const hasPostDelete = finalizers.includes(FINALIZER.postDelete);
    const doomed = [...this.host.index.tracked(name).values()].filter(
      (live) =>
        resourceSyncOptions(live, options).delete !== false &&
        !(hasPostDelete && hookTypes(live).includes('PostDelete')),
    );
    if (doomed.length === 0) {
      await this.#take(application, [...CASCADE]);
      return 'done';
    }
    const last = Math.max(...doomed.map(syncWave));
    const propagation: PropagationPolicy = finalizers.includes(FINALIZER.resourcesBackground)
      ? 'background'
      : 'foreground';
    const failures: string[] = [];
    for (const live of doomed.filter(
      (each) => syncWave(each) === last && each.metadata.deletionTimestamp === undefined,
    )) {
      try {
        await this.host.client.delete(
          { ...groupVersionKind(live), namespace: live.metadata.namespace, name: live.metadata.name ?? '' },
          { propagation, uid: live.metadata.uid },
        );
      } catch (error) {
        failures.push(describe(live, error));
      }
    }
    await this.#report(application, failures);
    if (failures.length > 0) throw new Error(failures.join('; '));
    return 'waiting';
  }

  /** Says so in the conditions and leaves it to the queue to try again. */
  async #failed(application: Application, messages: readonly string[], finalizer: string): Promise<never> {
    await this.#report(
      application,
      messages.map((message) => `${message}. It is tried again; or ${letGo(finalizer)}`),
    );
    throw new Error(messages.join('; '));
  }

  async #report({ metadata: { name = '' } }: Application, messages: readonly string[]): Promise<'waiting'> {
    await this.store.update(name, ({ status }) => {
      const conditions = mergeConditions(
        status?.conditions ?? [],
        messages.map((message) => ({ type: 'DeletionError' as const, message })),
        new Set(['DeletionError']),
        new Date().toISOString(),
      );
      return { status: { conditions: conditions.length > 0 ? conditions : undefined } };
    });
    return 'waiting';
  }

  async #take({ metadata: { name = '' } }: Application, taken: readonly string[]): Promise<void> {
    await this.store.update(name, ({ metadata }) => ({
      finalizers: (metadata.finalizers ?? []).filter((finalizer) => !taken.includes(finalizer)),
    }));
  }
}

function letGo(finalizer: string): string {
  return `take the finalizer ${finalizer} off the application to delete it without.`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function describe(live: KubeObject, error: unknown): string {
  return `${live.kind} ${live.metadata.namespace ?? ''}/${live.metadata.name ?? ''} can't be deleted: ${messageOf(error)}`;
}
