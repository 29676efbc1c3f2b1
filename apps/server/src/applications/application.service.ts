import { Injectable } from '@nestjs/common';
import { CodedError, isJsonObject, type JsonObject, type JsonValue, type KubeObject } from '@lotse/manifests';
import {
  ARGO_API_VERSION,
  ARGO_GROUP,
  asApplication,
  ClusterError,
  FINALIZER,
  sameJson,
  validateApplication,
  type Application,
  type Operation,
} from '@lotse/gitops';
import { ClusterHost, CONTROL_NAMESPACE } from '../cluster/cluster-host.js';
import { HistoryService } from '../history/history.service.js';
import { HttpCodedError } from '../http/status-codes.js';
import { SyncWindows } from '../sync/sync-windows.js';
import { operationInProgress } from './application.errors.js';
import type { DeleteQuery, PatchInput, RollbackInput, SyncInput } from './application.schemas.js';
import { ApplicationStore } from './application-store.js';
import { followedBy } from './followed-by.js';
import { applyJsonPatch } from './json-patch.js';
import { SourceResolver } from './source-resolver.js';

/** What people and programs do with applications. All of it ends as a write of the Application; the rest follows from that. */
@Injectable()
export class ApplicationService {
  constructor(
    private readonly store: ApplicationStore,
    private readonly host: ClusterHost,
    private readonly history: HistoryService,
    private readonly windows: SyncWindows,
    private readonly resolver: SourceResolver,
  ) {}

  /**
   * @param validate renders the sources first, and refuses what can't be delivered.
   * @throws CodedError `application_invalid`, `application_already_exists`.
   */
  async create(input: unknown, { upsert = false, validate = false } = {}): Promise<Application> {
    const wanted = readApplication(input);
    const name = wanted.metadata.name ?? '';
    const existing = this.store.get(name);
    if (existing) {
      if (contains(existing, wanted)) return existing;
      if (!upsert) {
        throw new CodedError(
          'application_already_exists',
          `The application ${name} exists already and is different. Send ?upsert=true to change it.`,
        );
      }
      return this.replace(name, { ...wanted, metadata: mergedMetadata(existing, wanted) }, { validate });
    }
    if (validate) await this.#assertDeliverable(asApplication(wanted), 'created', 'create');
    return asApplication(await translate(this.host.client.create(wanted)));
  }

  /**
   * Replaces spec, labels and annotations.
   * @param validate renders the sources first, and refuses what can't be delivered.
   */
  async replace(name: string, input: unknown, { validate = false } = {}): Promise<Application> {
    const existing = this.store.need(name);
    const wanted = readApplication(input);
    if (wanted.metadata.name !== name) {
      throw new CodedError(
        'application_invalid',
        `The body names ${JSON.stringify(wanted.metadata.name)}, the path ${JSON.stringify(name)}.`,
      );
    }
    const { labels, annotations, finalizers } = wanted.metadata;
    const next = {
      ...existing,
      metadata: {
        ...existing.metadata,
        ...(labels && { labels }),
        ...(annotations && { annotations }),
        ...(finalizers && { finalizers }),
      },
      spec: wanted['spec'],
    } as unknown as KubeObject;
    if (validate) await this.#assertDeliverable(asApplication(next), 'changed', 'change');
    return asApplication(await translate(this.host.client.replace(next)));
  }

  /** What a JSON or merge patch of spec and metadata would make of an application. */
  preview(name: string, { patch, patchType }: PatchInput): Application {
    const { status: _, operation: __, ...editable } = this.store.need(name);
    let change: unknown;
    try {
      change = JSON.parse(patch) as unknown;
    } catch (error) {
      throw new CodedError(
        'patch_invalid',
        `The patch is not JSON: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    const before = editable as unknown as JsonObject;
    const after =
      patchType === 'merge' ? mergePatch(before, change as JsonValue) : applyJsonPatch(before, change);
    return asApplication(readApplication(after));
  }

  async remove(name: string, { cascade, propagationPolicy }: DeleteQuery): Promise<void> {
    const application = this.store.need(name);
    if (cascade !== 'true' || propagationPolicy === 'orphan') {
      await translate(this.store.removeAlone(name));
      return;
    }
    const others = (application.metadata.finalizers ?? []).filter(
      (finalizer) => !finalizer.startsWith(FINALIZER.resources),
    );
    const wanted = propagationPolicy === 'background' ? FINALIZER.resourcesBackground : FINALIZER.resources;
    const finalizers = [...others, wanted];
    await this.store.update(name, () => ({ finalizers }));
    await translate(
      this.host.client.delete(
        { group: ARGO_GROUP, kind: 'Application', namespace: CONTROL_NAMESPACE, name },
        { propagation: 'background' },
      ),
    );
  }

  async sync(name: string, input: SyncInput, username: string): Promise<Application> {
    const application = this.#idle(name);
    if (!input.dryRun) this.windows.assertPeopleMay(application);
    const syncOptions = Array.isArray(input.syncOptions)
      ? input.syncOptions
      : (input.syncOptions?.items ?? application.spec.syncPolicy?.syncOptions);
    const { strategy, retryStrategy } = input;
    const retry = retryStrategy ?? application.spec.syncPolicy?.retry;
    const operation = {
      sync: {
        ...(input.revision && { revision: input.revision }),
        prune: input.prune,
        ...(input.dryRun && { dryRun: true }),
        ...(input.resources && input.resources.length > 0 && { resources: input.resources }),
        ...(syncOptions && { syncOptions }),
        ...(strategy && {
          syncStrategy: {
            ...(strategy.apply && { apply: strategy.apply }),
            ...(strategy.hook && { hook: strategy.hook }),
          },
        }),
      },
      initiatedBy: { username },
      ...(retry && { retry }),
    } as Operation;
    await this.store.update(name, () => ({ operation }));
    return this.store.need(name);
  }

  /** Deploys exactly what an entry of the history deployed, from the store; automation holds from this moment on. */
  async rollback(name: string, { id, prune, dryRun }: RollbackInput, username: string): Promise<Application> {
    const application = this.#idle(name);
    if (!dryRun) this.windows.assertPeopleMay(application);
    const entry = await this.history.need(application, id);
    // the history took a moment to answer
    this.#idle(name);
    const { syncOptions } = application.spec.syncPolicy ?? {};
    const operation: Operation = {
      sync: {
        revision: entry.revision,
        source: entry.source,
        rollbackTo: id,
        prune,
        ...(dryRun && { dryRun }),
        ...(syncOptions && { syncOptions }),
        syncStrategy: { apply: {} },
      },
      initiatedBy: { username },
    };
    const hold = { historyId: id, revision: entry.revision, since: new Date().toISOString(), by: username };
    await this.store.update(name, () => ({ operation, ...(!dryRun && { status: { rollbackHold: hold } }) }));
    return this.store.need(name);
  }

  /** Stops what runs; nothing when nothing does. */
  async terminate(name: string): Promise<void> {
    const { status } = this.store.need(name);
    if (status?.operationState?.phase !== 'Running') {
      throw new HttpCodedError(400, 'operation_not_running', `No operation of ${name} is in progress.`);
    }
    await this.store.update(name, (application) =>
      application.status?.operationState?.phase === 'Running'
        ? {
            status: {
              operationState: {
                ...application.status.operationState,
                phase: 'Terminating',
                message: 'operation is terminating',
              },
            },
          }
        : {},
    );
  }

  /** Lets automation go on after a rollback. */
  async release(name: string): Promise<Application> {
    this.store.need(name);
    await this.store.update(name, () => ({ status: { rollbackHold: undefined } }));
    return this.store.need(name);
  }

  async #assertDeliverable(application: Application, done: string, verb: string): Promise<void> {
    try {
      await this.resolver.resolve(application, { refresh: true });
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      throw new HttpCodedError(
        400,
        'application_invalid',
        [
          `Nothing was ${done}: ${application.metadata.name ?? ''} can't be delivered.`,
          followedBy(error.message, `To ${verb} it all the same, set validate=false.`),
        ].join(' '),
      );
    }
  }

  #idle(name: string): Application {
    const application = this.store.need(name);
    const phase = application.status?.operationState?.phase;
    if (application.operation || phase === 'Running' || phase === 'Terminating')
      throw operationInProgress(name);
    if (application.metadata.deletionTimestamp !== undefined) {
      throw new CodedError('application_conflict', `The application ${name} is being deleted.`);
    }
    return application;
  }
}

/** An Application from outside: what can't be delivered is refused with every problem named. */
function readApplication(input: unknown): KubeObject {
  const problems = validateApplication(input);
  if (problems.length > 0 || !isJsonObject(input)) {
    const text = problems.map(({ field, message }) => (field ? `${field}: ${message}` : message)).join('; ');
    throw new CodedError(
      'application_invalid',
      `The application can't be used. ${text}`,
      problems[0]?.field ? { field: problems[0].field } : {},
    );
  }
  const { metadata, spec, operation } = input as unknown as KubeObject & { operation?: JsonValue };
  const { name, labels, annotations, finalizers } = metadata;
  const project =
    isJsonObject(spec) && typeof spec['project'] === 'string' && spec['project'] !== ''
      ? spec['project']
      : 'default';
  return {
    apiVersion: ARGO_API_VERSION,
    kind: 'Application',
    metadata: {
      ...(name !== undefined && { name }),
      namespace: CONTROL_NAMESPACE,
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(finalizers && { finalizers }),
    },
    spec: { ...(spec as JsonObject), project },
    ...(isJsonObject(operation) && { operation }),
  };
}

/** True when an application is what is wanted; labels and annotations that others added do not count. */
function contains(existing: Application, wanted: KubeObject): boolean {
  const isPart = (part: Record<string, string> = {}, whole: Record<string, string> = {}): boolean =>
    Object.entries(part).every(([key, value]) => whole[key] === value);
  return (
    sameJson(existing.spec, wanted['spec']) &&
    isPart(wanted.metadata.labels, existing.metadata.labels) &&
    isPart(wanted.metadata.annotations, existing.metadata.annotations) &&
    (wanted.metadata.finalizers ?? []).every((each) => existing.metadata.finalizers?.includes(each))
  );
}

/** Labels and annotations of both, as Argo CD merges them. */
function mergedMetadata(existing: Application, { metadata }: KubeObject): KubeObject['metadata'] {
  return {
    ...metadata,
    labels: { ...existing.metadata.labels, ...metadata.labels },
    annotations: { ...existing.metadata.annotations, ...metadata.annotations },
  };
}

/** RFC 7386. */
function mergePatch(target: JsonValue, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const result = new Map<string, JsonValue>(isJsonObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else result.set(key, mergePatch(result.get(key) ?? {}, value));
  }
  return Object.fromEntries(result);
}

/** The cluster's refusals in the words of this API. */
export async function translate<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ClusterError)
      throw new HttpCodedError(error.code, `cluster_${snake(error.reason)}`, error.message);
    throw error;
  }
}

function snake(reason: string): string {
  return reason.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
}
