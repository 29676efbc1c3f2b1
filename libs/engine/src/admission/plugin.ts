import type { AdmissionRequest } from './admission-request.js';
import type { Authorizer } from '../auth/authorizer.js';
import type { Random } from '../random.js';
import type { Registry } from '../registry/registry.js';
import type { Store } from '../store/store.js';
import type { StoredObject } from '../store/stored-object.js';
import type { PodSecurityConfiguration } from './pod-security/configuration.js';
import type { Webhooks } from './webhooks/webhooks.js';

/** Who decides who may do what: known only when the cluster is served. */
export interface AdmissionAccess {
  authorizer: Authorizer;
}

/** What plugins may look at. */
export interface AdmissionContext {
  readonly store: Store;
  readonly registry: Registry;
  /** Chance for generated names. In a dry run one of its own, so that looking changes nothing. */
  readonly random: Random;
  /** Whom the `authorizer` of an expression asks. */
  readonly access?: AdmissionAccess;
  /** What holds for pods where their namespace says nothing; nothing when it is not said. */
  readonly podSecurity?: PodSecurityConfiguration;
  /** How webhooks are asked; undefined where there are none. */
  readonly webhooks?: Webhooks;
  /** What the plugins that change a request have done to it so far. */
  readonly invocation?: Invocation;
}

/** The state of one request's way past the plugins that may change it: they run again when somebody from outside did. */
export interface Invocation {
  /** True when all run for the second time. */
  readonly isAgain: boolean;
  isChanged: boolean;
  /** Those that asked to be called again and have seen the present object. */
  readonly earlier: Set<string>;
  /** Those to call again. */
  readonly repeated: Set<string>;
  lastOutput: StoredObject | undefined;
  /** The same about policies, which come before the webhooks. */
  readonly policies: Pick<Invocation, 'earlier' | 'repeated' | 'lastOutput'>;
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
