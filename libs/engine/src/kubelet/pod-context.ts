import type { ContainerFiles } from '../runtime/files/container-files.js';
import type { RunningPod } from '../runtime/running-pods.js';
import type { Pod } from '../types/index.js';
import type { ContainerRun } from './container-run.js';
import type { NodeAgent } from './node-agent.js';
import type { Surroundings } from './surroundings.js';

/** What those who act for a pod need to know of it. */
export interface PodContext {
  readonly pod: Pod;
  readonly surroundings: Surroundings;
  readonly podIp: string;
  /** Makes the file system of a container. */
  readonly files: (run: ContainerRun, env: ReadonlyMap<string, string>) => ContainerFiles;
  /** Has the pod looked at again: something happened from outside. */
  readonly resync: () => void;
}

/** The same once there is a sandbox to start containers in. */
export interface StartContext extends PodContext {
  readonly agent: NodeAgent;
  readonly running: RunningPod;
  /** The environment of a container. Throws ContainerConfigError. */
  readonly environment: (run: ContainerRun) => ReadonlyMap<string, string>;
}
