import { deployment, pod, service } from '../scenario-objects.mjs';

const cronJob = (name, spec) => ({
  kind: 'CronJob',
  metadata: { name },
  spec: {
    schedule: '* * * * *',
    jobTemplate: {
      metadata: { labels: { of: name }, annotations: { note: 'x' } },
      spec: {
        template: {
          metadata: { labels: { of: name } },
          spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'main:1' }] },
        },
      },
    },
    ...spec,
  },
});
const jobs = (world) => world.objects('Job');

export default {
  'a cron job runs': async (world) => {
    await world.create(cronJob('tick', { timeZone: 'Europe/Berlin' }));
    await world.until(() => jobs(world).length === 1, 'a job');
    await world.check('a job runs');
    for (const one of world.pods()) await world.end(one);
    await world.check('it has ended');
  },
  'a cron job forbids a second run': async (world) => {
    await world.create(cronJob('tick', { concurrencyPolicy: 'Forbid' }));
    await world.until(() => jobs(world).length === 1, 'a job');
    await world.sleep(63_000);
    await world.check('one job');
  },
  'a cron job replaces': async (world) => {
    await world.create(cronJob('tick', { concurrencyPolicy: 'Replace', successfulJobsHistoryLimit: 1 }));
    await world.until(() => jobs(world).length === 1, 'a job');
    const [{ metadata }] = jobs(world);
    await world.until(() => jobs(world).some((one) => one.metadata.uid !== metadata.uid), 'another job');
    await world.check('another job');
  },
  'a cron job keeps a history': async (world) => {
    await world.create(cronJob('tick', { successfulJobsHistoryLimit: 0, failedJobsHistoryLimit: 0 }));
    await world.until(() => jobs(world).length === 1, 'a job');
    await world.quiet();
    for (const one of world.pods()) await world.end(one);
    await world.check('no job');
  },
  'a cron job is suspended': async (world) => {
    await world.create(cronJob('tick', { suspend: true }));
    await world.sleep(61_000);
    await world.check('no job');
  },
  'a quota counts': async (world) => {
    await world.create({
      kind: 'ResourceQuota',
      metadata: { name: 'all' },
      spec: {
        hard: {
          pods: '5',
          'requests.cpu': '2',
          services: '3',
          'count/deployments.apps': '4',
          configmaps: '10',
          secrets: '2',
          'limits.memory': '1Gi',
          persistentvolumeclaims: '1',
        },
      },
    });
    await world.create({
      kind: 'ResourceQuota',
      metadata: { name: 'best' },
      spec: { hard: { pods: '5' }, scopes: ['BestEffort'] },
    });
    await world.check('what is there');
    await world.create(service('web'));
    const resources = { requests: { cpu: '100m' }, limits: { memory: '64Mi', cpu: '200m' } };
    await world.create(pod('one', {}, { containers: [{ name: 'main', image: 'main:1', resources }] }));
    await world.check('counted');
    await world.end(world.pods()[0]);
    await world.check('ended');
    await world.remove('Service', 'web');
    await world.patch('ResourceQuota', 'all', { spec: { hard: { pods: '7', 'requests.cpu': null } } });
    await world.sleep(6000);
    await world.check('changed');
  },
  'an account is there again': async (world) => {
    await world.remove('ServiceAccount', 'default');
    await world.patch('ConfigMap', 'kube-root-ca.crt', { data: { 'ca.crt': 'x', more: 'y' } });
    await world.check('default');
  },
  'a secret for an account': async (world) => {
    await world.create({ kind: 'ServiceAccount', metadata: { name: 'robot' } });
    await world.create({
      kind: 'Secret',
      metadata: { name: 'token', annotations: { 'kubernetes.io/service-account.name': 'robot' } },
      type: 'kubernetes.io/service-account-token',
    });
    await world.create({
      kind: 'Secret',
      metadata: { name: 'nobody', annotations: { 'kubernetes.io/service-account.name': 'nobody' } },
      type: 'kubernetes.io/service-account-token',
    });
    await world.check('has a token');
    await world.remove('ServiceAccount', 'robot');
    await world.check('gone');
  },
  'a role of roles': async (world) => {
    const name = `${world.namespace}-all`;
    const label = `of-${world.namespace}`;
    const rule = (resource) => ({ apiGroups: [''], resources: [resource], verbs: ['get'] });
    await world.create({
      kind: 'ClusterRole',
      metadata: { name },
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [label]: 'yes' } }] },
    });
    for (const [one, resource] of [
      ['b', 'pods'],
      ['a', 'secrets'],
    ])
      await world.create({
        kind: 'ClusterRole',
        metadata: { name: `${world.namespace}-${one}`, labels: { [label]: 'yes' } },
        rules: [rule(resource)],
      });
    await world.check('both');
    await world.remove('ClusterRole', `${world.namespace}-a`);
    await world.check('one');
  },
  'an autoscaler without measurements': async (world) => {
    const scaler = (spec) => ({
      kind: 'HorizontalPodAutoscaler',
      apiVersion: 'autoscaling/v2',
      metadata: { name: 'web' },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
        minReplicas: 2,
        maxReplicas: 4,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } },
          },
        ],
        ...spec,
      },
    });
    await world.create(scaler());
    await world.sleep(20_000);
    await world.check('no target');
    await world.create(deployment('web', { replicas: 1 }));
    await world.sleep(20_000);
    await world.check('up to the least');
    await world.scale('Deployment', 'web', 0);
    await world.sleep(20_000);
    await world.check('disabled');
  },
  'a request for a certificate': async (world) => {
    const name = `${world.namespace}-c`;
    await world.create({
      kind: 'CertificateSigningRequest',
      metadata: { name },
      spec: { signerName: 'example.com/mine', usages: ['client auth'], request: REQUEST },
    });
    await world.patch('CertificateSigningRequest', `${name}/approval`, {
      status: { conditions: [{ type: 'Approved', status: 'True', reason: 'Me', message: 'yes' }] },
    });
    await world.check('approved');
  },
};

/** A request for the name `someone`, made once with openssl. */
const REQUEST =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlITU1IUUNBUUF3RWpFUU1BNEdBMVVFQXd3SGMyOXRaVzl1WlRCWk1CTUdCeXFHU000OUFnRUdDQ3FHU000OQpBd0VIQTBJQUJPWWsxOTF2c0FodTJ5YWVoVnNnTmtuSnFiOXhrZm5nNHZiM1J5R1pzWE5xL3RLZ1RDTGFicW5ECk1xWStUck9VdnI3T2FJU050MTVJNStXcnJiVk0wRzZnQURBS0JnZ3Foa2pPUFFRREFnTklBREJGQWlCR1gxWWwKV3FQRkRYb1p4R003WTdVQkFZUDJjZnhSUjZOaURLY3N5REZ2M2dJaEFOeWRHQmJSKzdEM2RJZ1ZWa213MTBoUApNckpKZkg2Y1ltNWZwZi9Zcmk5WQotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K';
