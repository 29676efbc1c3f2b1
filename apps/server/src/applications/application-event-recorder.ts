import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { KubeObject } from '@lotse/manifests';
import { ARGO_API_VERSION, type Application } from '@lotse/gitops';
import { ClusterHost, CONTROL_NAMESPACE } from '../cluster/cluster-host.js';
import { Logger } from '../logging/logger.js';
import { ApplicationStore, type ApplicationEvent } from './application-store.js';
import { misplaced } from './misplaced.js';

/** A message longer than this is read in the application itself. */
const MAX_MESSAGE_LENGTH = 1_000;

interface Occurrence {
  readonly type: 'Normal' | 'Warning';
  readonly reason: 'OperationStarted' | 'OperationCompleted' | 'ResourceUpdated' | 'NotWatched';
  readonly message: string;
}

/** Tells what happens to applications as Events of the cluster, with the reasons Argo CD gives. */
@Injectable()
export class ApplicationEventRecorder implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #stops: (() => void)[] = [];
  #serial = 0;

  constructor(
    private readonly store: ApplicationStore,
    private readonly host: ClusterHost,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#stops.push(
      this.store.onChange((event) => {
        for (const occurrence of occurrencesOf(event)) void this.#record(event.application, occurrence);
      }),
      this.host.client.watch((event) => {
        const message = misplaced(event);
        if (message !== undefined)
          void this.#record(event.object, { type: 'Warning', reason: 'NotWatched', message });
      }),
    );
  }

  onModuleDestroy(): void {
    for (const stop of this.#stops) stop();
  }

  async #record(
    { kind, metadata }: Pick<Application, 'kind' | 'metadata'>,
    { type, reason, message }: Occurrence,
  ): Promise<void> {
    const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    const { name = '', namespace = CONTROL_NAMESPACE } = metadata;
    const event: KubeObject = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: {
        name: `${name}.${Date.now().toString(16)}${(this.#serial++ % 4096).toString(16).padStart(3, '0')}`,
        namespace,
      },
      involvedObject: {
        apiVersion: ARGO_API_VERSION,
        kind,
        name,
        namespace,
        ...(metadata.uid !== undefined && { uid: metadata.uid }),
        ...(metadata.resourceVersion !== undefined && { resourceVersion: metadata.resourceVersion }),
      },
      type,
      reason,
      message: message.slice(0, MAX_MESSAGE_LENGTH),
      source: { component: 'lotse' },
      reportingComponent: 'lotse',
      reportingInstance: 'lotse',
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    };
    try {
      await this.host.client.create(event);
    } catch (error) {
      this.logger.debug('An event of an application could not be recorded', { application: name, error });
    }
  }
}

function occurrencesOf({ type, application, previous }: ApplicationEvent): Occurrence[] {
  if (type === 'DELETED' || !previous) return [];
  const occurrences: Occurrence[] = [];
  const [before, now] = [previous.status, application.status];
  const operation = now?.operationState;
  if (operation && before?.operationState?.startedAt !== operation.startedAt) {
    const { initiatedBy, sync } = operation.operation;
    const who = initiatedBy?.automated === true ? 'automated' : (initiatedBy?.username ?? 'somebody');
    const what =
      sync?.rollbackTo === undefined
        ? `sync to ${sync?.revision ?? 'the newest revision'}`
        : `rollback to ${sync.rollbackTo}`;
    occurrences.push({ type: 'Normal', reason: 'OperationStarted', message: `${who} initiated ${what}` });
  }
  if (operation?.finishedAt !== undefined && before?.operationState?.finishedAt !== operation.finishedAt) {
    const succeeded = operation.phase === 'Succeeded';
    occurrences.push({
      type: succeeded ? 'Normal' : 'Warning',
      reason: 'OperationCompleted',
      message: `Sync operation to ${operation.syncResult?.revision ?? ''} ${succeeded ? 'succeeded' : `failed: ${operation.message ?? ''}`}`,
    });
  }
  if (now?.sync && before?.sync?.status !== now.sync.status) {
    occurrences.push({
      type: 'Normal',
      reason: 'ResourceUpdated',
      message: `Updated sync status: ${before?.sync?.status ?? ''} -> ${now.sync.status}`,
    });
  }
  if (now?.health && before?.health?.status !== now.health.status) {
    const worse = now.health.status === 'Degraded' || now.health.status === 'Missing';
    occurrences.push({
      type: worse ? 'Warning' : 'Normal',
      reason: 'ResourceUpdated',
      message: `Updated health status: ${before?.health?.status ?? ''} -> ${now.health.status}`,
    });
  }
  return occurrences;
}
