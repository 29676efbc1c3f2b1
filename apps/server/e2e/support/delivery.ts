import type { KubeObject } from '@lotse/manifests';
import type { Application, ApplicationSource, SyncPolicy } from '@lotse/gitops';
import { ApplicationStore } from '../../src/applications/application-store.js';
import { ApplicationReconciler } from '../../src/applications/application-reconciler.js';
import { ClusterHost } from '../../src/cluster/cluster-host.js';
import type { InProcessClusterClient } from '../../src/cluster/in-process-cluster-client.js';
import { GitHost } from './git-host.js';
import { startServer, type TestServer } from './start-server.js';

/** How an application of a test differs from the usual one. */
export interface DeliveryOptions {
  readonly repository?: string;
  readonly path?: string;
  readonly namespace?: string;
  readonly source?: Partial<ApplicationSource>;
  readonly automated?: SyncPolicy['automated'];
  readonly syncOptions?: string[];
  readonly retry?: SyncPolicy['retry'];
}

const PATIENCE_MS = 90_000;

/** The words of delivery tests: applications over REST, waiting on events, never on time. */
export class Delivery {
  constructor(
    readonly server: TestServer,
    readonly host: GitHost,
  ) {}

  /** With a server and a Git host of its own. */
  static async start(environment: Record<string, string> = {}): Promise<Delivery> {
    const host = await new GitHost().start();
    return new Delivery(await startServer(environment), host);
  }

  /** Stops the server and the Git host. */
  async stop(): Promise<void> {
    await this.server.stop();
    await this.host.stop();
  }

  get client(): InProcessClusterClient {
    return this.server.app.get(ClusterHost, { strict: false }).client;
  }

  get reconciler(): ApplicationReconciler {
    return this.server.app.get(ApplicationReconciler, { strict: false });
  }

  /** Unseen: many a suite is about what is said of one that can't be delivered. */
  async create(name: string, options: DeliveryOptions = {}): Promise<Application> {
    const response = await this.server
      .call('post', '/api/v1/applications?validate=false')
      .send(this.manifest(name, options));
    if (response.status !== 200) throw new Error(`${response.status} ${JSON.stringify(response.body)}`);
    return response.body as Application;
  }

  manifest(
    name: string,
    {
      repository = name,
      path = 'app',
      namespace = name,
      source,
      automated,
      syncOptions = ['CreateNamespace=true'],
      retry,
    }: DeliveryOptions = {},
  ): object {
    return {
      metadata: { name },
      spec: {
        project: 'default',
        source: { repoURL: this.host.url(repository), path, targetRevision: 'main', ...source },
        destination: { server: 'https://kubernetes.default.svc', namespace },
        syncPolicy: { syncOptions, ...(automated && { automated }), ...(retry && { retry }) },
      },
    };
  }

  async sync(name: string, body: object = {}): Promise<Application> {
    const response = await this.server.call('post', `/api/v1/applications/${name}/sync`).send(body);
    if (response.status !== 200) throw new Error(`${response.status} ${JSON.stringify(response.body)}`);
    return response.body as Application;
  }

  async refresh(name: string, kind: 'normal' | 'hard' = 'normal'): Promise<Application> {
    const response = await this.server.call('get', `/api/v1/applications/${name}?refresh=${kind}`);
    return response.body as Application;
  }

  /** Resolves when the application is as wanted; rejects with how it is. */
  async until(name: string, wanted: (application: Application) => boolean): Promise<Application> {
    const store = this.server.app.get(ApplicationStore, { strict: false });
    return this.untilTrue(
      () => store.get(name),
      (application) => application !== undefined && wanted(application),
      (wake) => store.onChange(wake),
    ) as Promise<Application>;
  }

  /** The operation that ended, however it ended. */
  async untilOperation(
    name: string,
  ): Promise<NonNullable<NonNullable<Application['status']>['operationState']>> {
    const application = await this.until(
      name,
      ({ status, operation }) => operation === undefined && status?.operationState?.finishedAt !== undefined,
    );
    const state = application.status?.operationState;
    if (!state) throw new Error('no operation');
    return state;
  }

  object(group: string, kind: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.client.getNow({ group, kind, namespace, name });
  }

  async untilTrue<T>(
    read: () => T,
    wanted: (value: T) => boolean,
    listen?: (wake: () => void) => () => void,
  ): Promise<T> {
    const watch = listen ?? ((wake: () => void) => this.client.watch(wake));
    return new Promise<T>((resolve, reject) => {
      const check = (): void => {
        const value = read();
        if (!wanted(value)) return;
        clearTimeout(timer);
        stop();
        resolve(value);
      };
      const stop = watch(check);
      const timer = setTimeout(() => {
        stop();
        reject(
          new Error(
            `Still not as wanted after ${PATIENCE_MS} ms: ${JSON.stringify(read(), undefined, 1)?.slice(0, 6_000)}`,
          ),
        );
      }, PATIENCE_MS);
      check();
    });
  }
}
