import type { PodSpec } from '../types/index.js';
import { parseQuantity } from './quantity.js';

const COUNTED = ['cpu', 'memory'] as const;

/** How a pod is treated when its node runs short (apis/core/helper/qos). */
export function qualityOfService(spec: PodSpec | undefined): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  let anything = false;
  let guaranteed = true;
  for (const { resources } of [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]) {
    for (const name of COUNTED) {
      const request = parseQuantity(resources?.requests?.[name] ?? '0')?.nano ?? 0n;
      const limit = parseQuantity(resources?.limits?.[name] ?? '0')?.nano ?? 0n;
      if (request > 0n || limit > 0n) anything = true;
      if (limit === 0n || (request !== limit && request !== 0n)) guaranteed = false;
    }
  }
  if (!anything) return 'BestEffort';
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
