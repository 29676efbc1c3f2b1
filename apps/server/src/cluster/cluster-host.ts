import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { createCluster, LOOPBACK_NETWORK, SystemClock, type Cluster } from '@lotse/engine';
import { ARGO_GROUP, defaultProject, deliveryDefinitions } from '@lotse/gitops';
import type { KubeObject } from '@lotse/manifests';
import { StartHooks } from '../bootstrap/start-hooks.js';
import { DataSource } from 'typeorm';
import { CONFIG, type Config } from '../config/config.js';
import { Readiness } from '../health/readiness.js';
import { Logger } from '../logging/logger.js';
import { AuditService } from '../audit/audit.service.js';
import { ClusterAudit } from './cluster-audit.js';
import { ClusterSockets } from './cluster-sockets.js';
import { EngineLock, engineTakenOver } from './engine-lock.js';
import { FIELD_MANAGER, InProcessClusterClient } from './in-process-cluster-client.js';
import { Journal } from './journal.js';
import { kubeAdmission } from './kube-admission.js';
import { JournalRepository, type Restored } from './journal.repository.js';
import { clusterAuthority, serveCluster, type ServedCluster } from './kubernetes-api.js';
import { LiveIndex } from './live-index.js';
import { RestoreProgress } from './restore-progress.js';

/** Where Applications and projects live; the namespace Argo CD's own manifests name. */
export const CONTROL_NAMESPACE = 'argocd';
/** The address under which applications name the built-in cluster. */
export const IN_CLUSTER = 'https://kubernetes.default.svc';

/** Definitions are accepted within milliseconds. */
const SERVED_WITHIN_MS = 10_000;

/** Hosts the built-in cluster: restores it, keeps it durable, and hands out the ways to it. */
@Injectable()
export class ClusterHost implements OnModuleInit, OnApplicationShutdown {
  #cluster: Cluster | undefined;
  #journal: Journal | undefined;
  #client: InProcessClusterClient | undefined;
  #index: LiveIndex | undefined;
  #served: ServedCluster | undefined;
  #sockets: ClusterSockets | undefined;
  #lock: EngineLock | undefined;
  #audit: ClusterAudit | undefined;
  readonly #clock = new SystemClock();
  readonly #logger: Logger;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly repository: JournalRepository,
    private readonly source: DataSource,
    private readonly readiness: Readiness,
    private readonly hooks: StartHooks,
    private readonly audit: AuditService,
    logger: Logger,
  ) {
    this.#logger = logger.child('cluster');
  }

  get cluster(): Cluster {
    return present(this.#cluster);
  }

  get client(): InProcessClusterClient {
    return present(this.#client);
  }

  get index(): LiveIndex {
    return present(this.#index);
  }

  get journal(): Journal {
    return present(this.#journal);
  }

  async onModuleInit(): Promise<void> {
    this.#lock = await EngineLock.take(this.source, {
      onBroken: (error) =>
        this.#logger.warn('The connection that holds the engine broke; asking for the right again', {
          error,
        }),
      onHeldAgain: () => this.#logger.info('The engine is held again'),
      onTakenOver: (error) => this.#takenOver(error),
    });
    this.repository.useFence(this.#lock.fence);
    const snapshot = await this.#restore();
    const authority = await clusterAuthority(this.config.dataDir);
    const { kubeAdmissionFile } = this.config;
    const podSecurity = kubeAdmissionFile === undefined ? undefined : await kubeAdmission(kubeAdmissionFile);
    const cluster = createCluster({
      clock: this.#clock,
      seed: crypto.randomUUID(),
      nodes: this.config.nodes,
      ...(this.config.serviceSockets && { network: LOOPBACK_NETWORK }),
      rootCertificate: authority.cert,
      ...(snapshot && { snapshot }),
      ...(podSecurity && { podSecurity }),
      onError: (controller, key, error) =>
        this.#logger.warn('A controller of the cluster failed and tries again', {
          controller,
          name: key,
          error,
        }),
    });
    this.#cluster = cluster;
    this.#journal = new Journal(
      cluster.store,
      this.repository,
      this.#logger,
      snapshot?.revision ?? 0,
      snapshot?.replayed,
    );
    this.#journal.onOusted((error) => this.hooks.fatal(error));
    this.#client = new InProcessClusterClient(cluster, this.#journal);
    this.#index = new LiveIndex(cluster.store);
    this.readiness.register('cluster', () => {
      const failure = this.#journal?.failure;
      if (failure !== undefined) throw new Error(`can't store its state: ${failure}`);
    });
    await this.#furnish();
    const audit = new ClusterAudit((entries) => this.audit.recordAll(entries), this.#logger);
    this.#audit = audit;
    this.#served = await serveCluster(
      cluster,
      this.#journal,
      authority,
      this.config,
      (record) => audit.record(record),
      this.#logger,
    );
    this.#sockets = new ClusterSockets(cluster, this.config, this.#logger);
    await this.#sockets.start();
    this.hooks.kubeconfigPath = this.#served.kubeconfigPath;
    this.#logger.info('The cluster runs', { revision: cluster.store.revision, nodes: this.config.nodes });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#served?.api.close();
    await this.#audit?.stop();
    await this.#sockets?.stop();
    this.#cluster?.stop();
    this.#clock.stop();
    await this.#journal?.stop();
    await this.#lock?.release();
  }

  async #restore(): Promise<Restored | undefined> {
    const startedAt = performance.now();
    const progress = new RestoreProgress((facts) =>
      this.#logger.info('The cluster is being restored', facts),
    );
    const restored = await this.repository.restore(progress.onRead);
    if (restored)
      this.#logger.info('The cluster is restored', {
        objects: restored.objects.length,
        replayed: restored.replayed,
        milliseconds: Math.round(performance.now() - startedAt),
      });
    return restored;
  }

  /** Nothing is written any more: the state in the database is another one now. */
  retire(): void {
    this.journal.oust(engineTakenOver());
  }

  #takenOver(error: Error): void {
    if (this.#journal) this.#journal.oust(error);
    else this.hooks.fatal(error);
  }

  /** What every cluster of Lotse has. Applying it again is nothing. */
  async #furnish(): Promise<void> {
    for (const definition of deliveryDefinitions()) await this.#ensure(definition, 'apply');
    await this.#untilServed(['Application', 'AppProject', 'ApplicationSet']);
    await this.#ensure(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: CONTROL_NAMESPACE } },
      'create',
    );
    await this.#ensure(defaultProject(CONTROL_NAMESPACE) as unknown as KubeObject, 'create');
  }

  /** A definition takes a moment to be accepted. */
  async #untilServed(kinds: readonly string[]): Promise<void> {
    const missing = (): string[] => kinds.filter((kind) => !this.client.kindNow(ARGO_GROUP, kind));
    if (missing().length === 0) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`The cluster does not serve ${missing().join(', ')}.`)),
        SERVED_WITHIN_MS,
      );
      const stop = this.cluster.registry.onChange(() => {
        if (missing().length > 0) return;
        clearTimeout(timer);
        stop();
        resolve();
      });
    });
  }

  async #ensure(object: KubeObject, how: 'apply' | 'create'): Promise<void> {
    if (how === 'apply') {
      await this.client.apply(object, { fieldManager: FIELD_MANAGER, force: true, dryRun: false });
      return;
    }
    const slash = object.apiVersion.indexOf('/');
    const group = slash < 0 ? '' : object.apiVersion.slice(0, slash);
    const { name = '', namespace } = object.metadata;
    if (this.client.getNow({ group, kind: object.kind, namespace, name })) return;
    await this.client.create(object);
  }
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The cluster is used before it runs.');
  return value;
}
