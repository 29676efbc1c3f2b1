import type { AdmissionRequest } from './admission-request.js';

/** Longest value of an annotation; what is longer is cut off (validating/dispatcher.go). */
const LONGEST_VALUE = 10 * 1024;

/** What one policy has to say about a request in the audit log: one text for each of its keys, whatever its bindings found. */
export class AuditAnnotations {
  readonly #policy: string;
  readonly #values = new Map<string, Set<string>>();

  constructor(policy: string) {
    this.#policy = policy;
  }

  add(key: string, value: string): void {
    const cut = Buffer.from(value).subarray(0, LONGEST_VALUE).toString();
    this.#values.set(key, (this.#values.get(key) ?? new Set()).add(cut));
  }

  publish(request: AdmissionRequest): void {
    for (const [key, values] of this.#values)
      request.audit?.(`${this.#policy}/${key}`, [...values].join(', '));
  }
}
