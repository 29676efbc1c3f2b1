import { Injectable } from '@nestjs/common';
import { ARGO_API_VERSION, ARGO_GROUP, sameJson, type ApplicationSet } from '@lotse/gitops';
import { CodedError, isJsonObject, type JsonObject, type KubeObject } from '@lotse/manifests';
import { translate } from '../applications/application.service.js';
import { CONTROL_NAMESPACE, ClusterHost } from '../cluster/cluster-host.js';
import type { ApplicationSetInput } from './application-set.schemas.js';
import { checkApplications } from './check-applications.js';
import { refusePasswords } from './refuse-passwords.js';
import { SetGenerator } from './set-generator.js';

const KIND = { group: ARGO_GROUP, kind: 'ApplicationSet' };

/** How policies name an ApplicationSet: by the project its template puts applications in. */
export function policyObjectOf(set: { metadata: { name?: string }; [key: string]: unknown }): string {
  const spec = set['spec'] as JsonObject | undefined;
  const template = isJsonObject(spec) ? spec['template'] : undefined;
  const inner = isJsonObject(template) ? template['spec'] : undefined;
  const project = isJsonObject(inner) ? inner['project'] : undefined;
  return `${typeof project === 'string' && project !== '' ? project : 'default'}/${set.metadata.name ?? ''}`;
}

/** There is no such set, or the caller may not know of it. */
export function setNotFound(name: string): CodedError {
  return new CodedError(
    'applicationset_not_found',
    `There is no ApplicationSet ${JSON.stringify(name.slice(0, 253))}.`,
  );
}

/** ApplicationSets: objects of the built-in cluster. */
@Injectable()
export class ApplicationSetService {
  constructor(
    private readonly host: ClusterHost,
    private readonly generator: SetGenerator,
  ) {}

  async list(): Promise<readonly KubeObject[]> {
    return this.host.client.list(KIND, CONTROL_NAMESPACE);
  }

  find(name: string): KubeObject | undefined {
    return this.host.client.getNow({ ...KIND, namespace: CONTROL_NAMESPACE, name });
  }

  /** @throws CodedError `applicationset_already_exists` when one of the name is different, unless `upsert`. */
  async create(input: ApplicationSetInput, upsert: boolean): Promise<KubeObject> {
    const wanted = objectOf(input);
    const existing = this.find(input.metadata.name);
    if (!existing) return translate(this.host.client.create(wanted));
    if (sameJson(existing['spec'], wanted['spec'])) return existing;
    if (!upsert)
      throw new CodedError(
        'applicationset_already_exists',
        `The ApplicationSet ${input.metadata.name} exists already and is different. Send ?upsert=true to change it.`,
      );
    return this.replace(input.metadata.name, input);
  }

  /** Replaces spec, labels and annotations. */
  async replace(name: string, input: ApplicationSetInput): Promise<KubeObject> {
    const existing = this.find(name);
    if (!existing) throw setNotFound(name);
    if (input.metadata.name !== name)
      throw new CodedError(
        'applicationset_invalid',
        `The body names ${JSON.stringify(input.metadata.name)}, the path ${JSON.stringify(name)}.`,
      );
    const wanted = objectOf(input);
    const { labels, annotations, finalizers } = wanted.metadata;
    return translate(
      this.host.client.replace({
        ...existing,
        metadata: {
          ...existing.metadata,
          ...(labels && { labels }),
          ...(annotations && { annotations }),
          ...(finalizers && { finalizers }),
        },
        spec: wanted['spec'] ?? {},
      }),
    );
  }

  /** The applications a set would make. @throws CodedError `applicationset_invalid` with what keeps it from that. */
  async generate(input: ApplicationSetInput): Promise<readonly KubeObject[]> {
    const { generation } = await this.generator.generate(objectOf(input) as unknown as ApplicationSet, false);
    if (generation.type === 'failed') throw new CodedError('applicationset_invalid', generation.message);
    const { problems } = checkApplications(generation.applications, this.host.client);
    if (problems.length > 0) throw new CodedError('applicationset_invalid', problems.slice(0, 10).join('; '));
    return generation.applications;
  }

  async remove(name: string): Promise<void> {
    await this.host.client.delete(
      { ...KIND, namespace: CONTROL_NAMESPACE, name },
      { propagation: 'background' },
    );
  }
}

function objectOf({ metadata, spec }: ApplicationSetInput): KubeObject {
  refusePasswords(spec as JsonObject);
  const { name, labels, annotations, finalizers } = metadata;
  return {
    apiVersion: ARGO_API_VERSION,
    kind: KIND.kind,
    metadata: {
      name,
      namespace: CONTROL_NAMESPACE,
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(finalizers && { finalizers }),
    },
    // Came in as JSON, so it is JSON.
    spec: spec as unknown as JsonObject,
  };
}
