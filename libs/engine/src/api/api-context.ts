import type { Authenticator } from '../auth/authenticator.js';
import type { Authorizer } from '../auth/authorizer.js';
import type { Clock } from '../clock.js';
import type { Random } from '../random.js';
import type { Registry } from '../registry/registry.js';
import type { Store } from '../store/store.js';
import type { RunningPods } from '../runtime/running-pods.js';
import type { Operations } from './operations.js';

/** What the API serves from. */
export interface ApiContext {
  readonly store: Store;
  readonly registry: Registry;
  readonly operations: Operations;
  readonly clock: Clock;
  /** Where logs and measurements come from. */
  readonly running: RunningPods;
  /** Chance of the edge: spreads the ends of watches. Never the engine's own, or looking would change its history. */
  readonly random: Pick<Random, 'next'>;
  readonly authenticators: readonly Authenticator[];
  readonly authorizer: Authorizer;
}
