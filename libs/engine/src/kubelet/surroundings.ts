import type { Client, Lister } from '../clients/client.js';
import type { EventRecorder } from '../clients/event-recorder.js';
import type { Clock } from '../clock.js';
import type { ContainerRuntime } from '../runtime/container-runtime.js';
import type { ClusterRuntime } from '../runtime/cluster-runtime.js';
import type { DirectoryNode } from '../runtime/files/file-node.js';
import type { RunningPods } from '../runtime/running-pods.js';
import type { Pod } from '../types/index.js';
import type { ConfigSources } from './config-sources.js';

/** What pod workers use of the world; shared by all of them. */
export interface Surroundings {
  readonly clock: Clock;
  readonly client: Client;
  readonly events: EventRecorder;
  readonly pods: Lister<Pod>;
  readonly runtime: ContainerRuntime;
  readonly running: RunningPods;
  /** The network of the cluster. */
  readonly reach: ClusterRuntime;
  /** Domain of cluster DNS. */
  readonly domain: string;
  /** What a persistent volume holds. */
  readonly persistent: (volumeName: string) => DirectoryNode;
  readonly sources: ConfigSources;
  readonly onError: (key: string, error: unknown) => void;
}
