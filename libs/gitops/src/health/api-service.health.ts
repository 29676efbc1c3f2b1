import type { HealthCheck } from './check.js';
import { listAt, textAt } from './read.js';

/** APIService: healthy once available; never degraded. */
export const apiServiceHealth: HealthCheck = (object) => {
  for (const condition of listAt(object, 'status', 'conditions')) {
    if (condition['type'] !== 'Available') continue;
    const message = `${textAt(condition, 'reason')}: ${textAt(condition, 'message')}`;
    return { status: condition['status'] === 'True' ? 'Healthy' : 'Progressing', message };
  }
  return { status: 'Progressing', message: 'Waiting to be processed' };
};
