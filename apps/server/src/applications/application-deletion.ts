import { Injectable } from '@nestjs/common';
import { groupVersionKind, type KubeObject } from '@lotse/manifests';
import {
  FINALIZER,
  mergeConditions,
  readSyncOptions,
  resourceSyncOptions,
  syncWave,
  type Application,
  type PropagationPolicy,
} from '@lotse/gitops';
import { ClusterHost } from '../cluster/cluster-host.js';
import { ApplicationStore } from './application-store.js';

const CASCADE: ReadonlySet<string> = new Set([
  FINALIZER.resources,
  FINALIZER.resourcesForeground,
  FINALIZER.resourcesBackground,
]);

/** Deletes the objects of an application that is going away, last wave first, and lets it go when they are gone. */
@Injectable()
export class ApplicationDeletion {
  constructor(
    private readonly host: ClusterHost,
    private readonly store: ApplicationStore,
  ) {}

  /** One step; called again on every change of the objects. */
  async proceed(application: Application): Promise<void> {
    const name = application.metadata.name ?? '';
    const finalizers = application.metadata.finalizers ?? [];
    if (!finalizers.some((finalizer) => CASCADE.has(finalizer))) return;
    const options = readSyncOptions(application.spec.syncPolicy?.syncOptions ?? []);
    const doomed = [...this.host.index.tracked(name).values()].filter(
      (live) => resourceSyncOptions(live, options).delete !== false,
    );
    if (doomed.length === 0) {
      await this.store.update(name, () => ({
        finalizers: finalizers.filter((finalizer) => !CASCADE.has(finalizer)),
      }));
      return;
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
    await this.store.update(name, ({ status }) => {
      const conditions = mergeConditions(
        status?.conditions ?? [],
        failures.map((message) => ({ type: 'DeletionError' as const, message })),
        new Set(['DeletionError']),
        new Date().toISOString(),
      );
      return { status: { conditions: conditions.length > 0 ? conditions : undefined } };
    });
    if (failures.length > 0) throw new Error(failures.join('; '));
  }
}

function describe(live: KubeObject, error: unknown): string {
  return `${live.kind} ${live.metadata.namespace ?? ''}/${live.metadata.name ?? ''} can't be deleted: ${error instanceof Error ? error.message : String(error)}`;
}
