import type { ContainerFiles } from '../runtime/files/container-files.js';
import type { RunningPod } from '../runtime/running-pods.js';
import type { Pod } from '../types/index.js';
import { awaitsVolume, containerEnvironment, missingVolume, type PodPlace } from './container-config.js';
import { containerFiles } from './container-files.js';
import type { ContainerRun } from './container-run.js';
import { hostnameOf } from './network-files.js';
import type { NodeAgent } from './node-agent.js';
import { PodVolumes } from './pod-volumes.js';
import type { Surroundings } from './surroundings.js';

/** From assignment to the pod's sandbox with its address. */
const SANDBOX_MS = 200;
/** First and longest wait for a volume that can't be mounted (volume manager's exponential back-off). */
const FIRST_MOUNT_RETRY_MS = 500;
const LONGEST_MOUNT_RETRY_MS = 122_000;

/** Where the containers of a pod live: its address, its volumes, and what they see of them. */
export class PodSandbox {
  readonly #agent: NodeAgent;
  readonly #surroundings: Surroundings;
  #pod: Pod;
  #running: RunningPod | undefined;
  #volumes: PodVolumes | undefined;
  #podIp = '';
  #dueMs: number;
  #mountRetryMs = FIRST_MOUNT_RETRY_MS;

  constructor(pod: Pod, agent: NodeAgent, surroundings: Surroundings) {
    this.#pod = pod;
    this.#agent = agent;
    this.#surroundings = surroundings;
    this.#dueMs = surroundings.clock.now() + SANDBOX_MS;
  }

  /** Empty until the sandbox is there. */
  get podIp(): string {
    return this.#podIp;
  }

  /** What others reach of the pod; undefined until the sandbox is there. */
  get running(): RunningPod | undefined {
    return this.#running;
  }

  /** When it is to be tried next. */
  get dueMs(): number {
    return this.#dueMs;
  }

  /** Takes note of a new version of the pod. */
  update(pod: Pod): void {
    this.#pod = pod;
    if (this.#running) this.#running.pod = pod;
  }

  /** Makes the sandbox when its time has come and all volumes are there; true when it is there. */
  prepare(nowMs: number): boolean {
    if (this.#podIp) return true;
    if (this.#dueMs > nowMs) return false;
    const missing = missingVolume(this.#pod, this.#surroundings.sources);
    if (missing === undefined && awaitsVolume(this.#pod, this.#surroundings.sources)) {
      this.#dueMs = nowMs + FIRST_MOUNT_RETRY_MS;
      return false;
    }
    if (missing) {
      this.#surroundings.events.event(this.#pod, 'Warning', 'FailedMount', missing);
      this.#dueMs = nowMs + this.#mountRetryMs;
      this.#mountRetryMs = Math.min(LONGEST_MOUNT_RETRY_MS, this.#mountRetryMs * 2);
      return false;
    }
    if (this.open()) return true;
    this.#surroundings.events.event(
      this.#pod,
      'Warning',
      'FailedCreatePodSandBox',
      `Failed to create pod sandbox: no free address in ${this.#agent.place.podCidr}`,
    );
    this.#dueMs = nowMs + LONGEST_MOUNT_RETRY_MS;
    return false;
  }

  /** Makes the sandbox now; false when the node has no address left. */
  open(): boolean {
    const address = this.#agent.takeAddress(this.#pod);
    if (!address) return false;
    this.#podIp = address;
    this.#running = this.#surroundings.running.enter(this.#pod, address, this.#agent.place.address);
    return true;
  }

  /** Gives the address back. */
  close(): void {
    const { namespace = '', name = '' } = this.#pod.metadata;
    if (this.#running) this.#surroundings.running.leave(namespace, name);
    this.#running = undefined;
    if (this.#podIp && !this.#pod.spec?.hostNetwork) this.#agent.releaseAddress(this.#podIp);
    this.#podIp = '';
  }

  /** The environment of a container. Throws ContainerConfigError. */
  environment(run: ContainerRun): ReadonlyMap<string, string> {
    return containerEnvironment(this.#pod, run.spec, this.#place(), this.#surroundings.sources);
  }

  /** Makes the file system of a container. */
  readonly files = (run: ContainerRun, env: ReadonlyMap<string, string>): ContainerFiles => {
    const { runtime, sources, domain, clock, running, persistent } = this.#surroundings;
    this.#volumes ??= new PodVolumes({
      ...sources,
      hostFiles: this.#agent.hostFiles,
      persistent,
      image: (reference) => runtime.image(reference).root(clock.now()),
      token: (audience, seconds) => running.tokens?.(this.#pod, audience, seconds),
      now: () => clock.now(),
    });
    return containerFiles(run.spec, {
      pod: this.#pod,
      current: () => this.#pod,
      place: this.#place(),
      env,
      domain,
      image: runtime.image(run.spec.image ?? ''),
      volumes: this.#volumes,
      resources: () => run.applied ?? run.spec.resources ?? {},
      sources,
      now: () => clock.now(),
    });
  };

  #place(): PodPlace {
    return {
      podIp: this.#podIp,
      hostIp: this.#agent.place.address,
      allocatable: this.#agent.node?.status?.allocatable,
      capacity: this.#agent.node?.status?.capacity,
      hostname: hostnameOf(this.#pod, this.#agent.name, this.#surroundings.domain),
    };
  }
}
