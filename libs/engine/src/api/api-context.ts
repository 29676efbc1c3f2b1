import type { Authenticator } from '../auth/authenticator.js';
import type { AnonymousAccess } from '../auth/oidc/jwt-authenticator.js';
import type { Authorizer } from '../auth/authorizer.js';
import type { ServiceAccountTokens } from '../auth/service-account-tokens.js';
import type { RemoteApis } from '../aggregation/remote-api.js';
import type { Webhooks } from '../admission/webhooks/webhooks.js';
import type { Clock } from '../clock.js';
import type { Random } from '../random.js';
import type { Registry } from '../registry/registry.js';
import type { Store } from '../store/store.js';
import type { ClusterRuntime } from '../runtime/cluster-runtime.js';
import type { Operations } from './operations.js';
import type { RequestRecord } from './request-record.js';

/** What the API serves from. */
export interface ApiContext {
  readonly store: Store;
  readonly registry: Registry;
  readonly operations: Operations;
  readonly clock: Clock;
  /** Where logs and measurements come from; a server without pods has none. */
  readonly runtime?: ClusterRuntime;
  /** Chance of the edge: spreads the ends of watches. Never the engine's own, or looking would change its history. */
  readonly random: Pick<Random, 'next'>;
  readonly authenticators: readonly Authenticator[];
  /** Who may come without credentials; everybody when it is not said. */
  readonly anonymous?: AnonymousAccess;
  readonly authorizer: Authorizer;
  /** Through which custom resources are converted where their definition says so. */
  readonly webhooks?: Webhooks;
  /** What other servers serve under this API. */
  readonly remoteApis?: RemoteApis;
  /** Issues tokens of service accounts; without it none are. */
  readonly tokens?: ServiceAccountTokens;
  /** Told of every request that was to change something, once it is decided how it ends. Must not throw. */
  readonly onWrite?: (record: RequestRecord) => void;
}
