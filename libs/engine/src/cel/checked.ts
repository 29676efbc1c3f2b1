import type { CelNode } from './syntax.js';
import type { CelStatic } from './types.js';

/** What is known of an expression that has been checked. */
export interface CheckedCel {
  readonly root: CelNode;
  readonly type: CelStatic;
  typeOf(node: CelNode): CelStatic;
  /** The ways a call can be meant; several when the types are known only when it runs. */
  overloadsOf(call: CelNode): readonly string[];
  /** `ip.isCanonical` of `ip.isCanonical(x)`: a function, and no member of `ip`. */
  qualifiedName(call: CelNode): string | undefined;
  /** `authorizer.requestResource`: a name with a dot, and no field of `authorizer`. */
  identityOf(node: CelNode): string | undefined;
}
