import { isJsonObject } from '@lotse/manifests';
import { forbidden, notFound } from '../../api/api-error.js';
import { nodeOfUser } from '../../auth/nodes/node-identity.js';
import { readSigningRequest } from '../../auth/signing-request.js';
import { jsonEqual } from '../../registry/json-equal.js';
import { resourceKey } from '../../registry/resource.js';
import { objectName, type StoredObject } from '../../store/stored-object.js';
import type {
  CertificateSigningRequest,
  Node,
  PersistentVolumeClaim,
  Pod,
  ResourceSlice,
} from '../../types/index.js';
import type { AdmissionRequest } from '../admission-request.js';
import type { AdmissionContext, AdmissionPlugin } from '../plugin.js';
import { mirrorPodProblem } from './mirror-pod.js';
import { forbiddenLabels } from './node-labels.js';
import { referencesAudience } from './token-audience.js';

const LEASES = 'kube-node-lease';
const NODE_SIGNERS = ['kubernetes.io/kubelet-serving', 'kubernetes.io/kube-apiserver-client-kubelet'];

/** A node writes about itself and its pods, and nothing that would bring it other pods (plugin/pkg/admission/noderestriction). */
export const nodeRestriction: AdmissionPlugin = {
  name: 'NodeRestriction',
  admit(request, context) {
    const { requester, resource, object } = request;
    const node = nodeOfUser({ user: requester.user, groups: requester.groups ?? [] });
    if (node === undefined) return object;
    const problem =
      node === ''
        ? `could not determine node from user ${JSON.stringify(requester.user)}`
        : problemOf(node, request, context);
    if (problem !== undefined) throw forbidden(resource, object.metadata.name ?? '', problem);
    return object;
  },
};

function problemOf(node: string, request: AdmissionRequest, context: AdmissionContext): string | undefined {
  const { operation, subresource, object, old } = request;
  switch (resourceKey(request.resource)) {
    case '/pods':
      return podProblem(node, request, context);
    case '/nodes':
      return nodeProblem(node, request);
    case '/persistentvolumeclaims':
      return subresource === 'status' ? claimProblem(node, request) : 'may only update PVC status';
    case '/serviceaccounts':
      return operation === 'CREATE' && subresource === 'token'
        ? tokenProblem(node, request, context)
        : undefined;
    case 'coordination.k8s.io/leases':
      if (object.metadata.namespace !== LEASES)
        return `can only access leases in the "${LEASES}" system namespace`;
      return object.metadata.name === node
        ? undefined
        : 'can only access node lease with the same name as the requesting node';
    case 'storage.k8s.io/csinodes':
      return object.metadata.name === node
        ? undefined
        : 'can only access CSINode with the same name as the requesting node';
    case 'resource.k8s.io/resourceslices': {
      const isOwn = ((old ?? object) as ResourceSlice).spec.nodeName === node;
      if (isOwn || operation === 'UPDATE') return undefined;
      return `can only ${operation === 'CREATE' ? 'create' : 'delete'} ResourceSlice with the same NodeName as the requesting node`;
    }
    case 'certificates.k8s.io/certificatesigningrequests':
      return operation === 'CREATE' ? signingProblem(node, object as CertificateSigningRequest) : undefined;
    default:
      return undefined;
  }
}

function podProblem(
  node: string,
  { operation, subresource, object, old }: AdmissionRequest,
  { store }: AdmissionContext,
): string | undefined {
  const self = `node ${JSON.stringify(node)}`;
  const { namespace, name = '' } = object.metadata;
  if (subresource === 'eviction') {
    if (operation !== 'CREATE') return `unexpected operation ${operation}`;
    const pod = store.get('/pods', objectName(namespace, name)) as Pod | undefined;
    if (!pod) throw notFound({ group: '', resource: 'pod', kind: 'Pod' }, name);
    return pod.spec?.nodeName === node
      ? undefined
      : `node ${node} can only evict pods with spec.nodeName set to itself`;
  }
  if (subresource === 'status') {
    const [before, after] = [old as Pod, object as Pod];
    if (operation !== 'UPDATE') return `unexpected operation ${JSON.stringify(operation)}`;
    if (before.spec?.nodeName !== node)
      return `${self} can only update pod status for pods with spec.nodeName set to itself`;
    if (!jsonEqual(before.metadata.labels ?? {}, after.metadata.labels ?? {}))
      return `${self} cannot update labels through pod status`;
    if (!jsonEqual(before.status?.resourceClaimStatuses ?? [], after.status?.resourceClaimStatuses ?? []))
      return `${self} cannot update resource claim statues`;
    return jsonEqual(
      before.status?.extendedResourceClaimStatus ?? null,
      after.status?.extendedResourceClaimStatus ?? null,
    )
      ? undefined
      : `${self} cannot update extended resource claim status`;
  }
  if (subresource !== undefined)
    return `unexpected pod subresource ${JSON.stringify(subresource)}, only 'status' and 'eviction' are allowed`;
  if (operation === 'CREATE')
    return mirrorPodProblem(
      object as Pod,
      node,
      store.get('/nodes', objectName(undefined, node)) as Node | undefined,
    );
  if (operation !== 'DELETE')
    return `unexpected operation ${JSON.stringify(operation)}, ${self} can only create and delete mirror pods`;
  return (object as Pod).spec?.nodeName === node
    ? undefined
    : `${self} can only delete pods with spec.nodeName set to itself`;
}

function nodeProblem(node: string, { operation, object, old }: AdmissionRequest): string | undefined {
  const self = `node ${JSON.stringify(node)}`;
  const [before, after] = [old as Node | undefined, object as Node];
  const { name = '' } = after.metadata;
  if (name !== node) return `${self} is not allowed to modify node ${JSON.stringify(name)}`;
  if (operation === 'CREATE') {
    if (after.spec?.configSource) return `${self} is not allowed to create pods with a non-nil configSource`;
    const labels = forbiddenLabels(after.metadata.labels);
    return labels.length > 0
      ? `${self} is not allowed to set the following labels: ${labels.join(', ')}`
      : undefined;
  }
  if (operation !== 'UPDATE') return undefined;
  const source = after.spec?.configSource;
  if (source && !jsonEqual(source, before?.spec?.configSource ?? null))
    return `${self} is not allowed to update configSource to a new non-nil configSource`;
  if (!jsonEqual(after.spec?.taints ?? [], before?.spec?.taints ?? []))
    return `${self} is not allowed to modify taints`;
  if (!jsonEqual(after.metadata.ownerReferences ?? [], before?.metadata.ownerReferences ?? []))
    return `${self} is not allowed to modify ownerReferences`;
  const labels = forbiddenLabels(after.metadata.labels, before?.metadata.labels);
  return labels.length > 0 ? `is not allowed to modify labels: ${labels.join(', ')}` : undefined;
}

function claimProblem(node: string, { operation, object, old }: AdmissionRequest): string | undefined {
  if (operation !== 'UPDATE') return `unexpected operation ${JSON.stringify(operation)}`;
  return jsonEqual(
    withoutProgress(object as PersistentVolumeClaim),
    withoutProgress(old as PersistentVolumeClaim),
  )
    ? undefined
    : `node ${JSON.stringify(node)} is not allowed to update fields other than status.quantity and status.conditions`;
}

/** A claim without what its node reports. */
function withoutProgress({ metadata, status, ...rest }: PersistentVolumeClaim): object {
  const { resourceVersion: _, managedFields: __, ...identity } = metadata;
  const {
    capacity: ___,
    conditions: ____,
    allocatedResources: _____,
    allocatedResourceStatuses: ______,
    ...told
  } = status ?? {};
  return { ...rest, metadata: identity, status: told };
}

function tokenProblem(
  node: string,
  { object, requester }: AdmissionRequest,
  { store, access }: AdmissionContext,
): string | undefined {
  const { namespace = '', name = '' } = object.metadata;
  const { spec } = object as StoredObject & { spec?: unknown };
  const { boundObjectRef: ref, audiences = [] } = isJsonObject(spec) ? spec : {};
  const { apiVersion, kind, name: bound, uid } = isJsonObject(ref) ? ref : {};
  if (apiVersion !== 'v1' || kind !== 'Pod' || typeof bound !== 'string' || bound === '')
    return 'node requested token not bound to a pod';
  if (typeof uid !== 'string' || uid === '') return 'node requested token with a pod binding without a uid';
  const pod = store.get('/pods', objectName(namespace, bound)) as Pod | undefined;
  if (!pod) throw notFound({ group: '', resource: 'pod', kind: 'Pod' }, bound);
  if (uid !== pod.metadata.uid)
    return `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
  if (pod.spec?.nodeName !== node) return 'node requested token bound to a pod scheduled on a different node';
  const wanted = Array.isArray(audiences) ? audiences.map(String) : [];
  if (wanted.length > 1) return 'node may only request 0 or 1 audiences';
  const [audience = ''] = wanted;
  if (referencesAudience(store, pod, audience)) return undefined;
  const question = {
    user: { user: requester.user, groups: requester.groups ?? [] },
    verb: 'request-serviceaccounts-token-audience',
    group: '',
    version: 'v1',
    resource: audience,
    subresource: '',
    namespace,
    name,
  };
  return access?.authorizer.authorize(question).allowed
    ? undefined
    : `audience ${JSON.stringify(audience)} not found in pod spec volume, ${requester.user} is not authorized to request tokens for this audience`;
}

function signingProblem(node: string, { spec }: CertificateSigningRequest): string | undefined {
  if (!NODE_SIGNERS.includes(spec.signerName)) return undefined;
  const asked = readSigningRequest(Buffer.from(spec.request, 'base64').toString('latin1'));
  return asked?.commonName === `system:node:${node}`
    ? undefined
    : `can only create a node CSR with CN=system:node:${node}`;
}
