import { clearTimeout, setTimeout } from 'node:timers';
import type { Leniency } from '../admission/webhooks/unanswered-webhooks.js';
import { AdmissionPending } from '../admission/webhooks/admission-pending.js';
import type { Webhooks } from '../admission/webhooks/webhooks.js';
import { ApiError } from '../api/api-error.js';

/** Tries of one write: each webhook needs one, one that may run twice two, and every change of the object meanwhile some more. */
const MOST_TRIES = 100;
/** How long they may take together (kube-apiserver's --request-timeout). */
const LONGEST_MS = 60_000;

/**
 * Runs a write that may have to wait for webhooks: it is tried again, from its first step and on the state of that moment,
 * until every webhook has answered. `action` must be synchronous and do at most one write that webhooks are asked about.
 * Rejects with a Timeout when they take longer than `longestMs` together; nothing has been written then. With `leniency`, which
 * is for dry runs, webhooks that fail are left out.
 */
export async function withWebhooks<T>(
  webhooks: Webhooks,
  action: () => T,
  longestMs = LONGEST_MS,
  leniency?: Leniency,
): Promise<T> {
  if (!webhooks.mayWait) return action();
  const attempt = webhooks.begin(leniency);
  let timer: NodeJS.Timeout | undefined;
  let isLate = false;
  let awaited: readonly string[] = [];
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      isLate = true;
      resolve();
    }, longestMs);
  });
  try {
    for (let tries = 0; tries < MOST_TRIES && !isLate; tries++) {
      try {
        return webhooks.within(attempt, action);
      } catch (error) {
        if (!(error instanceof AdmissionPending)) throw error;
        awaited = error.webhooks;
        await Promise.race([late, new Promise<void>((resolve) => error.whenAnswered(resolve))]);
      }
    }
  } finally {
    clearTimeout(timer);
  }
  const names = awaited.map((name) => JSON.stringify(name)).join(', ');
  const text = `Timeout: request did not complete within requested timeout: calling webhook ${names}`;
  throw new ApiError(504, 'Timeout', text);
}
