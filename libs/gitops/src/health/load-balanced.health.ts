import type { HealthCheck } from './check.js';
import { listAt, textAt } from './read.js';

/** Service: only a load balancer has to wait for something, its address. */
export const serviceHealth: HealthCheck = (object) => {
  if (textAt(object, 'spec', 'type') !== 'LoadBalancer') return { status: 'Healthy' };
  return ingressHealth(object);
};

/** Ingress: progressing until it has an address. */
export const ingressHealth: HealthCheck = (object) =>
  listAt(object, 'status', 'loadBalancer', 'ingress').length > 0
    ? { status: 'Healthy' }
    : { status: 'Progressing' };
