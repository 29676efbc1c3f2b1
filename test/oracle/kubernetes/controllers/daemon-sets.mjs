import { addNode, toImage, workload } from '../scenario-objects.mjs';

const set = (world, spec = {}) =>
  workload('DaemonSet', 'agent', { ...spec, pod: { nodeSelector: { of: world.namespace }, ...spec.pod } });

export default {
  'runs on every node that matches': async (world) => {
    const [first] = [await addNode(world, 'a'), await addNode(world, 'b')];
    await world.create(set(world));
    await world.check('a pod each');
    await world.settle();
    await world.check('ready');
    await addNode(world, 'c');
    await world.settle();
    await world.check('on the new node');
    await world.patch('Node', first, { metadata: { labels: { of: 'others' } } });
    await world.settle();
    await world.check('a node that no longer matches');
    await world.remove('Node', first);
    await world.check('a node is gone');
  },
  'is kept away by taints': async (world) => {
    await addNode(world, 'a', { taints: [{ key: 'special', value: 'yes', effect: 'NoSchedule' }] });
    const other = await addNode(world, 'b');
    await world.create(set(world));
    await world.settle();
    await world.check('on one');
    await world.patch('Node', other, { spec: { taints: [{ key: 'bad', effect: 'NoSchedule' }] } });
    await world.settle();
    await world.check('stays where it runs');
    await world.patch('DaemonSet', 'agent', {
      spec: { template: { spec: { tolerations: [{ operator: 'Exists' }] } } },
    });
    await world.settle();
    await world.check('on both');
  },
  'is not held up by cordons': async (world) => {
    const node = await addNode(world, 'a');
    await world.patch('Node', node, { spec: { unschedulable: true } });
    await world.create(set(world));
    await world.settle();
    await world.check('runs all the same');
  },
  'rolls node by node': async (world) => {
    for (const name of ['a', 'b', 'c']) await addNode(world, name);
    await world.create(set(world));
    await world.settle();
    await world.patch('DaemonSet', 'agent', toImage('main:2'));
    await world.check('one goes');
    await world.settle();
    await world.check('done');
    await world.patch('DaemonSet', 'agent', toImage('main:1'));
    await world.settle();
    await world.check('back');
  },
  'rolls with surge': async (world) => {
    for (const name of ['a', 'b', 'c']) await addNode(world, name);
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
    await world.create(set(world, { updateStrategy }));
    await world.settle();
    await world.patch('DaemonSet', 'agent', toImage('main:2'));
    await world.check('one more');
    await world.settle();
    await world.check('done');
  },
  'waits for pods to be deleted': async (world) => {
    for (const name of ['a', 'b']) await addNode(world, name);
    await world.create(set(world, { updateStrategy: { type: 'OnDelete' }, minReadySeconds: 3 }));
    await world.settle();
    await world.check('ready');
    await world.patch('DaemonSet', 'agent', toImage('main:2'));
    await world.check('nothing happens');
    await world.remove('Pod', world.pods()[0].metadata.name);
    await world.settle();
    await world.sleep(3000);
    await world.check('one is new');
  },
  'replaces failed pods': async (world) => {
    await addNode(world, 'a');
    await world.create(set(world));
    await world.settle();
    await world.end(world.pods()[0], 1);
    await world.check('failed');
    await world.settle();
    await world.check('another');
    await world.remove('DaemonSet', 'agent', { propagationPolicy: 'Foreground' });
    await world.quiet();
    await world.reap();
    await world.check('gone');
  },
  'keeps its history short': async (world) => {
    await addNode(world, 'a');
    await world.create(set(world, { revisionHistoryLimit: 1 }));
    await world.settle();
    for (const version of [2, 3, 4]) {
      await world.patch('DaemonSet', 'agent', toImage(`main:${version}`));
      await world.settle();
    }
    await world.check('two revisions');
  },
  'matches no node': async (world) => {
    await world.create(set(world));
    await world.check('wants none');
  },
};
