import type { HealthCheck } from './check.js';
import { listAt, textAt } from './read.js';

/** Job: by its conditions; progressing while it has none that ends it. */
export const jobHealth: HealthCheck = (object) => {
  let complete = false;
  let message = '';
  let failed = false;
  let suspended = false;
  for (const condition of listAt(object, 'status', 'conditions')) {
    const on = condition['status'] === 'True';
    if (condition['type'] === 'Failed' && on) {
      failed = true;
      complete = true;
      message = textAt(condition, 'message');
    } else if (condition['type'] === 'Complete' && on) {
      complete = true;
      message = textAt(condition, 'message');
    } else if (condition['type'] === 'Suspended') {
      complete = true;
      message = textAt(condition, 'message');
      if (on) suspended = true;
    }
  }
  const withMessage = message ? { message } : {};
  if (!complete) return { status: 'Progressing', ...withMessage };
  if (failed) return { status: 'Degraded', ...withMessage };
  if (suspended) return { status: 'Suspended', ...withMessage };
  return { status: 'Healthy', ...withMessage };
};
