import { Injectable } from '@nestjs/common';
import { CONTROL_NAMESPACE, ClusterHost, IN_CLUSTER } from '../cluster/cluster-host.js';
import { ARGO_GROUP } from '@lotse/gitops';
import { KUBERNETES_VERSION } from '../applications/kubernetes-version.js';

/** A destination, in the shape of Argo CD's. */
export interface Cluster {
  readonly server: string;
  readonly name: string;
  readonly serverVersion: string;
  readonly connectionState: { readonly status: 'Successful' | 'Failed'; readonly message: string };
  readonly info: {
    readonly applicationsCount: number;
    readonly nodesCount: number;
    readonly podsCount: number;
  };
}

/** Knows the clusters: today the built-in one. */
@Injectable()
export class ClusterService {
  constructor(private readonly host: ClusterHost) {}

  async list(): Promise<readonly Cluster[]> {
    const { store } = this.host.cluster;
    const applications = await this.host.client.list(
      { group: ARGO_GROUP, kind: 'Application' },
      CONTROL_NAMESPACE,
    );
    const { failure } = this.host.journal;
    return [
      {
        server: IN_CLUSTER,
        name: 'in-cluster',
        serverVersion: KUBERNETES_VERSION,
        connectionState:
          failure === undefined
            ? { status: 'Successful', message: '' }
            : { status: 'Failed', message: failure },
        info: {
          applicationsCount: applications.length,
          nodesCount: store.table('/nodes').objects.size,
          podsCount: store.table('/pods').objects.size,
        },
      },
    ];
  }
}
