import { describe, expect, it } from 'vitest';
import { isApiError } from '../../api/api-error.js';
import { createCluster } from '../../cluster.js';
import type { StoredObject } from '../../store/stored-object.js';
import { installRbac } from '../install-rbac.js';

const containers = [{ name: 'c', image: 'i' }];
const asNode = (node: string) => ({ user: `system:node:${node}`, groups: ['system:nodes'] });

/** A cluster with a pod on node `one` that needs a bit of everything. */
function start() {
  const cluster = createCluster({ controllers: [] });
  const { authorizer } = installRbac(cluster);
  const { operations, registry } = cluster;
  const create = (given: object, requester: object = { user: 'admin', groups: ['system:masters'] }) => {
    const { apiVersion, kind } = given as StoredObject;
    const resource = registry.findKind(apiVersion, kind);
    if (!resource) throw new Error(`no kind ${kind}`);
    return operations.create(resource, given as StoredObject, requester as { user: string });
  };
  const pod = (name: string, spec: object, metadata: object = {}) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', ...metadata },
    spec: { containers, ...spec },
  });
  const node = create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'one' } });
  create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot', namespace: 'default' } });
  create({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'disk' },
    spec: {
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: '1Gi' },
      claimRef: { namespace: 'default', name: 'claim' },
      csi: {
        driver: 'a.b',
        volumeHandle: 'h',
        nodeStageSecretRef: { namespace: 'default', name: 'of-disk' },
        controllerPublishSecretRef: { namespace: 'default', name: 'of-controller' },
      },
    },
  });
  create({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'claim', namespace: 'default' },
    spec: {
      accessModes: ['ReadWriteOnce'],
      volumeName: 'disk',
      resources: { requests: { storage: '1Gi' } },
    },
  });
  create(
    pod('p', {
      nodeName: 'one',
      serviceAccountName: 'robot',
      automountServiceAccountToken: false,
      imagePullSecrets: [{ name: 'of-image' }],
      containers: [
        {
          ...containers[0],
          env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'of-variable', key: 'k' } } }],
          envFrom: [{ configMapRef: { name: 'settings' } }],
        },
      ],
      volumes: [
        { name: 'v', persistentVolumeClaim: { claimName: 'claim' } },
        { name: 'w', projected: { sources: [{ secret: { name: 'of-volume' } }] } },
      ],
    }),
  );
  const may = (node: string, verb: string, target: string, fieldSelector = '') => {
    const [resource = '', name = ''] = target.split(' ');
    const isAll = ['nodes', 'persistentvolumes'].includes(resource);
    const namespace = isAll || name === '*' ? '' : 'default';
    const [base = '', subresource = ''] = resource.split('/');
    const asked = { verb, group: '', version: 'v1', resource: base, subresource, namespace, fieldSelector };
    return authorizer.authorize({ user: asNode(node), ...asked, name: name === '*' ? '' : name });
  };
  return { cluster, create, pod, may, node };
}

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (isApiError(error)) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('what a node may read', () => {
  it.each([
    'pods p',
    'serviceaccounts robot',
    'secrets of-image',
    'secrets of-variable',
    'secrets of-volume',
    'secrets of-disk',
    'configmaps settings',
    'persistentvolumeclaims claim',
    'persistentvolumes disk',
  ])('%s, because a pod on it needs it; another node may not', (target) => {
    const { may } = start();
    expect(may('one', 'get', target).allowed).toBe(true);
    expect(may('two', 'get', target)).toEqual({
      allowed: false,
      reason: "no relationship found between node 'two' and this object",
    });
  });

  it.each<[string, string, string]>([
    ['get', 'secrets of-controller', "no relationship found between node 'one' and this object"],
    ['get', 'secrets other', "no relationship found between node 'one' and this object"],
    ['list', 'secrets', 'No Object name found'],
    ['list', 'secrets *', 'can only read namespaced object of this type'],
    ['update', 'secrets of-image', 'can only read resources of this type'],
    ['list', 'persistentvolumeclaims', 'can only get individual resources of this type'],
    ['list', 'pods', 'can only list/watch pods with spec.nodeName field selector'],
    ['list', 'nodes', "node 'one' cannot read all nodes, only its own Node object"],
    ['get', 'nodes two', "node 'one' cannot read 'two', only its own Node object"],
    ['create', 'serviceaccounts/token other', "no relationship found between node 'one' and this object"],
    ['create', 'pods/exec p', ''],
  ])('not %s %s', (verb, target, reason) => {
    const { may } = start();
    expect(may('one', verb, target)).toEqual({ allowed: false, reason });
  });

  it('its own object, its own pods and a token for an account of theirs', () => {
    const { may } = start();
    expect(may('one', 'get', 'nodes one').allowed).toBe(true);
    expect(may('one', 'watch', 'pods *', 'spec.nodeName=one').allowed).toBe(true);
    expect(may('one', 'watch', 'pods *', 'spec.nodeName=two').allowed).toBe(false);
    expect(may('one', 'create', 'serviceaccounts/token robot').allowed).toBe(true);
    expect(may('one', 'list', 'services').allowed).toBe(true);
  });

  it('no more than before through a pod that it made itself', () => {
    const { create, pod, may, node } = start();
    const owner = { apiVersion: 'v1', kind: 'Node', name: 'one', uid: node.metadata.uid, controller: true };
    const mirror = {
      annotations: { 'kubernetes.io/config.mirror': 'x' },
      ownerReferences: [owner],
    };
    const volumes = [{ name: 'v', secret: { secretName: 'wanted' } }];
    create(pod('mirror', { nodeName: 'one', volumes }, mirror));
    expect(may('one', 'get', 'secrets wanted').allowed).toBe(false);
  });
});

describe('what a node may write', () => {
  it('is about itself', () => {
    const { create } = start();
    const node = (name: string, labels: object) =>
      refusal(() => create({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels } }, asNode('two')));
    expect(node('three', {})).toBe(
      'nodes "three" is forbidden: node "two" is not allowed to modify node "three"',
    );
    expect(
      node('two', { 'node-restriction.kubernetes.io/a': 'b', 'x.k8s.io/y': 'z', 'kubernetes.io/os': 'l' }),
    ).toBe(
      'nodes "two" is forbidden: node "two" is not allowed to set the following labels: node-restriction.kubernetes.io/a, x.k8s.io/y',
    );
    expect(node('two', { 'kubernetes.io/os': 'linux', own: 'yes' })).toBe('accepted');
  });

  it('is pods that stand for its own and need nothing of the API', () => {
    const { create, pod, node } = start();
    const owner = { apiVersion: 'v1', kind: 'Node', name: 'one', uid: node.metadata.uid, controller: true };
    const annotations = { 'kubernetes.io/config.mirror': 'x' };
    const ownerReferences = [owner];
    const tried = (spec: object, metadata: object) =>
      refusal(() => create(pod('m', { nodeName: 'one', ...spec }, metadata), asNode('one')));
    expect(tried({}, {})).toContain('node "one" can only create mirror pods');
    expect(tried({ nodeName: 'two' }, { annotations, ownerReferences })).toContain(
      'can only create pods with spec.nodeName set to itself',
    );
    expect(tried({}, { annotations })).toContain(
      'can only create pods with an owner reference set to itself',
    );
    const volumes = [{ name: 'v', secret: { secretName: 's' } }];
    expect(tried({ volumes }, { annotations, ownerReferences })).toContain(
      'node "one" can not create pods that reference secrets',
    );
    expect(tried({}, { annotations, ownerReferences: [{ ...owner, controller: false }] })).toContain(
      'can only create pods with a controller owner reference set to itself',
    );
  });
});
