import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ARGO_API_VERSION, ARGO_GROUP, ClusterError } from '@lotse/gitops';
import { CodedError, type JsonObject, type KubeObject } from '@lotse/manifests';
import { Authorizer } from '../auth/authorizer.js';
import { CONTROL_NAMESPACE, ClusterHost } from '../cluster/cluster-host.js';
import { HttpCodedError } from '../http/status-codes.js';
import { projectPolicyLines } from './project-roles.js';
import { roleNames, RoleTokenService } from './role-token.service.js';
import type { ProjectInput } from './project.schemas.js';

const KIND = { group: ARGO_GROUP, kind: 'AppProject' };
/** The project applications are in when they name none. */
const DEFAULT_PROJECT = 'default';

/** Projects: AppProject objects of the built-in cluster. Their roles' policies are kept known to the authorizer. */
@Injectable()
export class ProjectService implements OnApplicationBootstrap, OnModuleDestroy {
  #policies: readonly string[] = [];
  #stop: (() => void) | undefined;

  constructor(
    private readonly host: ClusterHost,
    private readonly authorizer: Authorizer,
    private readonly tokens: RoleTokenService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.authorizer.useProjectPolicies(() => this.#policies);
    this.#stop = this.host.client.watch(({ type, object, previous }) => {
      if (object.kind === KIND.kind && object.metadata.namespace === CONTROL_NAMESPACE)
        void (
          type === 'DELETED'
            ? this.tokens.removeAllOf(object)
            : this.tokens.removeAllOf(previous ?? object, new Set(roleNames(object)))
        )
          .then(() => this.#readPolicies())
          .then(() => this.authorizer.refresh())
          // a database that is away: rights are looked at again with every question
          .catch(() => undefined);
    });
    await this.#readPolicies();
  }

  onModuleDestroy(): void {
    this.#stop?.();
  }

  async list(): Promise<readonly KubeObject[]> {
    return this.host.client.list(KIND, CONTROL_NAMESPACE);
  }

  /** @throws CodedError `project_not_found`. */
  async get(name: string): Promise<KubeObject> {
    const project = await this.host.client.get(refOf(name));
    if (!project)
      throw new CodedError('project_not_found', `There is no project ${JSON.stringify(name.slice(0, 63))}.`);
    return project;
  }

  /** @throws CodedError `project_already_exists` unless `upsert`. */
  async create(input: ProjectInput, upsert: boolean): Promise<KubeObject> {
    const { name } = input.metadata;
    if (await this.host.client.get(refOf(name))) {
      if (upsert) return this.update(name, input);
      throw new CodedError(
        'project_already_exists',
        `There is a project ${name} already. Send upsert: true to replace it.`,
      );
    }
    return translated(this.host.client.create(objectOf(input)));
  }

  /** Replaces labels, annotations and the whole spec; with a `resourceVersion` only when it is still that one. */
  async update(name: string, input: ProjectInput): Promise<KubeObject> {
    if (input.metadata.name !== name)
      throw new CodedError(
        'project_invalid',
        `The project in the body is ${input.metadata.name}, the one in the address ${name}. A project can't be renamed.`,
      );
    const present = await this.get(name);
    const next = objectOf(input);
    const changed = await translated(
      this.host.client.replace({
        ...next,
        metadata: {
          ...present.metadata,
          ...next.metadata,
          resourceVersion: input.metadata.resourceVersion ?? present.metadata.resourceVersion ?? '',
        },
      }),
    );
    await this.tokens.removeAllOf(present, new Set(roleNames(changed)));
    return changed;
  }

  /** @throws CodedError `project_conflict` while applications are in it. */
  async remove(name: string): Promise<void> {
    await this.get(name);
    if (name === DEFAULT_PROJECT)
      throw new CodedError(
        'project_invalid',
        'The project default stays: applications that name no project are in it.',
      );
    const applications = await this.host.client.list(
      { group: ARGO_GROUP, kind: 'Application' },
      CONTROL_NAMESPACE,
    );
    const inside = applications
      .filter((application) => projectOf(application) === name)
      .map((application) => application.metadata.name ?? '');
    if (inside.length > 0)
      throw new CodedError(
        'project_conflict',
        `The project ${name} has applications (${inside.slice(0, 5).join(', ')}${inside.length > 5 ? ', …' : ''}). Move or delete them first.`,
      );
    await translated(this.host.client.delete(refOf(name), { propagation: 'background' }));
  }

  async #readPolicies(): Promise<void> {
    this.#policies = (await this.list()).flatMap(projectPolicyLines);
  }
}

function refOf(name: string): { group: string; kind: string; namespace: string; name: string } {
  return { ...KIND, namespace: CONTROL_NAMESPACE, name };
}

function objectOf({ metadata, spec }: ProjectInput): KubeObject {
  const { name, labels, annotations } = metadata;
  return {
    apiVersion: ARGO_API_VERSION,
    kind: KIND.kind,
    metadata: {
      name,
      namespace: CONTROL_NAMESPACE,
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
    },
    // Came in as JSON, so it is JSON.
    spec: spec as JsonObject,
  };
}

function projectOf(application: KubeObject): string {
  const spec = application['spec'];
  const project = typeof spec === 'object' && spec !== null && 'project' in spec ? spec.project : undefined;
  return typeof project === 'string' && project !== '' ? project : DEFAULT_PROJECT;
}

/** The cluster's refusals with their own status. */
async function translated<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    throw new HttpCodedError(
      error.code,
      error.code === 409 ? 'project_conflict' : 'project_invalid',
      error.message,
    );
  }
}
