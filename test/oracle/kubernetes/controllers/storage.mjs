import { pod } from '../scenario-objects.mjs';

const volume = (world, name, spec) => ({
  kind: 'PersistentVolume',
  metadata: { name: `${world.namespace}-${name}` },
  spec: {
    capacity: { storage: '2Gi' },
    accessModes: ['ReadWriteOnce'],
    storageClassName: `${world.namespace}-c`,
    nfs: { server: 'nfs', path: '/' },
    ...spec,
  },
});
const claim = (world, name, spec) => ({
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName: `${world.namespace}-c`,
    resources: { requests: { storage: '1Gi' } },
    ...spec,
  },
});

export default {
  'binds a claim to a volume': async (world) => {
    await world.create(volume(world, 'v'));
    await world.check('available');
    await world.create(claim(world, 'data'));
    await world.check('bound');
    await world.remove('PersistentVolumeClaim', 'data');
    await world.check('released');
  },
  'takes the smallest that fits': async (world) => {
    await world.create(volume(world, 'big', { capacity: { storage: '10Gi' } }));
    await world.create(volume(world, 'small', { capacity: { storage: '500Mi' } }));
    await world.create(volume(world, 'fit', { capacity: { storage: '1Gi' } }));
    await world.quiet();
    await world.create(claim(world, 'data'));
    await world.check('bound');
  },
  'is reserved': async (world) => {
    await world.create(volume(world, 'v', { claimRef: { namespace: world.namespace, name: 'data' } }));
    await world.quiet();
    await world.create(claim(world, 'other'));
    await world.create(claim(world, 'data'));
    await world.check('one is bound');
  },
  'names its volume': async (world) => {
    await world.create(claim(world, 'data', { volumeName: `${world.namespace}-v` }));
    await world.check('waits');
    await world.create(volume(world, 'v'));
    await world.check('bound');
    await world.remove('PersistentVolume', `${world.namespace}-v`);
    await world.check('protected');
    await world.patch('PersistentVolume', `${world.namespace}-v`, { metadata: { finalizers: null } });
    await world.check('lost');
  },
  'waits for its first consumer': async (world) => {
    await world.create({
      kind: 'StorageClass',
      metadata: { name: `${world.namespace}-c` },
      provisioner: 'kubernetes.io/no-provisioner',
      volumeBindingMode: 'WaitForFirstConsumer',
    });
    await world.create(volume(world, 'v'));
    await world.create(claim(world, 'data'));
    await world.check('waits');
  },
  'is provisioned by others': async (world) => {
    await world.create({
      kind: 'StorageClass',
      metadata: { name: `${world.namespace}-c` },
      provisioner: 'example.com/disks',
    });
    await world.create(claim(world, 'data'));
    await world.check('waits');
  },
  'has no class': async (world) => {
    await world.create(claim(world, 'data', { storageClassName: '' }));
    await world.check('no volume');
  },
  'is in use': async (world) => {
    await world.create(volume(world, 'v'));
    await world.create(claim(world, 'data'));
    await world.create(
      pod('one', {}, { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] }),
    );
    await world.settle();
    await world.remove('PersistentVolumeClaim', 'data');
    await world.check('held by a pod');
    await world.end(world.pods()[0]);
    await world.check('gone');
  },
};
