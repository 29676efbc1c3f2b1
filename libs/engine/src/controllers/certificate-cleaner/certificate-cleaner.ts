import { CertificateSigningRequests } from '../../clients/resource-type.js';
import type { ReconcileResult } from '../../clients/work-queue.js';
import { parseTime } from '../../time.js';
import type { CertificateSigningRequest } from '../../types/index.js';
import type { Controller } from '../controller.js';
import { startKeyedController } from '../shared/keyed-controller.js';

const NAME = 'certificatesigningrequest-cleaner-controller';
const HOUR_MS = 3_600_000;
/** How long a request is kept that nobody has decided on, or that is approved and has no certificate. */
const PENDING_MS = 24 * HOUR_MS;
/** How long one is kept that has been answered. */
const ANSWERED_MS = HOUR_MS;
const ANSWERS = new Set(['Approved', 'Denied', 'Failed']);

/** Deletes certificate signing requests that are of no more use (pkg/controller/certificates/cleaner). */
export const certificateCleaner: Controller = {
  name: NAME,
  start(context) {
    const { client, clock } = context;
    const reconcile = (request: CertificateSigningRequest): ReconcileResult | undefined => {
      const restMs = endMs(request) - clock.now();
      if (restMs > 0) return Number.isFinite(restMs) ? { requeueAfterMs: restMs } : undefined;
      const { name = '', deletionTimestamp } = request.metadata;
      if (!deletionTimestamp) client.delete(CertificateSigningRequests, undefined, name);
      return undefined;
    };
    return startKeyedController(context, NAME, CertificateSigningRequests, reconcile);
  },
};

/** When a request has been of use for long enough. */
function endMs({ metadata, status }: CertificateSigningRequest): number {
  const conditions = status?.conditions ?? [];
  if (conditions.length === 0) return (parseTime(metadata.creationTimestamp) ?? Infinity) + PENDING_MS;
  const ends = conditions.flatMap(({ type, lastUpdateTime }) => {
    if (!ANSWERS.has(type)) return [];
    const isUnissued = type === 'Approved' && !status?.certificate;
    const told = parseTime(lastUpdateTime);
    return told === undefined ? [] : [told + (isUnissued ? PENDING_MS : ANSWERED_MS)];
  });
  return Math.min(...ends);
}
