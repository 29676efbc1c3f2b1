import { ARGO_GROUP, type AppProject } from '@lotse/gitops';
import { CONTROL_NAMESPACE } from '../cluster/cluster-host.js';
import type { InProcessClusterClient } from '../cluster/in-process-cluster-client.js';

/** A project as it is now; who names none means `default`. */
export function findProject(client: InProcessClusterClient, name: string): AppProject | undefined {
  const identity = { group: ARGO_GROUP, kind: 'AppProject', namespace: CONTROL_NAMESPACE };
  return client.getNow({ ...identity, name: name || 'default' }) as unknown as AppProject | undefined;
}
