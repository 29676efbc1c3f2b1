import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import {
  ARGO_GROUP,
  applicationSetConditions,
  isOwnedBy,
  mergePatchBetween,
  planChanges,
  sameJson,
  type ApplicationSet,
  type ClusterEvent,
  type SetChanges,
  type SetOutcome,
} from '@lotse/gitops';
import { type JsonObject, type KubeObject } from '@lotse/manifests';
import { ApplicationStore } from '../applications/application-store.js';
import { ReconcileQueue } from '../applications/reconcile-queue.js';
import { CONTROL_NAMESPACE, ClusterHost } from '../cluster/cluster-host.js';
import { CONFIG, type Config } from '../config/config.js';
import { Logger } from '../logging/logger.js';
import { RepositoryEvents } from '../repositories/repository-events.js';
import { RepositoryInterests, type Interest } from '../repositories/repository-interests.js';
import { sameRepository } from '../repositories/repository.service.js';
import { checkApplications } from './check-applications.js';
import { isClusterSecret } from './generator-clusters.js';
import { SetGenerator } from './set-generator.js';

const KIND = { group: ARGO_GROUP, kind: 'ApplicationSet' };
const APPLICATION = { group: ARGO_GROUP, kind: 'Application' };
const REFRESH = 'argocd.argoproj.io/application-set-refresh';
/** A set that failed is looked at again, in case what it reads is back without telling. */
const RETRY_MS = 60_000;
/** A message in a condition is for people; a thousand applications fail for few reasons. */
const MAX_PROBLEMS = 10;

/**
 * Makes the applications of every ApplicationSet and keeps them as the template has them. Whatever goes wrong on the
 * way to the wanted applications, none is deleted for it.
 */
@Injectable()
export class ApplicationSetReconciler implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #queue: ReconcileQueue;
  readonly #logger: Logger;
  readonly #stops: (() => void)[] = [];
  readonly #read = new Map<string, readonly Interest[]>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly host: ClusterHost,
    private readonly applications: ApplicationStore,
    private readonly generator: SetGenerator,
    private readonly interests: RepositoryInterests,
    private readonly events: RepositoryEvents,
    logger: Logger,
  ) {
    this.#logger = logger.child('application-sets');
    this.#queue = new ReconcileQueue(
      (name) => this.#reconcile(name),
      (name, error) =>
        this.#logger.warn('An ApplicationSet could not be looked at and will be tried again', {
          applicationSet: name,
          error,
        }),
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.roles.has('engine')) return;
    const onMoved = ({ url }: { url: string }): void => this.#onMoved(url);
    this.events.on('moved', onMoved);
    this.#stops.push(
      this.host.client.watch((event) => this.#onEvent(event)),
      () => this.events.off('moved', onMoved),
    );
    this.#addAll();
  }

  async onModuleDestroy(): Promise<void> {
    for (const stop of this.#stops) stop();
    await this.#queue.stop();
  }

  /** Resolves when a look at the set that begins now is done. */
  async refresh(name: string): Promise<void> {
    await this.#queue.addAndWait(name);
  }

  #onEvent({ type, object, previous }: ClusterEvent): void {
    if (object.metadata.namespace !== CONTROL_NAMESPACE) return;
    if (isClusterSecret(object) || (previous && isClusterSecret(previous))) this.#addAll();
    if (!object.apiVersion.startsWith(`${ARGO_GROUP}/`)) return;
    const same =
      type === 'MODIFIED' &&
      previous &&
      sameJson(previous['spec'], object['spec']) &&
      sameJson(previous.metadata.labels, object.metadata.labels) &&
      sameJson(previous.metadata.annotations, object.metadata.annotations) &&
      previous.metadata.deletionTimestamp === object.metadata.deletionTimestamp;
    if (same) return;
    if (object.kind === KIND.kind) this.#queue.add(object.metadata.name ?? '');
    else if (object.kind === 'AppProject') this.#addAll();
    else if (object.kind === APPLICATION.kind)
      for (const { kind, name } of object.metadata.ownerReferences ?? [])
        if (kind === KIND.kind) this.#queue.add(name);
  }

  #onMoved(url: string): void {
    for (const [name, interests] of this.#read)
      if (interests.some((interest) => sameRepository(interest.url, url))) this.#queue.add(name);
  }

  #addAll(): void {
    void this.host.client
      .list(KIND, CONTROL_NAMESPACE)
      .then((sets) => sets.forEach(({ metadata }) => this.#queue.add(metadata.name ?? '')));
  }

  async #reconcile(name: string): Promise<void> {
    const set = this.#set(name);
    if (!set || set.metadata.deletionTimestamp !== undefined) {
      this.#read.delete(name);
      this.interests.remove(`applicationset/${name}`);
      return;
    }
    const asked = set.metadata.annotations?.[REFRESH] !== undefined;
    const { generation, interests } = await this.generator.generate(set, asked);
    this.#read.set(name, interests);
    this.interests.set(`applicationset/${name}`, interests);
    // it may have been changed or deleted while repositories were asked
    const now = this.#set(name);
    if (!now || now.metadata.uid !== set.metadata.uid || !sameJson(now.spec, set.spec)) {
      this.#queue.add(name);
      return;
    }
    const outcome: SetOutcome =
      generation.type === 'failed'
        ? {
            error: generation,
            generated: generation.reason !== 'ApplicationGenerationFromParamsError',
          }
        : { error: await this.#perform(set, generation.applications), generated: true };
    if (outcome.error) this.#queue.addAfter(name, RETRY_MS);
    await this.#report(name, outcome, asked);
  }

  /** Creates, changes and deletes; one that fails doesn't keep the others from it. */
  async #perform(set: ApplicationSet, applications: readonly KubeObject[]): Promise<SetOutcome['error']> {
    const { client } = this.host;
    const { valid, problems } = checkApplications(applications, client);
    const existing = new Map(
      (await client.list(APPLICATION, CONTROL_NAMESPACE)).map((each) => [each.metadata.name ?? '', each]),
    );
    const changes = planChanges(set, valid, existing, problems.length === 0);
    const refused = changes.refused.map(({ name, reason }) => `${name}: ${reason}`);
    const failures = await this.#write(changes, existing, set);
    const [reason, messages] =
      problems.length + refused.length > 0
        ? ['ApplicationValidationError', [...problems, ...refused]]
        : failures.length > 0
          ? [failures[0]?.reason ?? '', failures.map(({ message }) => message)]
          : ['', []];
    if (messages.length === 0) return undefined;
    const more = messages.length > MAX_PROBLEMS ? ` (and ${messages.length - MAX_PROBLEMS} more)` : '';
    return { reason, message: messages.slice(0, MAX_PROBLEMS).join('; ') + more };
  }

  async #write(
    { create, update, remove }: SetChanges,
    existing: ReadonlyMap<string, KubeObject>,
    set: ApplicationSet,
  ): Promise<{ reason: string; message: string }[]> {
    const { client } = this.host;
    const failures: { reason: string; message: string }[] = [];
    const attempt = async (reason: string, name: string, work: () => Promise<unknown>): Promise<void> => {
      try {
        await work();
        this.#logger.info('An ApplicationSet changed an application', {
          applicationSet: set.metadata.name,
          application: name,
          change: reason.replace('ApplicationError', '').toLowerCase(),
        });
      } catch (error) {
        failures.push({
          reason,
          message: `${name}: ${error instanceof Error ? error.message : String(error)}`,
        });
      }
    };
    for (const each of create)
      await attempt('CreateApplicationError', each.metadata.name ?? '', () => client.create(each));
    for (const each of update) {
      const name = each.metadata.name ?? '';
      const patch = mergePatchBetween(
        existing.get(name) as unknown as JsonObject,
        each as unknown as JsonObject,
      );
      if (patch) await attempt('UpdateApplicationError', name, () => client.patch(refOf(name), patch));
    }
    for (const { metadata } of remove)
      await attempt('DeleteApplicationError', metadata.name ?? '', () => this.#remove(set, metadata));
    return failures;
  }

  async #remove(set: ApplicationSet, { name = '', uid }: KubeObject['metadata']): Promise<void> {
    if (set.spec.syncPolicy?.preserveResourcesOnDeletion === true)
      await this.applications.removeAlone(name, uid);
    else await this.host.client.delete(refOf(name), { propagation: 'background', uid });
  }

  async #report(name: string, outcome: SetOutcome, asked: boolean): Promise<void> {
    const set = this.#set(name);
    if (!set) return;
    const owned = (await this.host.client.list(APPLICATION, CONTROL_NAMESPACE)).filter((each) =>
      isOwnedBy(each, set),
    );
    const resources = owned
      .map(({ metadata }) => ({
        group: ARGO_GROUP,
        version: 'v1alpha1',
        kind: APPLICATION.kind,
        namespace: CONTROL_NAMESPACE,
        name: metadata.name ?? '',
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const status = {
      conditions: applicationSetConditions(set.status?.conditions ?? [], outcome, new Date().toISOString()),
      resources,
      resourcesCount: resources.length,
    };
    const before = (set.status ?? {}) as JsonObject;
    const change = mergePatchBetween(before, status as unknown as JsonObject);
    if (!change && !asked) return;
    await this.host.client.patch(
      { ...KIND, namespace: CONTROL_NAMESPACE, name },
      {
        ...(change && { status: change }),
        ...(asked && { metadata: { annotations: { [REFRESH]: null } } }),
      },
    );
  }

  #set(name: string): ApplicationSet | undefined {
    return this.host.client.getNow({ ...KIND, namespace: CONTROL_NAMESPACE, name }) as unknown as
      ApplicationSet | undefined;
  }
}

function refOf(name: string): { group: string; kind: string; namespace: string; name: string } {
  return { ...APPLICATION, namespace: CONTROL_NAMESPACE, name };
}
