import { strict as assert } from 'node:assert';
import { join } from 'node:path';

/** The whole of kube-prometheus: what its manifests and the operator make of it runs, with the rights its manifests give. */
export async function kubePrometheus(cluster, { binary, sources, step }) {
  cluster.kubectl(['apply', '--server-side', '-f', join(sources, 'manifests/setup')]);
  cluster.kubectl(['apply', '-f', join(sources, 'manifests')]);
  const kubeconfig = cluster.kubeconfigOf('monitoring', 'prometheus-operator');
  const operator = cluster.run(
    binary,
    ['--web.listen-address=127.0.0.1:0', '--kubelet-service=kube-system/kubelet', '--kubelet-endpoints=true'],
    { KUBECONFIG: kubeconfig },
  );
  const available = (kind, name) => () =>
    cluster
      .get(kind, name, '-n', 'monitoring')
      .status?.conditions?.some(({ type, status }) => type === 'Available' && status === 'True');
  await cluster.until('prometheus', available('prometheus', 'k8s'));
  await cluster.until('alertmanager', available('alertmanager', 'main'));
  step('prometheus and alertmanager are available');

  const pods = () => cluster.get('pods', '-n', 'monitoring').items;
  await cluster.until('every pod is ready', () =>
    pods().every(({ status }) =>
      status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    ),
  );
  step(`all ${pods().length} pods are ready`);
  await cluster.until(
    'kubelets',
    () => cluster.get('endpoints', 'kubelet', '-n', 'kube-system').subsets[0].addresses.length === 3,
  );
  step('the addresses of the kubelets are kept');
  assert.equal(operator.child.exitCode, null);
  assert.doesNotMatch(operator.log(), /panic/);
}
