import { MAX_NODE_SCORE, type SchedulerPlugin } from '../plugin.js';

/** Prefers nodes whose CPU and memory are used in like measure. */
export const nodeResourcesBalancedAllocation: SchedulerPlugin = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  score: ({ requests }) => {
    // A pod without requests moves no balance (PreScore skips best-effort pods).
    if (requests.milliCpu === 0 && requests.memory === 0) return undefined;
    return {
      score: ({ allocatable, requested }) => {
        if (allocatable.milliCpu === 0 || allocatable.memory === 0) return MAX_NODE_SCORE;
        const cpu = Math.min(1, (requested.milliCpu + requests.milliCpu) / allocatable.milliCpu);
        const memory = Math.min(1, (requested.memory + requests.memory) / allocatable.memory);
        return Math.trunc((1 - Math.abs(cpu - memory) / 2) * MAX_NODE_SCORE);
      },
    };
  },
  wakes: () => false,
};
