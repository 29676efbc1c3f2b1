import { Injectable } from '@nestjs/common';
import { ARGO_GROUP } from '@lotse/gitops';
import { CodedError, isJsonObject, type KubeObject } from '@lotse/manifests';
import { CONTROL_NAMESPACE, ClusterHost } from '../cluster/cluster-host.js';

const KIND = { group: ARGO_GROUP, kind: 'ApplicationSet' };

/** How policies name an ApplicationSet: by the project its template puts applications in. */
export function policyObjectOf(set: KubeObject): string {
  const spec = set['spec'];
  const template = isJsonObject(spec) ? spec['template'] : undefined;
  const inner = isJsonObject(template) ? template['spec'] : undefined;
  const project = isJsonObject(inner) ? inner['project'] : undefined;
  return `${typeof project === 'string' && project !== '' ? project : 'default'}/${set.metadata.name ?? ''}`;
}

/** ApplicationSets: objects of the built-in cluster. */
@Injectable()
export class ApplicationSetService {
  constructor(private readonly host: ClusterHost) {}

  async list(): Promise<readonly KubeObject[]> {
    return this.host.client.list(KIND, CONTROL_NAMESPACE);
  }

  /** @throws CodedError `applicationset_not_found`. */
  async get(name: string): Promise<KubeObject> {
    const found = await this.host.client.get({ ...KIND, namespace: CONTROL_NAMESPACE, name });
    if (!found)
      throw new CodedError(
        'applicationset_not_found',
        `There is no ApplicationSet ${JSON.stringify(name.slice(0, 253))}.`,
      );
    return found;
  }

  async remove(name: string): Promise<void> {
    await this.host.client.delete(
      { ...KIND, namespace: CONTROL_NAMESPACE, name },
      { propagation: 'background' },
    );
  }
}
