import { Jobs } from '../../clients/resource-type.js';
import { parseTime } from '../../time.js';
import type { Job } from '../../types/index.js';
import type { Controller } from '../controller.js';
import { startKeyedController } from '../shared/keyed-controller.js';

const NAME = 'ttl-after-finished-controller';

/** Deletes finished Jobs once their `ttlSecondsAfterFinished` has passed (pkg/controller/ttlafterfinished). */
export const ttlAfterFinishedController: Controller = {
  name: NAME,
  start(context) {
    return startKeyedController(context, NAME, Jobs, (job: Job) => {
      const ttl = job.spec?.ttlSecondsAfterFinished;
      const end = job.status?.conditions?.find(
        ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
      );
      if (ttl === undefined || !end || job.metadata.deletionTimestamp) return undefined;
      const leftMs = (parseTime(end.lastTransitionTime) ?? 0) + ttl * 1000 - context.clock.now();
      if (leftMs > 0) return { requeueAfterMs: leftMs };
      context.client.delete(Jobs, job.metadata.namespace, job.metadata.name ?? '', {
        propagationPolicy: 'Foreground',
        preconditions: { uid: job.metadata.uid ?? '', resourceVersion: job.metadata.resourceVersion ?? '' },
      });
      return undefined;
    });
  },
};
