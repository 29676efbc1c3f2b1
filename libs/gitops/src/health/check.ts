import type { KubeObject } from '@lotse/manifests';
import type { HealthStatus } from '../application/types.js';

/** Judges a live object of one kind. Total: never throws, whatever is in the object. */
export type HealthCheck = (object: KubeObject) => HealthStatus | undefined;
