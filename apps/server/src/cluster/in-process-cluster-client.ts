import { parseApiVersion, type KubeObject } from '@lotse/manifests';
import {
  ApiError,
  Leniency,
  present,
  type Client,
  type Cluster,
  type ResourceType,
  type StoredObject,
  UnansweredWebhooks,
  withWebhooks,
} from '@lotse/engine';
import {
  ClusterError,
  type ApplyRequest,
  type ClusterClient,
  type ClusterEvent,
  type ObjectRef,
  type PropagationPolicy,
  type ServedKind,
} from '@lotse/gitops';
import type { Journal } from './journal.js';

const PROPAGATION: Record<PropagationPolicy, 'Foreground' | 'Background' | 'Orphan'> = {
  foreground: 'Foreground',
  background: 'Background',
  orphan: 'Orphan',
};
/** Names fields in managedFields that were applied from Git. */
export const FIELD_MANAGER = 'argocd-controller';

/** What an apply would make of an object, and webhooks that could not be asked about it. */
export interface Prediction {
  readonly object: KubeObject;
  readonly failures: readonly string[];
}

/** The built-in engine as a cluster like any other: same path as a request from outside, without the wire. */
export class InProcessClusterClient implements ClusterClient {
  readonly #cluster: Cluster;
  readonly #client: Client;
  readonly #journal: Journal;
  readonly #unanswered = new UnansweredWebhooks();
  #generation = -1;
  #preferred = new Map<string, ServedKind>();
  #versions = new Map<string, ServedKind>();

  constructor(cluster: Cluster, journal: Journal, user = FIELD_MANAGER) {
    this.#cluster = cluster;
    this.#client = cluster.client.as(user);
    this.#journal = journal;
  }

  /** Synchronous `kind`, for code that already runs beside the engine. */
  kindNow(group: string, kind: string, version?: string): ServedKind | undefined {
    this.#refreshKinds();
    return version === undefined
      ? this.#preferred.get(`${group}/${kind}`)
      : this.#versions.get(`${group}/${version}/${kind}`);
  }

  /** Synchronous `get`. */
  getNow(ref: ObjectRef): KubeObject | undefined {
    const kind = this.kindNow(ref.group, ref.kind, ref.version) ?? this.kindNow(ref.group, ref.kind);
    if (!kind) return undefined;
    return this.#client.lister(kind).get(kind.namespaced ? ref.namespace : undefined, ref.name) as
      KubeObject | undefined;
  }

  /** A live object in another of its versions: custom resources are kept in one, and converted. The object itself when it can't be. */
  async inVersion(object: KubeObject, apiVersion: string): Promise<KubeObject> {
    const resource = this.#cluster.registry.findKind(apiVersion, object.kind);
    if (object.apiVersion === apiVersion || !resource?.converter) return object;
    try {
      const { webhooks } = this.#cluster;
      return (await withWebhooks(webhooks, () => present(object as StoredObject, resource))) as KubeObject;
    } catch (error) {
      if (error instanceof ApiError) return object;
      throw error;
    }
  }

  async kind(group: string, kind: string, version?: string): Promise<ServedKind | undefined> {
    return this.kindNow(group, kind, version);
  }

  async kinds(): Promise<readonly ServedKind[]> {
    this.#refreshKinds();
    return [...this.#preferred.values()];
  }

  async get(ref: ObjectRef): Promise<KubeObject | undefined> {
    return this.getNow(ref);
  }

  async list(
    wanted: { group: string; kind: string; version?: string },
    namespace?: string,
  ): Promise<readonly KubeObject[]> {
    return this.listNow(wanted, namespace);
  }

  /** Synchronous `list`. */
  listNow(
    wanted: { group: string; kind: string; version?: string },
    namespace?: string,
  ): readonly KubeObject[] {
    const kind = this.#type(wanted.group, wanted.kind, wanted.version);
    return [...this.#client.lister(kind).list(namespace)] as unknown as KubeObject[];
  }

  async apply(object: KubeObject, request: ApplyRequest): Promise<KubeObject> {
    return this.#write(request.dryRun, () =>
      this.#client.apply(this.#typeOf(object), this.#placed(object), request),
    );
  }

  /**
   * A dry run of an apply. Webhooks that can't be reached are left out and named; one that does not answer is waited for once, and
   * for half a minute not again.
   */
  async predict(object: KubeObject, manager: string): Promise<Prediction> {
    const leniency = new Leniency(this.#unanswered);
    const request = { fieldManager: manager, force: true, dryRun: true };
    const action = (): StoredObject =>
      this.#client.apply(this.#typeOf(object), this.#placed(object), request);
    const predicted = await this.#asCluster(() =>
      withWebhooks(this.#cluster.webhooks, action, undefined, leniency),
    );
    return { object: predicted as KubeObject, failures: leniency.failures };
  }

  async create(object: KubeObject, options: { dryRun?: boolean } = {}): Promise<KubeObject> {
    return this.#write(options.dryRun === true, () =>
      this.#client.create(this.#typeOf(object), this.#placed(object), options),
    );
  }

  async replace(
    object: KubeObject,
    options: { dryRun?: boolean; subresource?: string } = {},
  ): Promise<KubeObject> {
    return this.#write(options.dryRun === true, () =>
      this.#client.update(this.#typeOf(object), this.#placed(object), options),
    );
  }

  async patch(
    ref: ObjectRef,
    patch: unknown,
    options: { dryRun?: boolean; subresource?: string } = {},
  ): Promise<KubeObject> {
    const kind = this.#type(ref.group, ref.kind, ref.version);
    return this.#write(options.dryRun === true, () =>
      this.#client.patch(
        kind,
        kind.namespaced ? ref.namespace : undefined,
        ref.name,
        'merge',
        patch,
        options,
      ),
    );
  }

  async delete(
    ref: ObjectRef,
    options: { propagation: PropagationPolicy; uid?: string | undefined },
  ): Promise<void> {
    const kind = this.#type(ref.group, ref.kind, ref.version);
    try {
      await this.#write(false, () =>
        this.#client.delete(kind, kind.namespaced ? ref.namespace : undefined, ref.name, {
          propagationPolicy: PROPAGATION[options.propagation],
          ...(options.uid !== undefined && { preconditions: { uid: options.uid } }),
        }),
      );
    } catch (error) {
      if (error instanceof ClusterError && error.code === 404) return;
      throw error;
    }
  }

  watch(handler: (event: ClusterEvent) => void): () => void {
    return this.#cluster.store.subscribe((event) =>
      handler({
        type: event.type,
        object: event.object as KubeObject,
        previous: event.previous as KubeObject | undefined,
      }),
    );
  }

  async #write(dryRun: boolean, action: () => StoredObject): Promise<KubeObject> {
    const written = await this.#asCluster(() => withWebhooks(this.#cluster.webhooks, action));
    if (!dryRun) await this.#journal.durable();
    return written as KubeObject;
  }

  /** Refusals in the words of the port. */
  async #asCluster<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (error instanceof ApiError) throw new ClusterError(error.code, error.reason, error.message);
      throw error;
    }
  }

  #typeOf(object: KubeObject): ResourceType<StoredObject> {
    const { group, version } = parseApiVersion(object.apiVersion);
    return this.#type(group, object.kind, version);
  }

  #type(group: string, kind: string, version?: string): ResourceType<StoredObject> {
    const found = this.kindNow(group, kind, version);
    if (found) return found;
    const passedOn = this.#passedOn(group, version);
    if (passedOn !== undefined)
      throw new ClusterError(
        404,
        'NotFound',
        `${kind} in ${group}/${version ?? '*'} is served by another API server, behind the APIService ${passedOn}. Applications deliver what this cluster keeps itself: take the object out of the application, or apply it with kubectl.`,
        true,
      );
    const other = this.kindNow(group, kind);
    const hint = other ? `; the cluster serves it as ${group ? `${group}/` : ''}${other.version}` : '';
    const apiVersion = group ? `${group}/${version ?? '*'}` : (version ?? '*');
    throw new ClusterError(
      404,
      'NotFound',
      `The cluster has no kind ${kind} in ${apiVersion}${hint}. Install its CustomResourceDefinition first, or correct kind or apiVersion.`,
      true,
    );
  }

  /** The APIService by which another server serves a group; undefined for those that nobody or the cluster itself serves. */
  #passedOn(group: string, version: string | undefined): string | undefined {
    const services = this.#cluster.store.table('apiregistration.k8s.io/apiservices').objects.values();
    for (const { metadata, ...rest } of services) {
      const { spec } = rest as { spec?: { group?: string; version?: string; service?: unknown } };
      if (spec?.service && spec.group === group && (version === undefined || spec.version === version))
        return metadata.name;
    }
    return undefined;
  }

  /** Cluster-scoped objects lose a namespace that a renderer gave them. */
  #placed(object: KubeObject): StoredObject {
    const { namespace, ...metadata } = object.metadata;
    return namespace !== undefined && !this.#typeOf(object).namespaced ? { ...object, metadata } : object;
  }

  #refreshKinds(): void {
    const { registry } = this.#cluster;
    if (registry.generation === this.#generation) return;
    this.#generation = registry.generation;
    this.#preferred = new Map();
    this.#versions = new Map();
    for (const { group, version, kind, resource, namespaced, verbs } of registry.all()) {
      if (!verbs.includes('get')) continue;
      const served: ServedKind = { group, version, kind, resource, namespaced };
      this.#versions.set(`${group}/${version}/${kind}`, served);
      if (!this.#preferred.has(`${group}/${kind}`)) this.#preferred.set(`${group}/${kind}`, served);
    }
  }
}
