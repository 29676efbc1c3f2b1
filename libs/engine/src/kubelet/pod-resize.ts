import { compareQuantities } from '../registry/quantity.js';
import { jsonEqual } from '../registry/json-equal.js';
import { NodeInfo } from '../scheduler/node-info.js';
import { podInfo } from '../scheduler/pod-info.js';
import type { Container, Node, Pod, ResourceRequirements } from '../types/index.js';
import type { ContainerRun } from './container-run.js';
import { stopContainer } from './container-stopper.js';
import { shortage } from './pod-admission.js';
import type { PodContext } from './pod-context.js';

/** From the node's agreement to new resources to their being in force. */
const APPLY_MS = 500;

/** A condition that tells of a resize. */
export interface ResizeCondition {
  readonly reason?: string;
  readonly message?: string;
  /** Of the pod, when that resize was asked for. */
  readonly generation: number;
}

/** Why a resize waits, and that one is under way. */
export interface ResizeConditions {
  readonly pending?: ResizeCondition;
  readonly inProgress?: ResizeCondition;
}

const NONE: ResizeConditions = {};

/** The node a resize is to fit on, and the pods on it as far as it has agreed to what they ask for. */
export interface ResizeRoom {
  readonly node: Node | undefined;
  readonly others: () => Iterable<Pod>;
}

type Context = Pick<PodContext, 'pod' | 'surroundings' | 'podIp'>;

/**
 * Brings the resources of a pod's containers to what its spec asks for: first the node has to agree, which it does when there
 * is room, then they are changed in place, or the container is started again where its policy says so (kubelet/allocation).
 */
export class PodResize {
  #conditions = NONE;
  /** When what was agreed to is to be applied. */
  dueMs = Infinity;

  get conditions(): ResizeConditions {
    return this.#conditions;
  }

  /** Takes up what the spec asks for and applies what is due. True when something changed that status shows. */
  sync(runs: readonly ContainerRun[], context: Context, room: ResizeRoom): boolean {
    const agreed = this.#agree(runs, context, room);
    const applied = this.#apply(runs, context);
    return agreed || applied;
  }

  #agree(runs: readonly ContainerRun[], { pod, surroundings }: Context, room: ResizeRoom): boolean {
    const changed = wantedChanges(runs, pod);
    if (changed.length === 0) {
      if (!this.#conditions.pending) return false;
      this.#conditions = omit(this.#conditions, 'pending');
      return true;
    }
    const generation = pod.metadata.generation ?? 0;
    const short = shortageOn(room, pod);
    if (short !== undefined) {
      const { pending } = this.#conditions;
      if (pending?.message === short && pending.generation === generation) return false;
      this.#conditions = {
        ...this.#conditions,
        pending: { reason: 'Deferred', message: short, generation },
      };
      const summary = resizeSummary(pod, generation, short);
      if (pending?.generation !== generation)
        surroundings.events.event(pod, 'Warning', 'ResizeDeferred', `Pod resize Deferred: ${summary}`);
      return true;
    }
    for (const { run, resources } of changed) run.spec = { ...run.spec, resources };
    this.#conditions = { inProgress: { generation } };
    this.dueMs = surroundings.clock.now() + APPLY_MS;
    const summary = resizeSummary(pod, generation);
    surroundings.events.event(pod, 'Normal', 'ResizeStarted', `Pod resize started: ${summary}`);
    return true;
  }

  #apply(runs: readonly ContainerRun[], context: Context): boolean {
    const { inProgress } = this.#conditions;
    const { clock, events } = context.surroundings;
    if (!inProgress || clock.now() < this.dueMs) return false;
    this.dueMs = Infinity;
    const { pod } = context;
    let changed = false;
    for (const run of runs) {
      const { phase, spec, applied } = run;
      if (phase.kind !== 'running' || phase.stopping || !applied) continue;
      const wanted = spec.resources ?? {};
      if (jsonEqual(applied, wanted)) continue;
      if (needsRestart(spec, applied, wanted)) {
        run.mustRestart = true;
        const graceMs = (pod.spec?.terminationGracePeriodSeconds ?? 30) * 1000;
        stopContainer(run, { graceMs, message: `Container ${spec.name} resize requires restart` }, context);
      } else {
        run.applied = wanted;
        changed = true;
      }
    }
    const isUnderWay = runs.some(
      (run) =>
        run.mustRestart ||
        (run.phase.kind === 'running' && !jsonEqual(run.applied, run.spec.resources ?? {})),
    );
    if (isUnderWay) {
      // The next look comes with what the containers do.
      this.dueMs = clock.now() + APPLY_MS;
      return changed;
    }
    this.#conditions = omit(this.#conditions, 'inProgress');
    const summary = resizeSummary(pod, inProgress.generation);
    events.event(pod, 'Normal', 'ResizeCompleted', `Pod resize completed: ${summary}`);
    return true;
  }
}

/** The pod as far as its node has agreed to what it asks for. */
export function allocatedPod(pod: Pod, runs: readonly ContainerRun[]): Pod {
  if (!pod.spec || wantedChanges(runs, pod).length === 0) return pod;
  const allocated = (list: readonly Container[]): Container[] =>
    list.map((container) => {
      const resources = runs.find(({ spec }) => spec.name === container.name)?.spec.resources;
      return resources ? { ...container, resources } : container;
    });
  const { containers, initContainers } = pod.spec;
  return {
    ...pod,
    spec: {
      ...pod.spec,
      containers: allocated(containers),
      ...(initContainers && { initContainers: allocated(initContainers) }),
    },
  };
}

function wantedChanges(
  runs: readonly ContainerRun[],
  { spec }: Pod,
): { readonly run: ContainerRun; readonly resources: ResourceRequirements }[] {
  return runs.flatMap((run) => {
    if (run.role === 'ephemeral' || run.role === 'init') return [];
    const list = run.role === 'main' ? spec?.containers : spec?.initContainers;
    const wanted = list?.find(({ name }) => name === run.spec.name);
    const resources = wanted?.resources ?? {};
    return !wanted || jsonEqual(resources, run.spec.resources ?? {}) ? [] : [{ run, resources }];
  });
}

function shortageOn({ node, others }: ResizeRoom, pod: Pod): string | undefined {
  if (!node) return undefined;
  const info = new NodeInfo(node);
  for (const other of others()) info.add(podInfo(other));
  return shortage(podInfo(pod), info)?.message;
}

/** True when an amount that changes belongs to a resource whose change a container does not live through. */
function needsRestart(
  { resizePolicy = [] }: Container,
  before: ResourceRequirements,
  after: ResourceRequirements,
): boolean {
  const differs = (name: string, part: 'limits' | 'requests'): boolean =>
    compareQuantities(before[part]?.[name] ?? '0', after[part]?.[name] ?? '0') !== 0;
  return resizePolicy.some(
    ({ resourceName, restartPolicy }) =>
      restartPolicy === 'RestartContainer' &&
      (differs(resourceName, 'limits') || differs(resourceName, 'requests')),
  );
}

function resizeSummary({ spec }: Pod, generation: number, error?: string): string {
  const summary = (list: readonly Container[] | undefined) =>
    list?.map(({ name, resources: { limits, requests } = {} }) => ({
      name,
      resources: { ...(limits && { limits }), ...(requests && { requests }) },
    }));
  const initContainers = summary(spec?.initContainers);
  return JSON.stringify({
    ...(initContainers?.length && { initContainers }),
    containers: summary(spec?.containers),
    generation,
    ...(error !== undefined && { error }),
  });
}

function omit(conditions: ResizeConditions, key: keyof ResizeConditions): ResizeConditions {
  const { [key]: _, ...rest } = conditions;
  return rest;
}
