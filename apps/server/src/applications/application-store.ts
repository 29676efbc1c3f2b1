import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import {
  ARGO_GROUP,
  asApplication,
  finalizersWithoutCascade,
  mergePatchBetween,
  type Application,
  type ApplicationStatus,
  type ClusterEvent,
  type Operation,
} from '@lotse/gitops';
import type { JsonObject, KubeObject } from '@lotse/manifests';
import { ClusterHost, CONTROL_NAMESPACE } from '../cluster/cluster-host.js';
import { applicationNotFound } from './application.errors.js';

/** A change of an application. */
export interface ApplicationEvent {
  readonly type: ClusterEvent['type'];
  readonly application: Application;
  readonly previous: Application | undefined;
}

/** What a writer wants to be different. Keys that aren't named stay; undefined removes one. */
export interface ApplicationChange {
  readonly status?: { readonly [K in keyof ApplicationStatus]?: ApplicationStatus[K] | undefined };
  /** Null takes the operation off. */
  readonly operation?: Operation | null;
  readonly annotations?: Readonly<Record<string, string | null>>;
  readonly finalizers?: readonly string[];
}

/** The applications of the cluster, as the API has them. Reading is a lookup; writing is a patch of what differs. */
@Injectable()
export class ApplicationStore implements OnModuleDestroy {
  readonly #listeners = new Set<(event: ApplicationEvent) => void>();
  readonly #leaving = new Set<string>();
  #stop: (() => void) | undefined;

  constructor(private readonly host: ClusterHost) {}

  get(name: string): Application | undefined {
    const object = this.host.client.getNow({
      group: ARGO_GROUP,
      kind: 'Application',
      namespace: CONTROL_NAMESPACE,
      name,
    });
    return object && asApplication(object);
  }

  /** @throws CodedError `application_not_found`. */
  need(name: string): Application {
    const application = this.get(name);
    if (!application) throw applicationNotFound(name);
    return application;
  }

  async list(): Promise<Application[]> {
    const objects = await this.host.client.list(
      { group: ARGO_GROUP, kind: 'Application' },
      CONTROL_NAMESPACE,
    );
    return objects.map(asApplication);
  }

  onChange(listener: (event: ApplicationEvent) => void): () => void {
    this.#stop ??= this.host.client.watch((event) => this.#hear(event));
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onModuleDestroy(): void {
    this.#stop?.();
  }

  /**
   * Writes what `change` makes of the present object; durable when it resolves. Nothing is written when nothing differs,
   * or (where `uid` is given) when another application has the name by now.
   */
  async update(
    name: string,
    change: (application: Application) => ApplicationChange,
    uid?: string,
  ): Promise<void> {
    const application = this.get(name);
    if (!application || (uid !== undefined && application.metadata.uid !== uid)) return;
    const patch = patchFor(application, change(application));
    if (!patch) return;
    await this.host.client.patch(
      { group: ARGO_GROUP, kind: 'Application', namespace: CONTROL_NAMESPACE, name },
      patch,
    );
  }

  /** Deletes the application and leaves its objects: no finalizer for them is left, and none comes back meanwhile. */
  async removeAlone(name: string, uid?: string): Promise<void> {
    this.#leaving.add(name);
    try {
      await this.update(
        name,
        ({ metadata }) => ({ finalizers: finalizersWithoutCascade(metadata.finalizers ?? []) }),
        uid,
      );
      await this.host.client.delete(
        { group: ARGO_GROUP, kind: 'Application', namespace: CONTROL_NAMESPACE, name },
        { propagation: 'background', uid },
      );
    } finally {
      this.#leaving.delete(name);
    }
  }

  /** True from the moment on that finalizers may not be added any more. */
  isLeaving({ metadata }: Application): boolean {
    return metadata.deletionTimestamp !== undefined || this.#leaving.has(metadata.name ?? '');
  }

  #hear(event: ClusterEvent): void {
    const { object } = event;
    if (object.kind !== 'Application' || object.metadata.namespace !== CONTROL_NAMESPACE) return;
    if (!object.apiVersion.startsWith(`${ARGO_GROUP}/`)) return;
    const heard: ApplicationEvent = {
      type: event.type,
      application: asApplication(object),
      previous: event.previous && asApplication(event.previous as KubeObject),
    };
    for (const listener of this.#listeners) listener(heard);
  }
}

function patchFor(application: Application, change: ApplicationChange): JsonObject | undefined {
  const patch: JsonObject = {};
  if (change.status) {
    const before = (application.status ?? {}) as unknown as JsonObject;
    const status = mergePatchBetween(before, { ...before, ...(change.status as unknown as JsonObject) });
    if (status) patch['status'] = status;
  }
  if (change.operation === null && application.operation) patch['operation'] = null;
  if (change.operation) patch['operation'] = change.operation as unknown as JsonObject;
  const metadata: JsonObject = {};
  if (change.annotations) metadata['annotations'] = { ...change.annotations };
  if (change.finalizers) metadata['finalizers'] = [...change.finalizers];
  if (Object.keys(metadata).length > 0) patch['metadata'] = metadata;
  return Object.keys(patch).length > 0 ? patch : undefined;
}
