import type { PolicyRule } from '../../types/index.js';
import type { AccessQuestion, Decision } from '../authorizer.js';
import { bootstrapClusterRoles } from '../bootstrap-policy.js';
import { ruleAllowsResource, ruleAllowsUrl } from '../rbac-rules.js';
import { nodeOfUser } from './node-identity.js';
import type { NodeRelations, RelatedKind } from './node-relations.js';

const LEASES = 'kube-node-lease';
const OWN_VERBS = ['get', 'create', 'update', 'patch', 'delete'];
const READS = ['get', 'list', 'watch'];

const ALLOWED: Decision = { allowed: true, reason: '' };
const no = (reason = ''): Decision => ({ allowed: false, reason });

type Asked = Extract<AccessQuestion, { resource: string }>;

/**
 * What nodes may do: read their own object and their own pods, and of secrets, config maps, claims and volumes what those pods
 * need; the rest by the rules of the role `system:node` (plugin/pkg/auth/authorizer/node).
 */
export class NodeAuthorizer {
  readonly #relations: NodeRelations;
  readonly #rules: readonly PolicyRule[];

  constructor(relations: NodeRelations) {
    this.#relations = relations;
    this.#rules = bootstrapClusterRoles.find(({ metadata }) => metadata.name === 'system:node')?.rules ?? [];
  }

  /** Undefined for a user who is no node. */
  authorize(question: AccessQuestion): Decision | undefined {
    const node = nodeOfUser(question.user);
    if (node === undefined) return undefined;
    if (node === '') return no(`unknown node for user ${JSON.stringify(question.user.user)}`);
    if ('path' in question)
      return this.#rules.some((rule) => ruleAllowsUrl(rule, question.verb, question.path)) ? ALLOWED : no();
    return this.#ofKind(node, question) ?? this.#byRules(question);
  }

  #byRules(question: Asked): Decision {
    return this.#rules.some((rule) => ruleAllowsResource(rule, question)) ? ALLOWED : no();
  }

  /** Undefined for kinds of which all nodes may see the same. */
  #ofKind(node: string, asked: Asked): Decision | undefined {
    switch (asked.group ? `${asked.resource}.${asked.group}` : asked.resource) {
      case 'secrets':
        return this.#read(node, 'secrets', asked);
      case 'configmaps':
        return this.#read(node, 'configmaps', asked);
      case 'persistentvolumeclaims':
        if (asked.subresource !== 'status') return this.#get(node, 'persistentvolumeclaims', asked);
        return ['update', 'patch'].includes(asked.verb)
          ? this.#related(node, 'persistentvolumeclaims', asked)
          : no('can only get/update/patch this type');
      case 'persistentvolumes':
        return this.#get(node, 'persistentvolumes', asked);
      case 'resourceclaims.resource.k8s.io':
        return this.#get(node, 'resourceclaims', asked);
      case 'volumeattachments.storage.k8s.io':
        return this.#get(node, 'volumeattachments', asked);
      case 'serviceaccounts':
        return this.#ofAccount(node, asked);
      case 'leases.coordination.k8s.io':
        return ofLease(node, asked);
      case 'csinodes.storage.k8s.io':
        return ofDrivers(node, asked);
      case 'resourceslices.resource.k8s.io':
        return this.#ofSlice(node, asked);
      case 'nodes':
        return ofNode(node, asked);
      case 'pods':
        return this.#ofPod(node, asked);
      default:
        return undefined;
    }
  }

  #related(node: string, kind: RelatedKind, { namespace, name }: Asked): Decision {
    if (name === '') return no('No Object name found');
    return this.#relations.relates(node, kind, namespace, name)
      ? ALLOWED
      : no(`no relationship found between node '${node}' and this object`);
  }

  #get(node: string, kind: RelatedKind, asked: Asked): Decision {
    if (asked.verb !== 'get') return no('can only get individual resources of this type');
    return asked.subresource === '' ? this.#related(node, kind, asked) : no('cannot get subresource');
  }

  #read(node: string, kind: RelatedKind, asked: Asked): Decision {
    if (!READS.includes(asked.verb)) return no('can only read resources of this type');
    if (asked.subresource !== '') return no('cannot read subresource');
    if (asked.namespace === '') return no('can only read namespaced object of this type');
    return this.#related(node, kind, asked);
  }

  #ofAccount(node: string, asked: Asked): Decision {
    if (asked.verb === 'get' && asked.subresource === '') return this.#read(node, 'serviceaccounts', asked);
    if (asked.verb !== 'create' || asked.name === '')
      return no('can only create tokens for individual service accounts');
    return asked.subresource === 'token'
      ? this.#related(node, 'serviceaccounts', asked)
      : no('can only create token subresource of serviceaccount');
  }

  #ofSlice(node: string, asked: Asked): Decision {
    if (asked.subresource !== '') return no('cannot authorize ResourceSlice subresources');
    if (asked.verb === 'create') return ALLOWED;
    if (['get', 'update', 'patch', 'delete'].includes(asked.verb))
      return this.#related(node, 'resourceslices', asked);
    if (!['watch', 'list', 'deletecollection'].includes(asked.verb))
      return no(
        'only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection',
      );
    return selects(asked, node)
      ? ALLOWED
      : no('can only list/watch/deletecollection resourceslices with nodeName field selector');
  }

  #ofPod(node: string, asked: Asked): Decision {
    const { verb, subresource, name } = asked;
    if (subresource === 'status') return ['update', 'patch'].includes(verb) ? ALLOWED : no();
    if (subresource === 'eviction') return verb === 'create' ? ALLOWED : no();
    if (subresource !== '') return no();
    // NodeRestriction looks at which pods.
    if (verb === 'create' || verb === 'delete') return ALLOWED;
    if (verb === 'get') return this.#related(node, 'pods', asked);
    if (verb !== 'list' && verb !== 'watch') return no();
    if (selects(asked, node)) return ALLOWED;
    return name === ''
      ? no('can only list/watch pods with spec.nodeName field selector')
      : this.#related(node, 'pods', asked);
  }
}

/** Whether only what is on the node is asked for. */
function selects({ fieldSelector = '' }: Asked, node: string): boolean {
  return fieldSelector.split(',').some((part) => /^spec\.nodeName==?(.+)$/.exec(part)?.[1] === node);
}

function ofLease(node: string, { verb, namespace, name }: Asked): Decision {
  if (!OWN_VERBS.includes(verb)) return no('can only get, create, update, patch, or delete a node lease');
  if (namespace !== LEASES) return no(`can only access leases in the "${LEASES}" system namespace`);
  return verb === 'create' || name === node
    ? ALLOWED
    : no('can only access node lease with the same name as the requesting node');
}

function ofDrivers(node: string, { verb, subresource, name }: Asked): Decision {
  if (!OWN_VERBS.includes(verb)) return no('can only get, create, update, patch, or delete a CSINode');
  if (subresource !== '') return no('cannot authorize CSINode subresources');
  return verb === 'create' || name === node
    ? ALLOWED
    : no('can only access CSINode with the same name as the requesting node');
}

function ofNode(node: string, { verb, subresource, name }: Asked): Decision {
  const isWrite = verb === 'update' || verb === 'patch';
  if (subresource === 'status') return isWrite ? ALLOWED : no();
  if (subresource !== '') return no();
  if (isWrite || verb === 'create') return ALLOWED;
  if (!READS.includes(verb)) return no();
  if (name === node) return ALLOWED;
  return no(
    name === ''
      ? `node '${node}' cannot read all nodes, only its own Node object`
      : `node '${node}' cannot read '${name}', only its own Node object`,
  );
}
