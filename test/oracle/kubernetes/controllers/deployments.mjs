import { deployment, template, toImage, workload } from '../scenario-objects.mjs';

export default {
  'comes up': async (world) => {
    await world.create({
      ...deployment('web'),
      metadata: { name: 'web', labels: { app: 'web' }, annotations: { note: 'one' } },
    });
    await world.check('pods are there');
    await world.settle();
    await world.check('pods are ready');
    await world.patch('Deployment', 'web', { metadata: { annotations: { note: 'two', more: 'x' } } });
    await world.check('annotations changed');
  },
  'rolls to another image': async (world) => {
    await world.create(deployment('web', { replicas: 4 }));
    await world.settle();
    await world.patch('Deployment', 'web', toImage('main:2'));
    await world.check('first step');
    await world.settle();
    await world.check('done');
    await world.patch('Deployment', 'web', toImage('main:1'));
    await world.settle();
    await world.check('back');
  },
  'rolls without surge': async (world) => {
    const rollingUpdate = { maxSurge: 0, maxUnavailable: 1 };
    await world.create(deployment('web', { strategy: { type: 'RollingUpdate', rollingUpdate } }));
    await world.settle();
    await world.patch('Deployment', 'web', toImage('main:2'));
    await world.check('one old pod goes');
    await world.reap();
    await world.check('one new pod');
    await world.settle();
    await world.check('done');
  },
  'rolls with percentages': async (world) => {
    const rollingUpdate = { maxSurge: '40%', maxUnavailable: '40%' };
    await world.create(
      deployment('web', { replicas: 5, strategy: { type: 'RollingUpdate', rollingUpdate } }),
    );
    await world.settle();
    await world.patch('Deployment', 'web', toImage('main:2'));
    await world.check('first step');
    await world.reap();
    await world.check('reaped');
    const [first] = world.pods(({ status }) => status.phase === 'Pending');
    await world.run(first);
    await world.check('one is ready');
  },
  recreates: async (world) => {
    await world.create(deployment('web', { strategy: { type: 'Recreate' } }));
    await world.settle();
    await world.patch('Deployment', 'web', toImage('main:2'));
    await world.check('old pods go');
    await world.reap();
    await world.check('new pods are there');
    await world.settle();
    await world.check('done');
  },
  'is paused and resumed': async (world) => {
    await world.create(deployment('web'));
    await world.settle();
    await world.patch('Deployment', 'web', { spec: { paused: true } });
    await world.check('paused');
    await world.patch('Deployment', 'web', toImage('main:2'));
    await world.scale('Deployment', 'web', 5);
    await world.check('scaled while paused');
    await world.settle();
    await world.patch('Deployment', 'web', { spec: { paused: false } });
    await world.check('resumed');
    await world.settle();
    await world.check('done');
  },
  'is created paused': async (world) => {
    await world.create(deployment('web', { paused: true }));
    await world.check('nothing is there');
    await world.patch('Deployment', 'web', { spec: { paused: false } });
    await world.check('resumed');
  },
  'misses its deadline': async (world) => {
    await world.create(deployment('web', { progressDeadlineSeconds: 4 }));
    await world.quiet();
    for (const pod of world.pods()) await world.run(pod, { ready: false });
    await world.sleep(7000);
    await world.check('too late');
    for (const pod of world.pods()) await world.run(pod);
    await world.check('ready after all');
    await world.patch('Deployment', 'web', toImage('main:2'));
    await world.sleep(7000);
    await world.check('too late again');
    await world.patch('Deployment', 'web', toImage('main:1'));
    await world.check('rolled back');
    await world.settle();
    await world.check('well again');
  },
  'scales while it rolls': async (world) => {
    await world.create(deployment('web', { replicas: 10 }));
    await world.settle();
    await world.patch('Deployment', 'web', toImage('main:2'));
    await world.quiet();
    await world.reap();
    await world.quiet();
    await world.scale('Deployment', 'web', 15);
    await world.check('up in proportion');
    await world.scale('Deployment', 'web', 6);
    await world.check('down in proportion');
    await world.settle();
    await world.check('done');
  },
  'waits for pods to be ready long enough': async (world) => {
    await world.create(deployment('web', { minReadySeconds: 20 }));
    await world.quiet();
    for (const pod of world.pods()) await world.run(pod);
    await world.check('ready, not available');
    await world.sleep(20_000);
    await world.check('available');
  },
  'scales to zero and back': async (world) => {
    await world.create(deployment('web'));
    await world.settle();
    await world.scale('Deployment', 'web', 0);
    await world.check('down, pods are going');
    await world.settle();
    await world.check('zero');
    await world.patch('Deployment', 'web', toImage('main:2'));
    await world.check('another template at zero');
    await world.scale('Deployment', 'web', 2);
    await world.settle();
    await world.check('back');
  },
  'adopts what matches and lets go what does not': async (world) => {
    const set = workload('ReplicaSet', 'orphan', { replicas: 2 });
    set.spec.selector.matchLabels = { app: 'web' };
    set.spec.template = template('web');
    set.metadata.labels = { app: 'web' };
    await world.create(set);
    await world.settle();
    await world.create(deployment('web', { replicas: 2 }));
    await world.check('adopted');
    await world.remove('Deployment', 'web', { propagationPolicy: 'Orphan' });
    await world.check('orphaned');
    await world.create(deployment('web', { replicas: 2, image: 'main:2' }));
    await world.check('adopted again with another template');
  },
  'keeps a history': async (world) => {
    await world.create(deployment('web', { replicas: 1, revisionHistoryLimit: 2 }));
    await world.settle();
    for (const version of [2, 3, 4, 5]) {
      await world.patch('Deployment', 'web', toImage(`main:${version}`));
      await world.settle();
    }
    await world.check('two old sets');
    await world.patch('Deployment', 'web', { spec: { revisionHistoryLimit: 0 } });
    await world.check('none');
  },
  'selects others that it does not own': async (world) => {
    await world.create(deployment('one', { replicas: 1, selector: { matchLabels: { app: 'one' } } }));
    await world.create({
      ...deployment('two', { replicas: 1, selector: { matchLabels: { app: 'one' } } }),
      spec: {
        ...deployment('two').spec,
        replicas: 1,
        selector: { matchLabels: { app: 'one' } },
        template: template('one', 'main:2'),
      },
    });
    await world.settle();
    await world.check('each has its own');
  },
  'is refused its pods by a quota': async (world) => {
    await world.create({ kind: 'ResourceQuota', metadata: { name: 'few' }, spec: { hard: { pods: '1' } } });
    await world.quiet();
    await world.create(deployment('web', { replicas: 2 }));
    await world.check('one pod');
    await world.settle();
    await world.check('one pod is ready');
  },
  'is refused its pods by a missing service account': async (world) => {
    await world.create(deployment('web', { replicas: 1, pod: { serviceAccountName: 'nobody' } }));
    await world.check('no pod');
  },
  'has pods that fail and pods that are deleted': async (world) => {
    await world.create(deployment('web', { replicas: 3 }));
    await world.settle();
    const [first, second] = world.pods();
    await world.end(first, 1);
    await world.remove('Pod', second.metadata.name);
    await world.check('two others');
    await world.settle();
    await world.check('three again');
    await world.remove('Deployment', 'web', { propagationPolicy: 'Foreground' });
    await world.check('goes, pods first');
    await world.reap();
    await world.check('gone');
  },
};
