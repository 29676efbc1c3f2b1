import type { Store } from '../store/store.js';
import type { AccessQuestion, Decision } from './authorizer.js';
import { NodeAuthorizer } from './nodes/node-authorizer.js';
import { NodeRelations } from './nodes/node-relations.js';
import { RbacAuthorizer } from './rbac-authorizer.js';

/** Decides for nodes by what is related to them, and for everybody by roles: `--authorization-mode=Node,RBAC`. */
export class ClusterAuthorizer extends RbacAuthorizer {
  readonly #nodes: NodeAuthorizer;

  constructor(store: Store) {
    super(store);
    this.#nodes = new NodeAuthorizer(new NodeRelations(store));
  }

  override authorize(question: AccessQuestion): Decision {
    const asNode = this.#nodes.authorize(question);
    if (asNode?.allowed) return asNode;
    const byRole = super.authorize(question);
    if (byRole.allowed || !asNode) return byRole;
    const reasons = [asNode.reason, byRole.reason].filter((reason) => reason !== '');
    return { allowed: false, reason: reasons.join('\n') };
  }
}
