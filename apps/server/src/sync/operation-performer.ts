import { groupVersionKind, type KubeObject } from '@lotse/manifests';
import {
  ANNOTATION,
  annotation,
  appliedResult,
  ClusterError,
  destinationAllowed,
  ignoredPathsFor,
  kindAllowed,
  prunedResult,
  refusalIsExpected,
  resourceSyncOptions,
  respectIgnored,
  type AppProject,
  type ClusterClient,
  type IgnoreDifference,
  type ResourceResult,
  type SyncAction,
  type SyncPlan,
  type SyncTask,
} from '@lotse/gitops';
import { FIELD_MANAGER } from '../cluster/in-process-cluster-client.js';

/** What an operation may do and how. */
export interface PerformOptions {
  readonly plan: SyncPlan;
  readonly project: AppProject;
  readonly destination: { readonly server?: string; readonly name?: string };
  readonly prune: boolean;
  /** Delete and create again what can't be changed in place. */
  readonly force: boolean;
  readonly ignoreDifferences: readonly IgnoreDifference[];
}

/** What the API says of an object whose namespace is not there. */
const MISSING_NAMESPACE = /^namespaces "[^"]*" not found$/;
const VALUE_IN_MESSAGE = /"(?:[^"\\]|\\.)*"|'[^']*'/g;

/** Does to a cluster what a sync decided: the thin part. Refusals of the cluster become results, never exceptions. */
export class OperationPerformer {
  constructor(private readonly cluster: ClusterClient) {}

  /** Tries everything without storing it; answers the results of what would be refused. */
  async validate(tasks: readonly SyncTask[], options: PerformOptions): Promise<ResourceResult[]> {
    const refused: ResourceResult[] = [];
    for (const task of tasks) {
      if (!task.target) continue;
      const message =
        (await this.#notPermitted(task, options)) ?? (await this.#dryRun(task, task.target, options));
      if (message !== undefined) refused.push(appliedResult(task, { ok: false, message }));
    }
    return refused;
  }

  /** Performs one action. Undefined for actions that leave no result. */
  async perform(action: SyncAction, options: PerformOptions): Promise<ResourceResult | undefined> {
    const { task } = action;
    switch (action.type) {
      case 'prune':
        return this.#prune(task, options);
      case 'delete-hook':
        await this.#delete(task, 'background').catch(() => undefined);
        return undefined;
      case 'apply':
        return this.#apply(task, options);
    }
  }

  /** Checked for each object: what a repository names must not reach beyond the project. */
  async #notPermitted(task: SyncTask, { project, destination }: PerformOptions): Promise<string | undefined> {
    const kind = await this.cluster.kind(task.group, task.kind);
    if (!kind) return undefined;
    const name = project.metadata.name ?? '';
    if (!kindAllowed(project, task.group, task.kind, kind.namespaced)) {
      return `Resource ${task.group}:${task.kind} is not permitted in project ${name}. Allow it in the project's ${kind.namespaced ? 'namespaceResourceWhitelist' : 'clusterResourceWhitelist'}.`;
    }
    if (kind.namespaced && !destinationAllowed(project, destination, task.namespace)) {
      return `Namespace ${task.namespace} is not permitted in project ${name}. Add it to the project's destinations.`;
    }
    return undefined;
  }

  async #dryRun(
    task: SyncTask,
    target: KubeObject,
    { plan, force }: PerformOptions,
  ): Promise<string | undefined> {
    const options = resourceSyncOptions(target, plan.options);
    try {
      await this.cluster.apply(target, { fieldManager: FIELD_MANAGER, force: true, dryRun: true });
      return undefined;
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      const refusal = { task, code: error.code, message: error.message, kindMissing: error.kindMissing };
      if (refusalIsExpected(refusal, plan, options.skipDryRunOnMissingResource)) return undefined;
      // what can't be changed in place will be made anew, and hooks are made anew anyway
      if (task.live && error.code === 422 && (force || options.force || options.replace || task.hookType))
        return undefined;
      return safeMessage(target, error.message);
    }
  }

  async #apply(task: SyncTask, options: PerformOptions): Promise<ResourceResult> {
    const { target } = task;
    if (!target) throw new TypeError('a task without a target is pruned, not applied');
    const own = resourceSyncOptions(target, options.plan.options);
    const force = own.force || options.force;
    const reference = {
      ...groupVersionKind(target),
      namespace: target.metadata.namespace,
      name: target.metadata.name ?? '',
    };
    // again at the moment of writing: the kind may have come with this very sync, and a continued one isn't tried first
    const refusal = await this.#notPermitted(task, options);
    if (refusal !== undefined) return appliedResult(task, { ok: false, message: refusal });
    try {
      const live = await this.cluster.get(reference);
      const wanted =
        live && options.plan.options.respectIgnoreDifferences
          ? respectIgnored(target, live, ignoredPathsFor(options.ignoreDifferences, target))
          : target;
      if (live && own.replace)
        return appliedResult(task, { ok: true, message: await this.#replace(wanted, live, force) });
      const written = await this.#applyOrRemake(wanted, live, force);
      const verb = !live
        ? 'created'
        : written.metadata.resourceVersion === live.metadata.resourceVersion
          ? 'unchanged'
          : 'configured';
      return appliedResult(task, { ok: true, message: `${nameOf(task)} ${verb}` });
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      return appliedResult(task, { ok: false, message: safeMessage(target, error.message) });
    }
  }

  async #applyOrRemake(
    target: KubeObject,
    live: KubeObject | undefined,
    force: boolean,
  ): Promise<KubeObject> {
    try {
      return await this.cluster.apply(target, { fieldManager: FIELD_MANAGER, force: true, dryRun: false });
    } catch (error) {
      if (!force || !live || !(error instanceof ClusterError) || error.code !== 422) throw error;
      await this.#deleteObject(live);
      return this.cluster.create(target);
    }
  }

  /** `Replace=true`: the object as a whole; with `Force=true` deleted and made again, except for what holds others. */
  async #replace(target: KubeObject, live: KubeObject, force: boolean): Promise<string> {
    const keeps = target.kind === 'CustomResourceDefinition' || target.kind === 'Namespace';
    if (force && !keeps) {
      await this.#deleteObject(live);
      await this.cluster.create(target);
      return `${target.kind.toLowerCase()}/${target.metadata.name ?? ''} replaced`;
    }
    const { resourceVersion } = live.metadata;
    await this.cluster.replace({
      ...target,
      metadata: { ...target.metadata, ...(resourceVersion !== undefined && { resourceVersion }) },
    });
    return `${target.kind.toLowerCase()}/${target.metadata.name ?? ''} replaced`;
  }

  async #prune(task: SyncTask, options: PerformOptions): Promise<ResourceResult> {
    const { live } = task;
    if (!live) return prunedResult(task, { ok: true, message: 'gone already' });
    if (!options.prune) return prunedResult(task, 'skipped', 'requires pruning');
    const own = resourceSyncOptions(live, options.plan.options);
    if (own.prune === false) return prunedResult(task, 'skipped', 'no prune');
    if (own.prune === 'confirm' && annotation(live, ANNOTATION.deletionApproved) === undefined) {
      return prunedResult(task, 'skipped', `waits for the annotation ${ANNOTATION.deletionApproved}`);
    }
    try {
      await this.#delete(task, options.plan.options.propagation);
      return prunedResult(task, { ok: true, message: 'pruned' });
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      return prunedResult(task, { ok: false, message: error.message });
    }
  }

  async #delete(task: SyncTask, propagation: 'foreground' | 'background' | 'orphan'): Promise<void> {
    const { group, version, kind, namespace, name } = task;
    // a prune never deletes an object that was made again under the same name
    const uid = task.target ? undefined : task.live?.metadata.uid;
    await this.cluster.delete({ group, version, kind, namespace, name }, { propagation, uid });
  }

  async #deleteObject(live: KubeObject): Promise<void> {
    await this.cluster.delete(
      { ...groupVersionKind(live), namespace: live.metadata.namespace, name: live.metadata.name ?? '' },
      { propagation: 'background', uid: live.metadata.uid },
    );
  }
}

function nameOf(task: SyncTask): string {
  return `${task.kind.toLowerCase()}${task.group ? `.${task.group}` : ''}/${task.name}`;
}

/** A refusal of a Secret may quote its values: they are taken out. */
function safeMessage(target: KubeObject, message: string): string {
  if (MISSING_NAMESPACE.test(message))
    return `${message}. Create it, or let the sync do so with the sync option CreateNamespace=true`;
  return target.kind === 'Secret' ? message.replace(VALUE_IN_MESSAGE, '"***"') : message;
}
