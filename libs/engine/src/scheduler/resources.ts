import { milliValue, wholeValue } from '../quantity.js';
import type { Container, PodSpec } from '../types/index.js';

/** What a container without requests is assumed to use when nodes are compared (scheduler util/pod_resources.go). */
const ASSUMED_MILLI_CPU = 100;
const ASSUMED_MEMORY = 200 * 1024 * 1024;

/** Amounts of resources. CPU in thousandths of a core, memory and storage in bytes, the rest in whole units. */
export interface Resources {
  milliCpu: number;
  memory: number;
  ephemeralStorage: number;
  /** Extended resources and huge pages by name. */
  others: Map<string, number> | undefined;
}

export const noResources = (): Resources => ({
  milliCpu: 0,
  memory: 0,
  ephemeralStorage: 0,
  others: undefined,
});

/** Reads a ResourceList. */
export function readResources(list: Readonly<Record<string, string>> | undefined): Resources {
  const result = noResources();
  for (const [name, quantity] of Object.entries(list ?? {})) {
    if (name === 'cpu') result.milliCpu = milliValue(quantity);
    else if (name === 'memory') result.memory = wholeValue(quantity);
    else if (name === 'ephemeral-storage') result.ephemeralStorage = wholeValue(quantity);
    else if (name !== 'pods') (result.others ??= new Map()).set(name, wholeValue(quantity));
  }
  return result;
}

/** Adds `sign` times `amount` to `total`. */
export function addResources(total: Resources, amount: Resources, sign: 1 | -1 = 1): void {
  total.milliCpu += sign * amount.milliCpu;
  total.memory += sign * amount.memory;
  total.ephemeralStorage += sign * amount.ephemeralStorage;
  if (!amount.others) return;
  const others = (total.others ??= new Map<string, number>());
  for (const [name, value] of amount.others) others.set(name, (others.get(name) ?? 0) + sign * value);
}

function raise(total: Resources, amount: Resources): void {
  total.milliCpu = Math.max(total.milliCpu, amount.milliCpu);
  total.memory = Math.max(total.memory, amount.memory);
  total.ephemeralStorage = Math.max(total.ephemeralStorage, amount.ephemeralStorage);
  for (const [name, value] of amount.others ?? []) {
    const others = (total.others ??= new Map<string, number>());
    others.set(name, Math.max(others.get(name) ?? 0, value));
  }
}

/**
 * What a pod asks for (component-helpers resource.PodRequests): its containers and sidecars together, or an init container
 * with the sidecars started before it where that is more; plus overhead. Pod-level requests override. With `assumed`,
 * containers without a CPU or memory request count with a small default, so that they still weigh something.
 */
export function podRequests(spec: PodSpec | undefined, assumed = false): Resources {
  const total = noResources();
  if (!spec) return total;
  const requestsOf = (container: Container): Resources => {
    const { limits, requests: given } = container.resources ?? {};
    const requests = readResources(limits && given ? { ...limits, ...given } : (given ?? limits));
    if (assumed && requests.milliCpu === 0) requests.milliCpu = ASSUMED_MILLI_CPU;
    if (assumed && requests.memory === 0) requests.memory = ASSUMED_MEMORY;
    return requests;
  };
  for (const container of spec.containers) addResources(total, requestsOf(container));
  const sidecars = noResources();
  const initPeak = noResources();
  for (const container of spec.initContainers ?? []) {
    const requests = requestsOf(container);
    if (container.restartPolicy === 'Always') {
      addResources(total, requests);
      addResources(sidecars, requests);
      raise(initPeak, sidecars);
    } else {
      addResources(requests, sidecars);
      raise(initPeak, requests);
    }
  }
  raise(total, initPeak);
  const podLevel = spec.resources?.requests;
  if (podLevel) {
    const level = readResources(podLevel);
    if (podLevel['cpu'] !== undefined) total.milliCpu = level.milliCpu;
    if (podLevel['memory'] !== undefined) total.memory = level.memory;
  }
  if (spec.overhead) addResources(total, readResources(spec.overhead));
  return total;
}
