import { deployment, pod, service } from '../scenario-objects.mjs';

const ready = async (world) => {
  await world.quiet();
  for (const one of world.pods()) await world.run(one);
};

export default {
  'follows its pods': async (world) => {
    await world.create(service('web'));
    await world.create(deployment('web', { replicas: 2 }));
    await world.check('no endpoints');
    await ready(world);
    await world.check('two endpoints');
    await world.run(world.pods()[0], { ready: false });
    await world.check('one is not ready');
    await world.remove('Pod', world.pods()[0].metadata.name);
    await world.check('one is terminating');
  },
  'publishes those not ready': async (world) => {
    await world.create(service('web', { publishNotReadyAddresses: true, clusterIP: 'None' }));
    await world.create(pod('one', { app: 'web' }, { hostname: 'one', subdomain: 'web' }));
    await world.quiet();
    await world.run(world.pods()[0], { ready: false });
    await world.check('an endpoint');
  },
  'has named ports': async (world) => {
    const ports = [
      { name: 'http', port: 80, targetPort: 'web', appProtocol: 'http' },
      { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
    ];
    await world.create(service('web', { ports }));
    const container = (containerPort) => ({
      containers: [{ name: 'main', image: 'main:1', ports: [{ name: 'web', containerPort }] }],
    });
    await world.create(pod('one', { app: 'web' }, container(8080)));
    await world.create(pod('two', { app: 'web' }, container(9090)));
    await ready(world);
    await world.check('two slices');
  },
  'mirrors endpoints of people': async (world) => {
    await world.create({ ...service('web'), spec: { ports: [{ port: 80 }] } });
    await world.create({
      kind: 'Endpoints',
      metadata: { name: 'web', labels: { my: 'label' }, annotations: { my: 'note' } },
      subsets: [
        {
          addresses: [{ ip: '10.3.0.1' }, { ip: '10.3.0.2', hostname: 'two' }],
          notReadyAddresses: [{ ip: '10.3.0.3' }],
          ports: [
            { name: 'a', port: 80 },
            { name: 'b', port: 81, protocol: 'UDP' },
          ],
        },
        { addresses: [{ ip: '10.3.0.4' }], ports: [{ port: 82 }] },
      ],
    });
    await world.check('mirrored');
    await world.patch('Endpoints', 'web', {
      subsets: [{ addresses: [{ ip: '10.3.0.9' }], ports: [{ port: 82 }] }],
    });
    await world.check('changed');
    await world.remove('Endpoints', 'web');
    await world.check('gone');
  },
  'changes its selector': async (world) => {
    await world.create(service('web'));
    await world.create(pod('one', { app: 'web' }));
    await world.create(pod('two', { app: 'other' }));
    await ready(world);
    await world.patch('Service', 'web', { spec: { selector: { app: 'other' } } });
    await world.check('other pods');
    await world.patch('Service', 'web', { spec: { selector: null } });
    await world.check('none');
    await world.remove('Service', 'web');
    await world.check('gone');
  },
  'has labels': async (world) => {
    await world.create({
      ...service('web'),
      metadata: { name: 'web', labels: { app: 'web', tier: 'front' } },
    });
    await world.check('copied');
    await world.patch('Service', 'web', { metadata: { labels: { tier: null, more: 'x' } } });
    await world.check('changed');
  },
  'goes to pods that ended': async (world) => {
    await world.create(service('web'));
    await world.create(pod('one', { app: 'web' }));
    await world.create(pod('two', { app: 'web' }));
    await ready(world);
    await world.quiet();
    await world.end(world.pods()[0], 0);
    await world.check('one left');
  },
  'prefers what is near': async (world) => {
    await world.create(service('web', { trafficDistribution: 'PreferClose' }));
    await world.create(pod('one', { app: 'web' }));
    await world.create(pod('two', { app: 'web' }));
    await world.quiet();
    for (const [index, one] of world.pods().entries()) await world.run(one, { node: world.nodes[index] });
    await world.check('hints');
  },
  'is external or has no pods': async (world) => {
    await world.create({
      kind: 'Service',
      metadata: { name: 'away' },
      spec: { type: 'ExternalName', externalName: 'example.com' },
    });
    await world.create(service('nothing', { clusterIP: 'None', ports: undefined }));
    await world.check('no ports');
  },
};
