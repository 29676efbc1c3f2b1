import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ARGO_API_VERSION } from '@lotse/gitops';
import { StartHooks, type FirstApplication } from '../bootstrap/start-hooks.js';
import { IN_CLUSTER } from '../cluster/cluster-host.js';
import { CONFIG, type Config } from '../config/config.js';
import { redactText } from '../logging/redact.js';
import { ApplicationService } from './application.service.js';
import { ApplicationReconciler } from './application-reconciler.js';
import { ApplicationStore } from './application-store.js';
import { makeDemoRepository } from './demo-repository.js';

/** The demonstration: one application for each kind of source. */
const DEMO = [
  { name: 'podinfo', path: 'directory' },
  { name: 'shop', path: 'kustomize/overlays/production' },
  { name: 'blog', path: 'helm' },
];

/** A repository that answers, answers within this. */
const FIRST_LOOK_MS = 60_000;

/** Makes the application of the command line, or the demonstration when there is nothing yet. */
@Injectable()
export class FirstApplications implements OnModuleInit {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly hooks: StartHooks,
    private readonly service: ApplicationService,
    private readonly store: ApplicationStore,
    private readonly reconciler: ApplicationReconciler,
  ) {}

  onModuleInit(): void {
    this.hooks.firstApplication = (application) => this.#first(application);
    this.hooks.demonstration = () => this.#demonstrate();
  }

  async #first({ name, repoUrl, path, revision, namespace }: FirstApplication): Promise<string> {
    await this.service.create(
      application(name, { repoURL: repoUrl, path, targetRevision: revision }, namespace),
      { upsert: true },
    );
    const problem = await this.#problemOf(name);
    if (problem !== undefined)
      return `  Application: ${name} was made, but ${path} of ${redactText(repoUrl)} can't be delivered yet: ${problem}`;
    return `  Application: ${name}, from ${path} of ${redactText(repoUrl)} into the namespace ${namespace}; see it in the dashboard.`;
  }

  /** What the first look finds wrong; nothing when that takes long, as the dashboard will show it. */
  async #problemOf(name: string): Promise<string | undefined> {
    await Promise.race([
      this.reconciler.refresh(name, 'normal'),
      pause(FIRST_LOOK_MS, undefined, { ref: false }),
    ]);
    const conditions = this.store.get(name)?.status?.conditions ?? [];
    return conditions.find(({ type }) => type.endsWith('Error'))?.message;
  }

  async #demonstrate(): Promise<string | undefined> {
    if ((await this.store.list()).length > 0) return undefined;
    const folder = await makeDemoRepository(this.config.dataDir);
    if (folder === undefined) return undefined;
    for (const { name, path } of DEMO) {
      await this.service.create(application(name, { repoURL: folder, path, targetRevision: 'main' }, name));
    }
    return `  Demonstration: three applications from ${folder}; commit there and watch the dashboard.`;
  }
}

function application(
  name: string,
  source: { repoURL: string; path: string; targetRevision: string },
  namespace: string,
): object {
  return {
    apiVersion: ARGO_API_VERSION,
    kind: 'Application',
    metadata: { name },
    spec: {
      project: 'default',
      source,
      destination: { server: IN_CLUSTER, namespace },
      syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ['CreateNamespace=true'] },
    },
  };
}
