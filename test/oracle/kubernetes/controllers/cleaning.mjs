import { deployment, pod } from '../scenario-objects.mjs';

const map = (name, metadata) => ({ kind: 'ConfigMap', metadata: { name, ...metadata } });
const owner = (object, extra) => ({
  apiVersion: object.apiVersion,
  kind: object.kind,
  name: object.metadata.name,
  uid: object.metadata.uid,
  ...extra,
});

export default {
  background: async (world) => {
    const first = await world.create(map('owner'));
    await world.create(map('child', { ownerReferences: [owner(first)] }));
    await world.quiet();
    await world.remove('ConfigMap', 'owner', { propagationPolicy: 'Background' });
    await world.check('both are gone');
  },
  'foreground waits for what blocks': async (world) => {
    const first = await world.create(map('owner'));
    await world.create(
      map('child', {
        ownerReferences: [owner(first, { blockOwnerDeletion: true })],
        finalizers: ['example.com/wait'],
      }),
    );
    await world.create(map('other', { ownerReferences: [owner(first)], finalizers: ['example.com/wait'] }));
    await world.quiet();
    await world.remove('ConfigMap', 'owner', { propagationPolicy: 'Foreground' });
    await world.check('the owner waits');
    await world.patch('ConfigMap', 'child', { metadata: { finalizers: null } });
    await world.check('the owner is gone');
  },
  orphans: async (world) => {
    const first = await world.create(map('owner'));
    await world.create(map('child', { ownerReferences: [owner(first, { controller: true })] }));
    await world.quiet();
    await world.remove('ConfigMap', 'owner', { propagationPolicy: 'Orphan' });
    await world.check('the child stays');
  },
  'owners that were never there': async (world) => {
    await world.create(
      map('child', {
        ownerReferences: [
          {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            name: 'nobody',
            uid: '11111111-1111-4111-8111-111111111111',
          },
        ],
      }),
    );
    await world.check('gone');
  },
  'one of two owners': async (world) => {
    const [first, second] = [await world.create(map('one')), await world.create(map('two'))];
    await world.create(map('child', { ownerReferences: [owner(first), owner(second)] }));
    await world.quiet();
    await world.remove('ConfigMap', 'one', { propagationPolicy: 'Background' });
    await world.check('the other keeps it');
  },
  'an owner that waits and one that stays': async (world) => {
    const [first, second] = [await world.create(map('one')), await world.create(map('two'))];
    await world.create(
      map('child', { ownerReferences: [owner(first, { blockOwnerDeletion: true }), owner(second)] }),
    );
    await world.quiet();
    await world.remove('ConfigMap', 'one', { propagationPolicy: 'Foreground' });
    await world.check('the other keeps it');
  },
  'an owner of a kind without namespaces': async (world) => {
    const name = `${world.namespace}-role`;
    const role = await world.create({ kind: 'ClusterRole', metadata: { name }, rules: [] });
    await world.create(
      map('child', {
        ownerReferences: [
          owner({ ...role, apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' }),
        ],
      }),
    );
    await world.quiet();
    await world.remove('ClusterRole', name);
    await world.check('gone');
  },
  'an owner in no namespace that is named wrongly': async (world) => {
    const first = await world.create(map('owner'));
    await world.create({
      kind: 'ClusterRole',
      metadata: { name: `${world.namespace}-role`, ownerReferences: [owner(first)] },
      rules: [],
    });
    await world.check('stays');
    await world.create(pod('wrong', {}, {}));
    await world.patch('Pod', 'wrong', {
      metadata: { ownerReferences: [owner(first, { uid: '11111111-1111-4111-8111-111111111111' })] },
    });
    await world.check('a wrong identity is as nobody');
  },
  'a namespace': async (world) => {
    await world.create(deployment('web', { replicas: 1 }));
    await world.create(map('held', { finalizers: ['example.com/wait'] }));
    await world.settle();
    await world.remove('Namespace', world.namespace);
    await world.sleep(6000);
    await world.check('pods are first');
    await world.reap();
    await world.sleep(18_000);
    await world.check('what is held');
    await world.patch('ConfigMap', 'held', { metadata: { finalizers: null } });
    await world.sleep(12_000);
    await world.check('gone');
  },
  'pods of nodes that are gone': async (world) => {
    await world.create(pod('lost', {}, { nodeName: 'nowhere' }));
    await world.sleep(65_000);
    await world.check('gone');
  },
};
