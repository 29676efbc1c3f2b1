import { service, toImage, workload } from '../scenario-objects.mjs';

const claims = [
  {
    metadata: { name: 'data' },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'none',
      resources: { requests: { storage: '1Gi' } },
    },
  },
];
const set = (name, spec) => workload('StatefulSet', name, { replicas: 3, serviceName: name, ...spec });

export default {
  'starts in order': async (world) => {
    await world.create(service('db', { clusterIP: 'None' }));
    await world.create(set('db'));
    await world.check('the first pod');
    await world.run(world.pods()[0]);
    await world.check('the second pod');
    await world.settle();
    await world.check('all');
    await world.scale('StatefulSet', 'db', 1);
    await world.check('the last goes');
    await world.settle();
    await world.check('one');
  },
  'starts in parallel': async (world) => {
    await world.create(set('db', { podManagementPolicy: 'Parallel' }));
    await world.check('all pods');
    await world.settle();
    await world.scale('StatefulSet', 'db', 0);
    await world.check('all go');
    await world.settle();
    await world.check('none');
  },
  'rolls from the last': async (world) => {
    await world.create(set('db'));
    await world.settle();
    await world.patch('StatefulSet', 'db', toImage('main:2'));
    await world.check('the last goes');
    await world.reap();
    await world.check('the last is made anew');
    await world.settle();
    await world.check('done');
    await world.patch('StatefulSet', 'db', toImage('main:1'));
    await world.settle();
    await world.check('back');
  },
  'rolls down to a partition': async (world) => {
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: 2 } };
    await world.create(set('db', { updateStrategy }));
    await world.settle();
    await world.patch('StatefulSet', 'db', toImage('main:2'));
    await world.settle();
    await world.check('one is new');
    await world.remove('Pod', 'db-0');
    await world.settle();
    await world.check('one that was deleted is old');
    await world.patch('StatefulSet', 'db', { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } });
    await world.settle();
    await world.check('all are new');
  },
  'rolls those made in parallel': async (world) => {
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: 0 } };
    await world.create(set('db', { replicas: 4, podManagementPolicy: 'Parallel', updateStrategy }));
    await world.settle();
    await world.patch('StatefulSet', 'db', toImage('main:2'));
    await world.check('one goes');
    await world.settle();
    await world.check('done');
  },
  'waits for pods to be deleted': async (world) => {
    await world.create(set('db', { replicas: 2, updateStrategy: { type: 'OnDelete' } }));
    await world.settle();
    await world.patch('StatefulSet', 'db', toImage('main:2'));
    await world.check('nothing happens');
    await world.remove('Pod', 'db-1');
    await world.settle();
    await world.check('one is new');
  },
  'keeps claims': async (world) => {
    await world.create(set('db', { replicas: 2, volumeClaimTemplates: claims }));
    await world.settle();
    await world.check('has claims');
    await world.scale('StatefulSet', 'db', 1);
    await world.settle();
    await world.check('scaled down');
    await world.remove('StatefulSet', 'db', { propagationPolicy: 'Background' });
    await world.quiet();
    await world.reap();
    await world.check('deleted');
  },
  'deletes claims': async (world) => {
    const policy = { whenDeleted: 'Delete', whenScaled: 'Delete' };
    await world.create(
      set('db', { replicas: 2, volumeClaimTemplates: claims, persistentVolumeClaimRetentionPolicy: policy }),
    );
    await world.settle();
    await world.check('has claims');
    await world.scale('StatefulSet', 'db', 1);
    await world.settle();
    await world.check('scaled down');
    await world.remove('StatefulSet', 'db', { propagationPolicy: 'Background' });
    await world.quiet();
    await world.reap();
    await world.check('deleted');
  },
  'starts at another number': async (world) => {
    await world.create(set('db', { replicas: 2, ordinals: { start: 5 }, minReadySeconds: 3 }));
    await world.quiet();
    await world.run(world.pods()[0]);
    await world.check('ready for a moment');
    await world.sleep(4000);
    await world.settle();
    await world.sleep(3000);
    await world.check('all');
  },
  'replaces what failed and what ended': async (world) => {
    await world.create(set('db', { replicas: 2 }));
    await world.settle();
    await world.end(
      world.objects('Pod').find(({ metadata }) => metadata.name === 'db-0'),
      1,
    );
    await world.check('failed');
    await world.settle();
    await world.end(
      world.objects('Pod').find(({ metadata }) => metadata.name === 'db-1'),
      0,
    );
    await world.check('ended');
    await world.settle();
    await world.check('two again');
  },
  'keeps its history short': async (world) => {
    await world.create(set('db', { replicas: 1, revisionHistoryLimit: 1 }));
    await world.settle();
    for (const version of [2, 3, 4]) {
      await world.patch('StatefulSet', 'db', toImage(`main:${version}`));
      await world.settle();
    }
    await world.check('two revisions');
  },
  'a rollout that is stuck': async (world) => {
    await world.create(set('db', { replicas: 2 }));
    await world.settle();
    await world.patch('StatefulSet', 'db', toImage('main:bad'));
    await world.quiet();
    await world.reap();
    await world.quiet();
    for (const pod of world.pods(({ status }) => status.phase === 'Pending'))
      await world.run(pod, { ready: false });
    await world.check('stuck');
    await world.patch('StatefulSet', 'db', toImage('main:1'));
    await world.check('still stuck after an undo');
  },
};
