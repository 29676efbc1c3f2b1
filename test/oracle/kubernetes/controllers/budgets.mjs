import { deployment, job, pod, workload } from '../scenario-objects.mjs';

const budget = (spec, name = 'web') => ({
  kind: 'PodDisruptionBudget',
  metadata: { name },
  spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
});

export default {
  'counts what must be there': async (world) => {
    await world.create(budget({ minAvailable: 2 }));
    await world.check('no pods');
    await world.create(deployment('web', { replicas: 3 }));
    await world.check('none is ready');
    await world.settle();
    await world.check('one may go');
    await world.run(world.pods()[0], { ready: false });
    await world.check('none may go');
  },
  percentages: async (world) => {
    await world.create(budget({ maxUnavailable: '40%' }));
    await world.create(deployment('web', { replicas: 4 }));
    await world.settle();
    await world.check('two may go');
    await world.patch('PodDisruptionBudget', 'web', { spec: { maxUnavailable: null, minAvailable: '60%' } });
    await world.check('one may go');
    await world.scale('Deployment', 'web', 8);
    await world.settle();
    await world.check('three may go');
  },
  'pods nobody manages': async (world) => {
    await world.create(budget({ maxUnavailable: 1 }));
    await world.create(pod('alone', { app: 'web' }));
    await world.settle();
    await world.check('cannot be counted');
    await world.patch('PodDisruptionBudget', 'web', { spec: { maxUnavailable: null, minAvailable: 1 } });
    await world.check('can be counted');
  },
  'everything and nothing': async (world) => {
    await world.create(budget({ selector: {}, maxUnavailable: 0 }, 'all'));
    await world.create(budget({ selector: { matchLabels: { app: 'none' } }, minAvailable: '100%' }, 'none'));
    await world.create({
      kind: 'PodDisruptionBudget',
      metadata: { name: 'null' },
      spec: { minAvailable: 1 },
    });
    await world.create(workload('StatefulSet', 'web', { replicas: 2, serviceName: 'web' }));
    await world.settle();
    await world.check('counted');
  },
  'evicts those that are not well': async (world) => {
    await world.create(budget({ minAvailable: 2, unhealthyPodEvictionPolicy: 'AlwaysAllow' }, 'two'));
    await world.create(workload('ReplicaSet', 'web', { replicas: 2 }));
    await world.settle();
    await world.check('counted');
  },
  jobs: async (world) => {
    const work = job('web', { parallelism: 2, completions: 2 });
    work.spec.template.metadata = { labels: { app: 'web' } };
    await world.create(work);
    await world.create(budget({ maxUnavailable: 1 }));
    await world.check('have no scale');
  },
};
