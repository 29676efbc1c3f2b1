import { addNode, NODE_INFO, nodeReady, pod } from '../scenario-objects.mjs';

export default {
  'is not ready': async (world) => {
    const node = await addNode(world, 'a');
    await world.create(pod('one', {}, { nodeName: node }));
    await world.create(
      pod(
        'hasty',
        {},
        {
          nodeName: node,
          tolerations: [
            {
              key: 'node.kubernetes.io/not-ready',
              operator: 'Exists',
              effect: 'NoExecute',
              tolerationSeconds: 3,
            },
          ],
        },
      ),
    );
    await world.quiet();
    for (const one of world.pods()) await world.run(one, { node });
    await world.check('ready');
    await nodeReady(world, node, 'False');
    await world.sleep(8000);
    await world.check('pods are not ready, one goes');
    await nodeReady(world, node, 'True');
    await world.check('no taints');
  },
  'is never heard of': async (world) => {
    await world.create({
      kind: 'Node',
      metadata: { name: `${world.namespace}-a` },
      status: { nodeInfo: NODE_INFO, daemonEndpoints: { kubeletEndpoint: { Port: 10250 } } },
    });
    await world.sleep(75_000);
    await world.check('unknown');
  },
  'is heard of no more': async (world) => {
    const node = await addNode(world, 'a');
    await world.create(pod('one', {}, { nodeName: node }));
    await world.quiet();
    await world.run(world.pods()[0], { node });
    await world.sleep(65_000);
    await world.check('unknown');
  },
  'has taints': async (world) => {
    const node = await addNode(world, 'a');
    await world.create(pod('one', {}, { nodeName: node }));
    await world.create(pod('two', {}, { nodeName: node, tolerations: [{ key: 'bad', operator: 'Exists' }] }));
    await world.create(
      pod(
        'three',
        {},
        {
          nodeName: node,
          tolerations: [{ key: 'bad', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 600 }],
        },
      ),
    );
    await world.patch('Node', node, { spec: { taints: [{ key: 'bad', effect: 'NoExecute' }] } });
    await world.check('one goes');
    await world.patch('Node', node, { spec: { taints: null } });
    await world.check('the others stay');
  },
  'is cordoned and gone': async (world) => {
    const node = await addNode(world, 'a');
    await world.patch('Node', node, { spec: { unschedulable: true } });
    await world.check('a taint');
    await world.patch('Node', node, { spec: { unschedulable: false } });
    await world.check('no taint');
    await world.remove('Node', node);
    await world.check('gone');
  },
};
