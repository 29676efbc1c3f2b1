import { isApiError } from '../api/api-error.js';
import { Pods } from '../clients/resource-type.js';
import type { Timer } from '../clock.js';
import type { ContainerFiles } from '../runtime/files/container-files.js';
import type { RunningPod } from '../runtime/running-pods.js';
import { parseTime } from '../time.js';
import type { Pod } from '../types/index.js';
import { behaviourChanged } from './behaviour-change.js';
import {
  awaitsVolume,
  ContainerConfigError,
  containerEnvironment,
  missingVolume,
  type PodPlace,
} from './container-config.js';
import type { ContainerRun, Running, Terminated } from './container-run.js';
import { addEphemeral, containersOf, noteEnd, shouldStart } from './pod-containers.js';
import { launch, stepTowardsRunning, type StartContext } from './container-starter.js';
import { stopContainer } from './container-stopper.js';
import type { NodeAgent } from './node-agent.js';
import { refusal } from './pod-admission.js';
import { allocatedPod, PodResize } from './pod-resize.js';
import { podStatus } from './pod-status.js';
import { terminationMessage } from './termination-message.js';
import type { ProcessEnd } from '../runtime/container-runtime.js';
import { probeRound } from './probe-round.js';
import { containerFiles } from './container-files.js';
import { takeUpImages } from './definition-changes.js';
import { hostnameOf } from './network-files.js';
import { nextLookMs } from './next-look.js';
import { PodVolumes } from './pod-volumes.js';
import { resumedContainers } from './resumed-containers.js';
import type { Surroundings } from './surroundings.js';

/** From assignment to the pod's sandbox with its address. */
const SANDBOX_MS = 200;
/**
 * A pod that is turned away learns it so long after it came: a controller that replaces it at once must not run faster than
 * time does.
 */
const REFUSAL_MS = 1000;
/** After an error nothing is tried for so long: what fails at once must not be tried at once. */
const ERROR_RETRY_MS = 10_000;
/** First and longest wait for a volume that can't be mounted (volume manager's exponential back-off). */
const FIRST_MOUNT_RETRY_MS = 500;
const LONGEST_MOUNT_RETRY_MS = 122_000;

/**
 * One pod on its node. `sync` looks at what should be and what is, does what is due and sets the alarm for the next thing;
 * it may be called at any time. Status is written once per call, and only when something it shows has changed.
 */
export class PodWorker {
  readonly #agent: NodeAgent;
  readonly #surroundings: Surroundings;
  readonly #containers: ContainerRun[];
  readonly #startMs: number;
  readonly #resize = new PodResize();
  #pod: Pod;
  #running: RunningPod | undefined;
  #volumes: PodVolumes | undefined;
  #podIp = '';
  #sandboxDueMs: number;
  #mountRetryMs = FIRST_MOUNT_RETRY_MS;
  #timer: Timer | undefined;
  #timerMs = Infinity;
  #failedUntilMs = 0;
  #refusedUntilMs = 0;
  #changed = true;
  #stopping: { readonly graceMs: number } | undefined;
  #ended: { reason?: string; message?: string } | undefined;
  #finished = false;
  #stopped = false;

  constructor(pod: Pod, agent: NodeAgent, surroundings: Surroundings) {
    this.#pod = pod;
    this.#agent = agent;
    this.#surroundings = surroundings;
    const nowMs = surroundings.clock.now();
    this.#startMs = parseTime(pod.status?.startTime) ?? nowMs;
    this.#containers = containersOf(pod);
    this.#sandboxDueMs = nowMs + SANDBOX_MS;
    if (pod.status?.startTime) this.#resume();
    else this.#admit();
  }

  get pod(): Pod {
    return this.#pod;
  }

  /** True when its containers will never run again: it takes none of the node any more. */
  get isFinished(): boolean {
    return this.#finished;
  }

  /** Takes note of a new version of the pod. */
  update(pod: Pod): void {
    const before = this.#pod;
    this.#pod = pod;
    if (this.#running) this.#running.pod = pod;
    if (before.metadata.annotations !== pod.metadata.annotations && this.#running)
      if (behaviourChanged(this.#containers, this.#running, this.#view())) this.#changed = true;
    // That the spec was seen is shown, too.
    if (before.metadata.generation !== pod.metadata.generation) this.#changed = true;
    if (before.spec !== pod.spec && !this.#stopping && !this.#finished)
      takeUpImages(this.#containers, this.#view());
    if (
      before.spec !== pod.spec ||
      before.metadata.deletionTimestamp !== pod.metadata.deletionTimestamp ||
      before.metadata.annotations !== pod.metadata.annotations ||
      before.status !== pod.status
    ) {
      // What others wrote into the status is put right again: the kubelet knows better (status manager's reconcile).
      if (before.status !== pod.status) this.#changed = true;
      this.sync();
    }
  }

  /** Writes the status again as it should be: nobody knows what happened to it meanwhile. */
  resync(): void {
    this.#changed = true;
    this.sync();
  }

  /** The pod is gone from the API, or the engine stops: no more may happen. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#agent.waitingForRoom.delete(this);
    this.#tellOthers();
    const { namespace = '', name = '' } = this.#pod.metadata;
    if (this.#running) this.#surroundings.running.leave(namespace, name);
    this.#running = undefined;
    if (this.#podIp && !this.#pod.spec?.hostNetwork) this.#agent.releaseAddress(this.#podIp);
    this.#podIp = '';
  }

  readonly sync = (): void => {
    if (this.#stopped || this.#agent.down) return;
    if (this.#surroundings.clock.now() < this.#refusedUntilMs) return this.#setAlarm();
    try {
      this.#endContainers();
      if (this.#pod.metadata.deletionTimestamp || this.#deadlinePassed()) this.#beginStopping();
      if (this.#stopping) this.#continueStopping();
      else if (!this.#finished) {
        if (this.#resized()) this.#changed = true;
        this.#run();
      }
      if (probeRound(this.#containers, this.#view())) this.#changed = true;
      this.#writeStatus();
      if (this.#finished && this.#pod.metadata.deletionTimestamp) return this.#remove();
    } catch (error) {
      if (isApiError(error, 'NotFound') || isApiError(error, 'Conflict')) return;
      const { namespace = '', name = '' } = this.#pod.metadata;
      this.#surroundings.onError(`${namespace}/${name}`, error);
      this.#failedUntilMs = this.#surroundings.clock.now() + ERROR_RETRY_MS;
    }
    this.#setAlarm();
  };

  /** The pod as far as its node has agreed to what it asks for. */
  get allocated(): Pod {
    return allocatedPod(this.#pod, this.#containers);
  }

  #others(): Pod[] {
    const others: Pod[] = [];
    for (const worker of this.#agent.workers.values())
      if (worker !== this && !worker.isFinished) others.push(worker.allocated);
    return others;
  }

  /** Brings resources to what the spec asks for. Those who wait for room look again when there may be more of it. */
  #resized(): boolean {
    const before = this.#resize.conditions;
    const changed = this.#resize.sync(this.#containers, this.#view(), {
      node: this.#agent.node,
      others: () => this.#others(),
    });
    if (this.#resize.conditions.pending) this.#agent.waitingForRoom.add(this);
    else this.#agent.waitingForRoom.delete(this);
    if (!before.inProgress && this.#resize.conditions.inProgress) this.#tellOthers();
    return changed;
  }

  #tellOthers(): void {
    if (this.#agent.waitingForRoom.size > 0) this.#surroundings.clock.defer(() => this.#agent.roomChanged());
  }

  #admit(): void {
    const { node } = this.#agent;
    const refused = node && refusal(this.#pod, node, this.#others());
    if (!refused) return;
    this.#ended = refused;
    this.#refusedUntilMs = this.#startMs + REFUSAL_MS;
    this.#finished = true;
    this.#surroundings.events.event(this.#pod, 'Warning', refused.reason, refused.message);
  }

  #resume(): void {
    const { phase, podIP, reason, message } = this.#pod.status ?? {};
    if (phase === 'Succeeded' || phase === 'Failed') {
      this.#finished = true;
      this.#ended = { ...(reason !== undefined && { reason }), ...(message !== undefined && { message }) };
    }
    const running = resumedContainers(this.#pod, this.#containers);
    if (!podIP || this.#finished) return;
    this.#openSandbox();
    for (const { run, startedMs, started, ready } of running) {
      let env: ReadonlyMap<string, string> = new Map();
      try {
        env = this.#environment(run);
      } catch (error) {
        if (!(error instanceof ContainerConfigError)) throw error;
      }
      const context = this.#startContext();
      if (context) launch(run, context, env, startedMs, { started, ready });
    }
  }

  #place(): PodPlace {
    return {
      podIp: this.#podIp,
      hostIp: this.#agent.place.address,
      allocatable: this.#agent.node?.status?.allocatable,
      capacity: this.#agent.node?.status?.capacity,
      hostname: hostnameOf(this.#pod, this.#agent.name, this.#surroundings.domain),
    };
  }

  #environment(run: ContainerRun): ReadonlyMap<string, string> {
    return containerEnvironment(this.#pod, run.spec, this.#place(), this.#surroundings.sources);
  }

  readonly #files = (run: ContainerRun, env: ReadonlyMap<string, string>): ContainerFiles => {
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

  #openSandbox(): boolean {
    const address = this.#agent.takeAddress(this.#pod);
    if (!address) return false;
    this.#podIp = address;
    this.#running = this.#surroundings.running.enter(this.#pod, address, this.#agent.place.address);
    return true;
  }

  /** What those who act for this worker need to know. */
  #view(): Omit<StartContext, 'agent' | 'running'> {
    return {
      pod: this.#pod,
      surroundings: this.#surroundings,
      podIp: this.#podIp,
      files: this.#files,
      resync: this.sync,
    };
  }

  #startContext(): StartContext | undefined {
    return this.#running && { ...this.#view(), agent: this.#agent, running: this.#running };
  }

  /** Brings up what is missing, in order: sandbox, init containers one by one, sidecars, main containers. */
  #run(): void {
    const nowMs = this.#surroundings.clock.now();
    if (!this.#podIp && !this.#prepareSandbox(nowMs)) return;
    this.#runEphemeral();
    const policy = this.#pod.spec?.restartPolicy ?? 'Always';
    for (const run of this.#containers) {
      if (run.role === 'main' || run.role === 'ephemeral') continue;
      if (run.role === 'sidecar') {
        if (run.phase.kind !== 'running') this.#advance(run);
        if (run.phase.kind !== 'running' || !run.phase.started) {
          if (!run.last && run.phase.kind !== 'terminated') return;
        }
        continue;
      }
      if (run.succeeded) continue;
      if (run.phase.kind === 'terminated' && !shouldStart(run, policy)) return this.#finish();
      if (run.phase.kind !== 'running') this.#advance(run);
      if (!run.succeeded) return;
    }
    let ongoing = false;
    for (const run of this.#containers) {
      if (run.role !== 'main') continue;
      if (run.phase.kind !== 'running' && shouldStart(run, policy)) this.#advance(run);
      if (run.phase.kind === 'running' || shouldStart(run, policy)) ongoing = true;
      // Containers are created one after another: a pull holds up those behind it.
      if (run.phase.kind !== 'running' && run.step !== 'idle') return;
    }
    if (!ongoing) this.#finish();
  }

  /** Containers that were added to the running pod; each is started once, whatever becomes of it. */
  #runEphemeral(): void {
    if (addEphemeral(this.#pod, this.#containers)) this.#changed = true;
    for (const run of this.#containers)
      if (run.role === 'ephemeral' && run.phase.kind === 'waiting') this.#advance(run);
  }

  #prepareSandbox(nowMs: number): boolean {
    if (this.#sandboxDueMs > nowMs) return false;
    const missing = missingVolume(this.#pod, this.#surroundings.sources);
    if (missing === undefined && awaitsVolume(this.#pod, this.#surroundings.sources)) {
      this.#sandboxDueMs = nowMs + FIRST_MOUNT_RETRY_MS;
      return false;
    }
    if (missing) {
      this.#surroundings.events.event(this.#pod, 'Warning', 'FailedMount', missing);
      this.#sandboxDueMs = nowMs + this.#mountRetryMs;
      this.#mountRetryMs = Math.min(LONGEST_MOUNT_RETRY_MS, this.#mountRetryMs * 2);
      return false;
    }
    if (this.#openSandbox()) return true;
    this.#surroundings.events.event(
      this.#pod,
      'Warning',
      'FailedCreatePodSandBox',
      `Failed to create pod sandbox: no free address in ${this.#agent.place.podCidr}`,
    );
    this.#sandboxDueMs = nowMs + LONGEST_MOUNT_RETRY_MS;
    return false;
  }

  #advance(run: ContainerRun): void {
    const context = this.#startContext();
    if (!context) return;
    // Steps that take no time follow at once.
    for (let before = ''; before !== `${run.step}${run.dueMs}${run.phase.kind}`;) {
      before = `${run.step}${run.dueMs}${run.phase.kind}`;
      if (stepTowardsRunning(run, context)) this.#changed = true;
      if (run.phase.kind === 'running') return;
    }
  }

  /** Notes the containers that have ended by now. */
  #endContainers(): void {
    const nowMs = this.#surroundings.clock.now();
    const due = this.#containers.some(
      ({ phase }) => phase.kind === 'running' && phase.startedMs + phase.process.wakeMs <= nowMs,
    );
    if (due && this.#running) this.#surroundings.running.catchUp(this.#running, nowMs);
    for (const run of this.#containers) {
      const { phase } = run;
      if (due && phase.kind === 'running') noteEnd(phase);
      if (phase.kind === 'running' && phase.endsMs <= nowMs) this.#terminate(run, phase, phase.endsMs);
    }
  }

  #terminate(run: ContainerRun, phase: Running, finishedMs: number): void {
    const end: ProcessEnd = phase.end ?? { exitCode: 137, afterMs: 0 };
    phase.process.advance(finishedMs - phase.startedMs);
    const life = this.#running?.containers.get(run.spec.name)?.current;
    const message = end.message ?? (life && terminationMessage(run.spec, life, finishedMs, end.exitCode));
    const terminated: Terminated = {
      kind: 'terminated',
      exitCode: end.exitCode,
      reason: end.reason ?? (end.exitCode === 0 ? 'Completed' : 'Error'),
      ...(message && { message }),
      startedMs: phase.startedMs,
      finishedMs,
      containerId: run.containerId ?? '',
    };
    run.phase = terminated;
    run.probers = [];
    run.step = 'idle';
    run.dueMs = 0;
    if (life) life.endedMs = finishedMs;
    this.#changed = true;
  }

  #deadlinePassed(): boolean {
    const seconds = this.#pod.spec?.activeDeadlineSeconds;
    if (seconds === undefined || this.#finished || this.#stopping) return false;
    if (this.#surroundings.clock.now() < this.#startMs + seconds * 1000) return false;
    this.#ended = {
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    };
    this.#changed = true;
    this.#surroundings.events.event(this.#pod, 'Normal', 'DeadlineExceeded', this.#ended.message ?? '');
    return true;
  }

  #beginStopping(): void {
    const grace =
      this.#pod.metadata.deletionGracePeriodSeconds ?? this.#pod.spec?.terminationGracePeriodSeconds ?? 30;
    const shortened = this.#stopping !== undefined && grace * 1000 < this.#stopping.graceMs;
    if (this.#stopping && !shortened) return;
    this.#stopping = { graceMs: grace * 1000 };
    for (const run of this.#containers) {
      if (run.role === 'sidecar') continue;
      run.step = 'idle';
      this.#stopContainer(run, grace * 1000, shortened);
    }
  }

  /** Main containers end together; then sidecars, last one first. When all have ended, the pod has. */
  #continueStopping(): void {
    this.#endContainers();
    if (this.#containers.some(({ role, phase }) => role !== 'sidecar' && phase.kind === 'running')) return;
    const sidecars = this.#containers.filter(
      ({ role, phase }) => role === 'sidecar' && phase.kind === 'running',
    );
    const last = sidecars.at(-1);
    if (last) {
      this.#stopContainer(last, this.#stopping?.graceMs ?? 0);
      return;
    }
    this.#finished = true;
    this.#changed = true;
    this.#tellOthers();
  }

  #stopContainer(run: ContainerRun, graceMs: number, again = false): void {
    stopContainer(run, { graceMs, message: `Stopping container ${run.spec.name}`, again }, this.#view());
  }

  #finish(): void {
    if (this.#finished) return;
    for (const run of this.#containers) if (run.role === 'ephemeral') this.#stopContainer(run, 0);
    this.#stopping = { graceMs: (this.#pod.spec?.terminationGracePeriodSeconds ?? 30) * 1000 };
    this.#continueStopping();
  }

  #writeStatus(): void {
    if (!this.#changed) return;
    const { clock, client, pods } = this.#surroundings;
    const { namespace, name = '', uid } = this.#pod.metadata;
    const current = pods.get(namespace, name);
    this.#changed = false;
    if (!current || current.metadata.uid !== uid) return;
    const status = podStatus({
      pod: current,
      nowMs: clock.now(),
      startMs: this.#startMs,
      hostIp: this.#agent.place.address,
      podIp: this.#podIp,
      containers: this.#containers,
      ended: this.#ended,
      finished: this.#finished,
      resize: this.#resize.conditions,
    });
    this.#pod = client.updateStatus(Pods, { ...current, status });
  }

  #remove(): void {
    const { namespace, name = '', uid } = this.#pod.metadata;
    const { client } = this.#surroundings;
    this.#timer?.cancel();
    client.delete(Pods, namespace, name, {
      gracePeriodSeconds: 0,
      ...(uid !== undefined && { preconditions: { uid } }),
    });
  }

  #setAlarm(): void {
    let dueMs = Infinity;
    if (!this.#finished) {
      if (!this.#podIp && !this.#stopping) dueMs = this.#sandboxDueMs;
      const isStopping = this.#stopping !== undefined;
      const nowMs = this.#surroundings.clock.now();
      dueMs = Math.min(dueMs, nextLookMs(this.#containers, { nowMs, isStopping }));
      if (!isStopping) dueMs = Math.min(dueMs, this.#resize.dueMs);
      const deadline = this.#pod.spec?.activeDeadlineSeconds;
      if (deadline !== undefined && !this.#stopping) dueMs = Math.min(dueMs, this.#startMs + deadline * 1000);
    }
    if (this.#surroundings.clock.now() < this.#refusedUntilMs) dueMs = this.#refusedUntilMs;
    if (dueMs !== Infinity) dueMs = Math.max(dueMs, this.#failedUntilMs);
    if (dueMs === this.#timerMs && this.#timer) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerMs = dueMs;
    if (dueMs === Infinity || this.#stopped) return;
    const { clock } = this.#surroundings;
    this.#timer = clock.after(dueMs - clock.now(), () => {
      this.#timer = undefined;
      this.sync();
    });
  }
}
