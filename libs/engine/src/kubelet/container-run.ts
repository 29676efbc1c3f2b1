import { createHash } from 'node:crypto';
import type { ContainerProcess, ProcessEnd } from '../runtime/container-runtime.js';
import type { Container, ContainerState, ResourceRequirements } from '../types/index.js';
import { formatTime } from '../time.js';
import { BackOff } from './back-off.js';
import type { Prober } from './prober.js';

/** `sidecar` is an init container that keeps running (restartPolicy: Always); `ephemeral` joins a running pod, once. */
export type ContainerRole = 'init' | 'sidecar' | 'main' | 'ephemeral';

export interface Waiting {
  readonly kind: 'waiting';
  readonly reason: string;
  readonly message?: string;
}

export interface Running {
  readonly kind: 'running';
  readonly startedMs: number;
  process: ContainerProcess;
  /** When it will end, by itself or because it was told to; Infinity when nothing says so. */
  endsMs: number;
  end: ProcessEnd | undefined;
  /** Set once it has been told to stop. */
  stopping: boolean;
  /** How long its preStop hook takes. */
  hookMs?: number;
  /** Startup probe passed, or there is none. */
  started: boolean;
  ready: boolean;
}

export interface Terminated {
  readonly kind: 'terminated';
  readonly exitCode: number;
  readonly reason: string;
  readonly message?: string;
  readonly startedMs: number;
  readonly finishedMs: number;
  readonly containerId: string;
}

const LISTS: Readonly<Record<ContainerRole, string>> = {
  init: 'initContainers',
  sidecar: 'initContainers',
  main: 'containers',
  ephemeral: 'ephemeralContainers',
};

/** One container of a pod through all its restarts. */
export class ContainerRun {
  /** What it is started from: of the pod's spec as far as the node has agreed to changes of it. */
  spec: Container;
  readonly role: ContainerRole;
  phase: Waiting | Running | Terminated;
  /** How it ended the time before. */
  last: Terminated | undefined;
  restartCount = 0;
  containerId: string | undefined;
  imageId = '';
  /** The image as the runtime names it, once pulled. */
  imageName: string | undefined;
  /** The resources of its present life. */
  applied: ResourceRequirements | undefined;
  /** Set while it is to start again, whatever the pod's restart policy: its definition has changed. */
  mustRestart = false;
  restartBackOff: BackOff;
  pullBackOff = new BackOff();
  /** What goes on between waiting and running. */
  step: 'idle' | 'pulling' | 'creating' = 'idle';
  /** When the step ends, or when the next try may begin. */
  dueMs = 0;
  pullBeganMs = 0;
  probers: Prober[] = [];

  constructor(
    spec: Container,
    role: ContainerRole,
    phase: ContainerRun['phase'],
    restartBackOff = new BackOff(),
  ) {
    this.spec = spec;
    this.role = role;
    this.phase = phase;
    this.restartBackOff = restartBackOff;
  }

  /** True for a regular init container or main container that ended well, or a container that never will again. */
  get succeeded(): boolean {
    return this.phase.kind === 'terminated' && this.phase.exitCode === 0;
  }

  /** Shows that it waits, and keeps how it ended before that covers it. */
  wait(reason: string, message: string): void {
    if (this.phase.kind === 'terminated') this.last = this.phase;
    this.phase = { kind: 'waiting', reason, message };
  }

  /** `spec.containers{name}`: where events about it point. */
  get fieldPath(): string {
    return `spec.${LISTS[this.role]}{${this.spec.name}}`;
  }
}

/** The id of the `restart`-th instance of a container: always the same for the same pod. */
export function containerIdOf(podUid: string, name: string, restart: number): string {
  return `containerd://${createHash('sha256').update(`${podUid}/${name}/${restart}`).digest('hex')}`;
}

/** A container's state as status shows it. */
export function containerState(phase: ContainerRun['phase']): ContainerState {
  switch (phase.kind) {
    case 'waiting':
      return {
        waiting: { reason: phase.reason, ...(phase.message !== undefined && { message: phase.message }) },
      };
    case 'running':
      return { running: { startedAt: formatTime(phase.startedMs) } };
    case 'terminated':
      return {
        terminated: {
          exitCode: phase.exitCode,
          reason: phase.reason,
          ...(phase.message !== undefined && { message: phase.message }),
          startedAt: formatTime(phase.startedMs),
          finishedAt: formatTime(phase.finishedMs),
          containerID: phase.containerId,
        },
      };
  }
}
