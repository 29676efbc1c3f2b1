import { pod, template, workload } from '../scenario-objects.mjs';

export default {
  'adopts and releases pods': async (world) => {
    for (const name of ['one', 'two', 'other'])
      await world.create(pod(name, { app: name === 'other' ? 'no' : 'web' }));
    await world.create(workload('ReplicaSet', 'web', { replicas: 3 }));
    await world.settle();
    await world.check('adopted two and made one');
    await world.patch('Pod', 'one', { metadata: { labels: { app: 'released' } } });
    await world.settle();
    await world.check('released one and made another');
  },
  'prefers to delete pods that cost less': async (world) => {
    await world.create(workload('ReplicaSet', 'web', { replicas: 4 }));
    await world.settle();
    const pods = world.pods();
    await world.patch('Pod', pods[1].metadata.name, {
      metadata: {
        annotations: { 'controller.kubernetes.io/pod-deletion-cost': '-5' },
        labels: { cheap: 'yes' },
      },
    });
    await world.run(pods[2], { ready: false });
    await world.quiet();
    await world.scale('ReplicaSet', 'web', 3);
    await world.check('the one that is not ready goes');
    await world.scale('ReplicaSet', 'web', 2);
    await world.check('the cheap one goes');
  },
  'replaces failed pods': async (world) => {
    await world.create(workload('ReplicaSet', 'web', { replicas: 2, minReadySeconds: 20 }));
    await world.settle();
    await world.end(world.pods()[0], 1);
    await world.settle();
    await world.check('one failed, two run');
    await world.sleep(20_000);
    await world.check('they are available');
    await world.scale('ReplicaSet', 'web', 0);
    await world.settle();
    await world.check('none');
  },
  'replication controller': async (world) => {
    await world.create({
      kind: 'ReplicationController',
      metadata: { name: 'web' },
      spec: { replicas: 2, selector: { app: 'web' }, template: template('web') },
    });
    await world.settle();
    await world.check('runs two');
    await world.scale('ReplicationController', 'web', 1);
    await world.settle();
    await world.check('runs one');
    await world.remove('ReplicationController', 'web', { propagationPolicy: 'Orphan' });
    await world.check('orphaned');
  },
  'replication controller that a quota stops': async (world) => {
    await world.create({ kind: 'ResourceQuota', metadata: { name: 'few' }, spec: { hard: { pods: '0' } } });
    await world.quiet();
    await world.create({
      kind: 'ReplicationController',
      metadata: { name: 'web' },
      spec: { replicas: 1, selector: { app: 'web' }, template: template('web') },
    });
    await world.check('a condition tells');
    await world.remove('ResourceQuota', 'few');
    await world.scale('ReplicationController', 'web', 2);
    await world.settle();
    await world.check('the condition is gone');
  },
  'pods that are leaving': async (world) => {
    await world.create(workload('ReplicaSet', 'web', { replicas: 2 }));
    await world.settle();
    await world.remove('Pod', world.pods()[0].metadata.name);
    await world.check('replaced at once');
    await world.settle();
    await world.remove('ReplicaSet', 'web', { propagationPolicy: 'Background' });
    await world.check('pods are leaving');
    await world.reap();
    await world.check('gone');
  },
};
