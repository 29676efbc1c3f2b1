import type { Strategy } from '../resource.js';
import { podStrategy } from './pod.js';

/** The strategy of each kind that has one, by `group/resource`. A new kind is a file here and a line below. */
export const strategies: Record<string, Strategy> = {
  '/pods': podStrategy,
};
