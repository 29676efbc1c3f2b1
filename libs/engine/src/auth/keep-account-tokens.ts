import type { Operations } from '../api/operations.js';
import type { Webhooks } from '../admission/webhooks/webhooks.js';
import { LocalClient } from '../clients/local-client.js';
import type { Clock } from '../clock.js';
import type { Registry } from '../registry/registry.js';
import type { Store } from '../store/store.js';
import { keepTokenTracking } from './legacy-token-tracking.js';
import type { ServiceAccountTokens } from './service-account-tokens.js';
import { fillTokenSecrets } from './token-secrets.js';

/** What the tokens of service accounts that are kept in secrets need. */
export interface KeptTokensSurroundings {
  readonly store: Store;
  readonly registry: Registry;
  readonly operations: Operations;
  readonly webhooks: Webhooks;
  readonly clock: Clock;
  readonly tokens: ServiceAccountTokens;
  /** PEM of the authority by which holders of a token know the server. */
  readonly authority: string;
}

/** Keeps the secrets that hold tokens of service accounts, and what tells of their use. Returns the way to stop. */
export function keepAccountTokens(surroundings: KeptTokensSurroundings): () => void {
  const { clock, tokens, authority } = surroundings;
  const as = (user: string): LocalClient => new LocalClient(surroundings, { user, component: true });
  const stops = [
    fillTokenSecrets({ client: as('tokens-controller'), clock, tokens, authority }),
    keepTokenTracking({ client: as('legacy-token-tracking-controller'), clock }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
