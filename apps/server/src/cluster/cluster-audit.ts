import { setTimeout as pause } from 'node:timers/promises';
import type { RequestRecord } from '@lotse/engine';
import type { AuditEntry } from '../audit/audit.service.js';
import type { Logger } from '../logging/logger.js';

/** Waiting for the database; beyond it requests are counted, not kept: an audit must not bring the server down. */
const MAX_WAITING = 5_000;
/** Rows of one transaction. */
const MAX_BATCH = 200;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** What controllers and clients write all the time about themselves, and questions that change nothing. */
const UNRECORDED: ReadonlySet<string> = new Set([
  '/events',
  'events.k8s.io/events',
  'coordination.k8s.io/leases',
  'authentication.k8s.io/tokenreviews',
  'authentication.k8s.io/selfsubjectreviews',
  'authorization.k8s.io/subjectaccessreviews',
  'authorization.k8s.io/selfsubjectaccessreviews',
  'authorization.k8s.io/selfsubjectrulesreviews',
  'authorization.k8s.io/localsubjectaccessreviews',
]);

/** Puts what came to the Kubernetes API into the audit log: behind the answer, in order, without holding anybody up. */
export class ClusterAudit {
  readonly #recordAll: (entries: readonly AuditEntry[]) => Promise<void>;
  readonly #logger: Logger;
  #waiting: AuditEntry[] = [];
  #lost = 0;
  #running: Promise<void> | undefined;
  #isStopping = false;

  constructor(recordAll: (entries: readonly AuditEntry[]) => Promise<void>, logger: Logger) {
    this.#recordAll = recordAll;
    this.#logger = logger;
  }

  record(request: RequestRecord): void {
    if (UNRECORDED.has(`${request.group}/${request.resource}`)) return;
    if (this.#waiting.length >= MAX_WAITING) this.#lost++;
    else this.#waiting.push(entryOf(request));
    this.#running ??= this.#write().finally(() => (this.#running = undefined));
  }

  /** Writes what still waits, if the database takes it. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#running;
  }

  async #write(): Promise<void> {
    // let what happens in this turn of the event loop share the transaction
    await new Promise<void>((resolve) => setImmediate(resolve));
    let pauseMs = FIRST_PAUSE_MS;
    while (this.#waiting.length > 0) {
      const lost = this.#lost;
      const batch = this.#waiting.slice(0, MAX_BATCH);
      try {
        await this.#recordAll(lost > 0 ? [...batch, lostEntry(lost)] : batch);
        this.#waiting.splice(0, batch.length);
        this.#lost -= lost;
        pauseMs = FIRST_PAUSE_MS;
      } catch (error) {
        this.#logger.warn('What came to the Kubernetes API could not be audited; trying again', {
          waiting: this.#waiting.length,
          error,
        });
        if (this.#isStopping) return;
        await pause(pauseMs, undefined, { ref: false });
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    }
  }
}

function entryOf(request: RequestRecord): AuditEntry {
  const { user, impersonated, verb, group, resource, subresource, namespace, name, code, annotations } =
    request;
  const kind = `${resource}${group === '' ? '' : `.${group}`}${subresource === '' ? '' : `/${subresource}`}`;
  return {
    at: new Date(),
    actor: user === '' ? 'unknown' : user,
    action: `kubernetes ${verb} ${kind}`,
    object: namespace === '' ? name : `${namespace}/${name}`,
    outcome: code === 401 || code === 403 ? 'denied' : code < 400 ? 'success' : 'failure',
    detail: { code, ...(impersonated !== '' && { impersonated }), ...(annotations && { annotations }) },
  };
}

function lostEntry(count: number): AuditEntry {
  return {
    actor: 'lotse',
    action: 'kubernetes lost',
    object: `${count} requests`,
    outcome: 'failure',
    detail: { count },
  };
}
