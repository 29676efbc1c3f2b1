import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SCHEDULER = 'real-scheduler';

const template = (name, container = {}, spec = {}) => ({
  metadata: { labels: { app: name } },
  spec: {
    schedulerName: SCHEDULER,
    terminationGracePeriodSeconds: 1,
    ...spec,
    containers: [{ name: 'main', image: 'nginx:1.27', ...container }],
  },
});

const workload = (kind, name, spec, pod) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name, namespace: 'shop' },
  spec: { selector: { matchLabels: { app: name } }, ...spec, template: pod ?? template(name) },
});

const batch = (kind, name, spec) => ({
  apiVersion: 'batch/v1',
  kind,
  metadata: { name, namespace: 'shop' },
  spec,
});

const once = (container) => template('once', container, { restartPolicy: 'Never' });

/**
 * Kubernetes' own controllers and scheduler, each with the rights of its bootstrap roles, in the place of ours: only the API,
 * the nodes and their kubelets are simulated.
 */
export async function controlPlane(cluster, { binary, bin, step }) {
  const config = JSON.stringify({
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    clientConnection: { kubeconfig: actingAs(cluster, 'system:kube-scheduler') },
    profiles: [{ schedulerName: SCHEDULER }],
  });
  const admin = ['--authentication-kubeconfig', '--authorization-kubeconfig'].map(
    (flag) => `${flag}=${cluster.kubeconfig}`,
  );
  const own = (port) => [`--secure-port=${port}`, `--cert-dir=${cluster.path(`certificates-${port}`)}`];
  const manager = cluster.run(binary, [
    `--kubeconfig=${actingAs(cluster, 'system:kube-controller-manager')}`,
    '--use-service-account-credentials',
    ...admin,
    ...own(18404),
  ]);
  const scheduler = cluster.run(join(bin, 'kube-scheduler'), [
    `--config=${cluster.write('scheduler.json', config)}`,
    ...admin,
    ...own(18405),
  ]);
  for (const name of ['kube-controller-manager', 'kube-scheduler'])
    await cluster.until(name, () => cluster.get('lease', name, '-n', 'kube-system').spec.holderIdentity);
  step('they lead, by leases');

  cluster.kubectl(['create', 'namespace', 'shop']);
  await cluster.until('the namespace', () => cluster.get('serviceaccount', 'default', '-n', 'shop'));
  cluster.apply([
    workload('Deployment', 'web', { replicas: 4 }),
    workload('StatefulSet', 'db', { replicas: 3, serviceName: 'db' }),
    workload('DaemonSet', 'agent', {}),
    service('web'),
    service('db', { clusterIP: 'None' }),
    batch('Job', 'pi', {
      completions: 3,
      parallelism: 2,
      template: once({ image: 'busybox', command: ['sh', '-c', 'echo 3.14'] }),
    }),
    batch('Job', 'broken', {
      backoffLimit: 1,
      template: once({ image: 'busybox', command: ['sh', '-c', 'exit 3'] }),
    }),
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'web' } } },
    },
    {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'all', namespace: 'shop' },
      spec: { hard: { pods: '40' } },
    },
  ]);
  const shop = (...args) => cluster.kubectl(['-n', 'shop', ...args]);
  for (const name of ['deployment/web', 'statefulset/db', 'daemonset/agent'])
    shop('rollout', 'status', name, '--timeout=120s');
  shop('wait', '--for=condition=Complete', 'job/pi', '--timeout=120s');
  shop('wait', '--for=condition=Failed', 'job/broken', '--timeout=120s');
  assert.equal(shop('logs', 'job/pi').trim(), '3.14');
  step('workloads are rolled out, a Job completes, another one fails');

  await cluster.until('the endpoints', () => {
    const slices = cluster.get('endpointslices', '-n', 'shop', '-l', 'kubernetes.io/service-name=web').items;
    return (
      slices.flatMap(({ endpoints }) => endpoints ?? []).filter((one) => one.conditions.ready).length === 4
    );
  });
  await cluster.until(
    'the budget',
    () => cluster.get('poddisruptionbudget', 'web', '-n', 'shop').status.disruptionsAllowed === 1,
  );
  await cluster.until('the quota', () => {
    const used = Number(cluster.get('resourcequota', 'all', '-n', 'shop').status.used?.pods);
    return used === cluster.get('pods', '-n', 'shop', '--field-selector=status.phase=Running').items.length;
  });
  step('endpoints, budget and quota are counted');

  shop('set', 'image', 'deployment/web', 'main=nginx:1.28');
  shop('rollout', 'status', 'deployment/web', '--timeout=120s');
  shop('rollout', 'undo', 'deployment/web');
  shop('rollout', 'status', 'deployment/web', '--timeout=120s');
  const sets = cluster.get('replicasets', '-n', 'shop', '-l', 'app=web').items;
  assert.deepEqual(sets.map(({ spec }) => spec.replicas).sort(), [0, 4]);
  shop('scale', 'statefulset/db', '--replicas=1');
  await cluster.until(
    'the scale',
    () => cluster.get('pods', '-n', 'shop', '-l', 'app=db').items.length === 1,
  );
  step('it rolls on, back, and scales down');

  const node = cluster.get('pods', '-n', 'shop', '-l', 'app=web').items[0].spec.nodeName;
  cluster.kubectl([
    'drain',
    node,
    '--ignore-daemonsets',
    '--delete-emptydir-data',
    '--force',
    '--timeout=120s',
  ]);
  await cluster.until('other nodes', () => {
    const pods = cluster.get('pods', '-n', 'shop', '-l', 'app=web').items;
    return (
      pods.filter(({ spec, status }) => spec.nodeName !== node && status.phase === 'Running').length === 4
    );
  });
  cluster.kubectl(['uncordon', node]);
  step('a drained node is left, within the budget');

  shop('delete', 'deployment', 'web', '--cascade=foreground', '--timeout=120s');
  assert.equal(cluster.get('replicasets', '-n', 'shop', '-l', 'app=web').items.length, 0);
  const podsOfPi = () => cluster.get('pods', '-n', 'shop', '-l', 'batch.kubernetes.io/job-name=pi').items;
  const left = podsOfPi().length;
  assert.ok(left > 0);
  shop('delete', 'job', 'pi', '--cascade=orphan', '--timeout=120s');
  assert.equal(podsOfPi().length, left);
  cluster.kubectl(['delete', 'namespace', 'shop', '--timeout=120s']);
  step('dependents go or stay as asked, and everything with the namespace');

  const refused = [manager, scheduler].flatMap(({ log }) =>
    log()
      .split('\n')
      .filter((line) =>
        /is forbidden: User|no matches for kind|could not find the requested resource/.test(line),
      ),
  );
  assert.deepEqual(refused, [], 'refused');
  step('nothing they asked for was refused or unknown');
}

const service = (name, spec = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: { selector: { app: name }, ports: [{ port: 80 }], ...spec },
});

/** The administrator's certificate, with the rights of another user. */
function actingAs(cluster, user) {
  const known = readFileSync(cluster.kubeconfig, 'utf8');
  const changed = known.replace(/client-certificate-data:/, `as: ${user}\n    client-certificate-data:`);
  return cluster.write(`kubeconfig-${user.replaceAll(':', '-')}`, changed);
}
