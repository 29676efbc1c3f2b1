import { MAX_NODE_SCORE, type SchedulerPlugin } from '../plugin.js';

const HALF = MAX_NODE_SCORE / 2;

interface Amounts {
  readonly milliCpu: number;
  readonly memory: number;
}

/** How alike the used parts of CPU and memory are: 100 when equal, 50 when one is full and the other free. */
function balance(cpuUsed: number, memoryUsed: number, { milliCpu, memory }: Amounts): number {
  if (milliCpu === 0 || memory === 0) return MAX_NODE_SCORE;
  const cpu = Math.min(1, cpuUsed / milliCpu);
  const used = Math.min(1, memoryUsed / memory);
  return Math.trunc((1 - Math.abs(cpu - used) / 2) * MAX_NODE_SCORE);
}

/** Prefers nodes whose use of CPU and memory becomes more alike by the pod (balanced_allocation.go of Kubernetes 1.36). */
export const nodeResourcesBalancedAllocation: SchedulerPlugin = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  score: ({ requests }) => {
    // A pod without requests moves no balance (PreScore skips best-effort pods).
    if (requests.milliCpu === 0 && requests.memory === 0) return undefined;
    return {
      score: ({ allocatable, requested: { milliCpu, memory } }) => {
        const after = balance(milliCpu + requests.milliCpu, memory + requests.memory, allocatable);
        return HALF + Math.trunc((HALF + after - balance(milliCpu, memory, allocatable)) / 2);
      },
    };
  },
  wakes: () => false,
};
