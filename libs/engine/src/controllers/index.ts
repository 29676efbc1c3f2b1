import type { Controller } from './controller.js';

/** Every controller the cluster runs, in the order they start. A new one is a folder here and a line below. */
export function allControllers(): Controller[] {
  return [];
}
