import { Injectable } from '@nestjs/common';
import { groupVersionKind, type KubeObject } from '@lotse/manifests';
import {
  deletionOperation,
  isSpentHook,
  planDeletionHooks,
  readSyncOptions,
  resultKey,
  stepSync,
  withTracking,
  type Application,
  type DeletionHookType,
  type ResourceResult,
  type SyncAction,
  type SyncPlan,
} from '@lotse/gitops';
import { ClusterHost } from '../cluster/cluster-host.js';
import { SignaturePolicy } from '../gpg-keys/signature-policy.js';
import { OperationPerformer, type PerformOptions } from '../sync/operation-performer.js';
import { prepareTargets } from './prepare-targets.js';
import { projectOf } from './project-rules.js';
import { SourceResolver } from './source-resolver.js';

/** Where the hooks of a deletion are. */
export type HooksOutcome =
  | { readonly type: 'succeeded' }
  /** A change of one of them brings us back. */
  | { readonly type: 'waiting' }
  /** `again`: it is tried again, without anybody doing anything. */
  | { readonly type: 'failed'; readonly messages: readonly string[]; readonly again: boolean };

/** Steps without an end: more is a defect, not a long list. */
const MAX_STEPS = 10_000;

/** Runs the hooks of applications that are deleted, with the plan and the rules of a sync. */
@Injectable()
export class DeletionHooks {
  /** What ended, by application and type: a hook that removes itself afterwards is not run again. */
  readonly #results = new Map<string, readonly ResourceResult[]>();
  /** Whose hooks have failed: what is in Git may be better by now. */
  readonly #failed = new Set<string>();

  constructor(
    private readonly host: ClusterHost,
    private readonly resolver: SourceResolver,
    private readonly signatures: SignaturePolicy,
  ) {}

  /** Goes as far as it can now. @throws CodedError when the manifests can't be had or aren't trusted. */
  async proceed(application: Application, type: DeletionHookType): Promise<HooksOutcome> {
    const key = `${application.metadata.uid ?? ''}/${type}`;
    const { plan, options } = await this.#prepare(application, type, this.#failed.has(key));
    let results = this.#results.get(key) ?? [];
    for (let step = 0; step < MAX_STEPS; step += 1) {
      const output = stepSync({
        plan,
        progress: { results, validated: true },
        live: (object) => this.#live(plan, object),
      });
      const { decision } = output;
      results = output.results;
      this.#results.set(key, results);
      if (decision.type === 'act') {
        results = await this.#act(decision.batches, results, options);
        continue;
      }
      if (decision.type === 'wait') return { type: 'waiting' };
      // looked at anew next time: whoever deletes a failed hook wants it to run again
      this.#results.delete(key);
      if (decision.type === 'done' && decision.phase === 'Succeeded') {
        this.#failed.delete(key);
        return { type: 'succeeded' };
      }
      this.#failed.add(key);
      const failed = results.filter(({ hookPhase }) => hookPhase === 'Failed' || hookPhase === 'Error');
      return {
        type: 'failed',
        messages: failed.map((result) => `${type} hook ${nameOf(result)} failed: ${result.message ?? ''}`),
        again: failed.some(({ status, hookPhase }) => status === 'SyncFailed' || hookPhase === 'Error'),
      };
    }
    throw new Error(`the ${type} hooks of ${application.metadata.name ?? ''} come to no end`);
  }

  /** Deletes the hooks of this deletion that ask for it. */
  async cleanUp(application: Application, type: DeletionHookType): Promise<void> {
    const operation = deletionOperation(type, deletedAtSeconds(application));
    const lives = [...this.host.index.tracked(application.metadata.name ?? '').values()];
    for (const live of lives.filter((each) => isSpentHook(each, operation))) {
      await this.host.client.delete(
        { ...groupVersionKind(live), namespace: live.metadata.namespace, name: live.metadata.name ?? '' },
        { propagation: 'background', uid: live.metadata.uid },
      );
    }
  }

  async #prepare(
    application: Application,
    type: DeletionHookType,
    refresh: boolean,
  ): Promise<{ plan: SyncPlan; options: PerformOptions }> {
    const { client } = this.host;
    const { metadata, spec } = application;
    const name = metadata.name ?? '';
    const project = projectOf(application, client);
    const resolved = await this.resolver.resolve(application, { refresh });
    await this.signatures.assertSigned(project, resolved.commits);
    const namespace = spec.destination.namespace ?? '';
    const { targets } = prepareTargets(resolved.objects, name, namespace, (group, kind, version) =>
      client.kindNow(group, kind, version),
    );
    const planned = planDeletionHooks({
      type,
      targets,
      options: readSyncOptions(spec.syncPolicy?.syncOptions ?? []),
      revision: resolved.revision,
      deletedAtSeconds: deletedAtSeconds(application),
    });
    // a name that was left open is known only now, and tracking names it
    const tasks = planned.tasks.map((task) => ({
      ...task,
      target: task.target && withTracking(task.target, name, namespace || 'default'),
    }));
    const plan = { ...planned, tasks };
    const { destination, ignoreDifferences = [] } = spec;
    return {
      plan,
      options: { plan, project, destination, prune: false, force: false, ignoreDifferences },
    };
  }

  async #act(
    batches: readonly (readonly SyncAction[])[],
    before: readonly ResourceResult[],
    options: PerformOptions,
  ): Promise<ResourceResult[]> {
    const performer = new OperationPerformer(this.host.client);
    const results = new Map(before.map((result) => [resultKey(result), result]));
    for (const batch of batches) {
      const made = await Promise.all(batch.map((action) => performer.perform(action, options)));
      for (const result of made) if (result) results.set(resultKey(result), result);
      if (made.some((result) => result?.status === 'SyncFailed')) break;
    }
    return [...results.values()];
  }

  #live(plan: SyncPlan, object: string): KubeObject | undefined {
    const task = plan.tasks.find((each) => each.object === object);
    if (!task) return undefined;
    const { group, version, kind, namespace, name } = task;
    return this.host.client.getNow({ group, version, kind, namespace: namespace || undefined, name });
  }
}

function deletedAtSeconds({ metadata }: Application): number {
  return Math.floor(Date.parse(metadata.deletionTimestamp ?? '') / 1000);
}

function nameOf({ kind, namespace, name }: ResourceResult): string {
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
}
