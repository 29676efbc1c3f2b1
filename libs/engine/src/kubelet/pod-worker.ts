import { isApiError } from '../api/api-error.js';
import { Pods } from '../clients/resource-type.js';
import type { ContainerInstance } from '../runtime/running-pods.js';
import { parseTime } from '../time.js';
import type { Pod } from '../types/index.js';
import { Alarm } from './alarm.js';
import { behaviourChanged } from './behaviour-change.js';
import { bringUp } from './bring-up.js';
import { ContainerConfigError } from './container-config.js';
import { endContainers } from './container-end.js';
import type { ContainerRun } from './container-run.js';
import { stepTowardsRunning } from './container-starter.js';
import { stopContainer } from './container-stopper.js';
import { takeUpImages } from './definition-changes.js';
import { launch } from './launch.js';
import { nextLookMs } from './next-look.js';
import type { NodeAgent, NodePod } from './node-agent.js';
import { refusal } from './pod-admission.js';
import { addEphemeral, containersOf } from './pod-containers.js';
import type { PodContext, StartContext } from './pod-context.js';
import { allocatedPod, PodResize } from './pod-resize.js';
import { PodSandbox } from './pod-sandbox.js';
import { podStatus } from './pod-status.js';
import { probeRound } from './probe-round.js';
import { resumedContainers } from './resumed-containers.js';
import type { Surroundings } from './surroundings.js';

/**
 * A pod that is turned away learns it so long after it came: a controller that replaces it at once must not run faster than
 * time does.
 */
const REFUSAL_MS = 1000;
/** After an error nothing is tried for so long: what fails at once must not be tried at once. */
const ERROR_RETRY_MS = 10_000;

/**
 * One pod on its node. `sync` looks at what should be and what is, does what is due and sets the alarm for the next thing;
 * it may be called at any time. Status is written once per call, and only when something it shows has changed.
 */
export class PodWorker implements NodePod {
  readonly #agent: NodeAgent;
  readonly #surroundings: Surroundings;
  readonly #containers: ContainerRun[];
  readonly #startMs: number;
  readonly #resize = new PodResize();
  readonly #sandbox: PodSandbox;
  readonly #alarm: Alarm;
  #pod: Pod;
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
    this.#sandbox = new PodSandbox(pod, agent, surroundings);
    this.#alarm = new Alarm(surroundings.clock, this.sync);
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
    this.#sandbox.update(pod);
    const { running } = this.#sandbox;
    if (before.metadata.annotations !== pod.metadata.annotations && running)
      if (behaviourChanged(this.#containers, running, this.#view())) this.#changed = true;
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
    this.#alarm.cancel();
    this.#agent.waitingForRoom.delete(this);
    this.#tellOthers();
    this.#sandbox.close();
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
    this.#sandbox.open();
    for (const { run, startedMs, started, ready } of running) {
      let env: ReadonlyMap<string, string> = new Map();
      try {
        env = this.#sandbox.environment(run);
      } catch (error) {
        if (!(error instanceof ContainerConfigError)) throw error;
      }
      const context = this.#startContext();
      if (context) launch(run, context, env, startedMs, { started, ready });
    }
  }

  /** What those who act for this worker need to know. */
  #view(): PodContext {
    return {
      pod: this.#pod,
      surroundings: this.#surroundings,
      podIp: this.#sandbox.podIp,
      files: this.#sandbox.files,
      resync: this.sync,
    };
  }

  #startContext(): StartContext | undefined {
    const { running } = this.#sandbox;
    if (!running) return undefined;
    const environment: StartContext['environment'] = (run) => this.#sandbox.environment(run);
    return { ...this.#view(), agent: this.#agent, running, environment };
  }

  /** Brings up what is missing, in order: sandbox, init containers one by one, sidecars, main containers. */
  #run(): void {
    const nowMs = this.#surroundings.clock.now();
    if (!this.#sandbox.prepare(nowMs)) return;
    this.#runEphemeral();
    const policy = this.#pod.spec?.restartPolicy ?? 'Always';
    if (bringUp(this.#containers, policy, (run) => this.#advance(run)) === 'ended') this.#finish();
  }

  /** Containers that were added to the running pod; each is started once, whatever becomes of it. */
  #runEphemeral(): void {
    if (addEphemeral(this.#pod, this.#containers)) this.#changed = true;
    for (const run of this.#containers)
      if (run.role === 'ephemeral' && run.phase.kind === 'waiting') this.#advance(run);
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

  #endContainers(): void {
    const nowMs = this.#surroundings.clock.now();
    const { running } = this.#sandbox;
    const catchUp = (): void => {
      if (running) this.#surroundings.running.catchUp(running, nowMs);
    };
    const lifeOf = (name: string): ContainerInstance | undefined => running?.containers.get(name)?.current;
    if (endContainers(this.#containers, nowMs, catchUp, lifeOf)) this.#changed = true;
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
      podIp: this.#sandbox.podIp,
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
    this.#alarm.cancel();
    client.delete(Pods, namespace, name, {
      gracePeriodSeconds: 0,
      ...(uid !== undefined && { preconditions: { uid } }),
    });
  }

  #setAlarm(): void {
    let dueMs = Infinity;
    if (!this.#finished) {
      if (!this.#sandbox.podIp && !this.#stopping) dueMs = this.#sandbox.dueMs;
      const isStopping = this.#stopping !== undefined;
      const nowMs = this.#surroundings.clock.now();
      dueMs = Math.min(dueMs, nextLookMs(this.#containers, { nowMs, isStopping }));
      if (!isStopping) dueMs = Math.min(dueMs, this.#resize.dueMs);
      const deadline = this.#pod.spec?.activeDeadlineSeconds;
      if (deadline !== undefined && !this.#stopping) dueMs = Math.min(dueMs, this.#startMs + deadline * 1000);
    }
    if (this.#surroundings.clock.now() < this.#refusedUntilMs) dueMs = this.#refusedUntilMs;
    if (dueMs !== Infinity) dueMs = Math.max(dueMs, this.#failedUntilMs);
    this.#alarm.setTo(this.#stopped ? Infinity : dueMs);
  }
}
