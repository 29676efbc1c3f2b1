import type { AdmissionRequest } from '../api/operations.js';
import type { Random } from '../random.js';
import type { Registry } from '../registry/registry.js';
import type { Store } from '../store/store.js';
import type { StoredObject } from '../store/stored-object.js';

/** What plugins may look at. */
export interface AdmissionContext {
  readonly store: Store;
  readonly registry: Registry;
  /** Chance for generated names. In a dry run one of its own, so that looking changes nothing. */
  readonly random: Random;
}

/** One link of the admission chain: a file in this folder, listed in `chain.ts`. Refusals are ApiErrors. */
export interface AdmissionPlugin {
  /** As Kubernetes names it. */
  readonly name: string;
  /** May answer a changed object. */
  admit?(request: AdmissionRequest, context: AdmissionContext): StoredObject;
  /** Looks at the final object. */
  validate?(request: AdmissionRequest, context: AdmissionContext): void;
}
