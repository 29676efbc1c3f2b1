import { strict as assert } from 'node:assert';
import { gunzipSync } from 'node:zlib';
import { join } from 'node:path';

/** A Prometheus becomes a StatefulSet with running pods and a configuration made of monitors and rules; a change rolls; deletion cleans up. */
export async function prometheusOperator(cluster, { binary, sources, step }) {
  cluster.kubectl(['apply', '--server-side', '-f', join(sources, 'example/prometheus-operator-crd')]);
  const roles = join(sources, 'example/rbac/prometheus-operator');
  for (const file of ['service-account', 'cluster-role', 'cluster-role-binding'])
    cluster.kubectl(['apply', '-f', join(roles, `prometheus-operator-${file}.yaml`)]);
  step('its definitions, its roles and its account are there');

  const kubeconfig = cluster.kubeconfigOf('default', 'prometheus-operator');
  const operator = cluster.run(binary, ['--web.listen-address=127.0.0.1:0'], { KUBECONFIG: kubeconfig });
  const meta = (name, labels) => ({ name, namespace: 'default', ...(labels && { labels }) });
  cluster.apply([
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta('prometheus') },
    {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'Prometheus',
      metadata: meta('main'),
      spec: {
        replicas: 2,
        serviceAccountName: 'prometheus',
        serviceMonitorSelector: {},
        ruleSelector: { matchLabels: { role: 'alerts' } },
        resources: { requests: { memory: '64Mi' } },
      },
    },
    {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'ServiceMonitor',
      metadata: meta('web'),
      spec: { selector: { matchLabels: { app: 'web' } }, endpoints: [{ port: 'metrics', interval: '15s' }] },
    },
    {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: meta('alerts', { role: 'alerts' }),
      spec: { groups: [{ name: 'g', rules: [{ alert: 'Down', expr: 'up == 0', for: '5m' }] }] },
    },
  ]);
  const set = () => cluster.get('statefulset', 'prometheus-main');
  await cluster.until('pods of prometheus run', () => set().status.readyReplicas === 2);
  step('two pods of prometheus run');

  const configuration = () =>
    gunzipSync(
      Buffer.from(cluster.get('secret', 'prometheus-main').data['prometheus.yaml.gz'], 'base64'),
    ).toString();
  await cluster.until('the monitor is in the configuration', () =>
    configuration().includes('serviceMonitor/default/web/0'),
  );
  const rules = cluster.get('configmaps', '-l', 'prometheus-name=main').items;
  assert.match(JSON.stringify(rules[0]?.data), /alert: Down/);
  step('monitor and rule are in its configuration');

  await cluster.until('status', () => {
    const { status } = cluster.get('prometheus', 'main');
    const is = (type) => status?.conditions?.find((one) => one.type === type)?.status === 'True';
    return status?.availableReplicas === 2 && is('Available') && is('Reconciled');
  });
  assert.match(cluster.kubectl(['get', 'prometheus', 'main']), /main\s+\S*\s*2\s+2\s+True\s+True/);
  step('its status is reported, and in the columns of kubectl');

  const before = set().metadata.generation;
  cluster.kubectl(['patch', 'prometheus', 'main', '--type=merge', '-p', '{"spec":{"logLevel":"debug"}}']);
  await cluster.until('the change is rolled out', () => {
    const { metadata, status } = set();
    return (
      metadata.generation > before &&
      status.updateRevision === status.currentRevision &&
      status.readyReplicas === 2
    );
  });
  // Its definition lets `scale` mean shards.
  cluster.kubectl(['scale', 'prometheus', 'main', '--replicas=2']);
  await cluster.until(
    'a second shard',
    () => cluster.get('statefulset', 'prometheus-main-shard-1').status.readyReplicas === 2,
  );
  step('a change rolls through the pods, and its scale subresource scales');

  const refused = refusalOf(() =>
    cluster.apply([
      {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'Prometheus',
        metadata: meta('bad'),
        spec: { retention: 'long' },
      },
    ]),
  );
  assert.match(refused, /spec\.retention.*should match/);
  step('what the definition forbids is refused');

  cluster.kubectl(['delete', 'statefulset', 'prometheus-main']);
  await cluster.until('the set is made again', () => set().status.readyReplicas === 2);
  step('what was deleted is made again');

  cluster.kubectl(['delete', 'prometheus', 'main']);
  await cluster.until('nothing is left', () => cluster.get('pods,statefulsets').items.length === 0);
  assert.equal(operator.child.exitCode, null);
  assert.doesNotMatch(operator.log(), /panic|forbidden/i);
  step('with it goes all it made');
}

function refusalOf(action) {
  try {
    action();
  } catch (error) {
    return error.message;
  }
  return 'not refused';
}
