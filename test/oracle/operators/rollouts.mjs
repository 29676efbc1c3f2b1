import { strict as assert } from 'node:assert';
import { join } from 'node:path';

const labels = { app: 'shop' };
const container = (image) => ({
  name: 'shop',
  image,
  ports: [{ name: 'http', containerPort: 80 }],
  readinessProbe: { httpGet: { path: '/', port: 'http' } },
});
const template = (image) => ({ metadata: { labels }, spec: { containers: [container(image)] } });
const service = (name) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec: { selector: labels, ports: [{ port: 80, targetPort: 'http' }] },
});
const rollout = (name, spec) => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name, namespace: 'default' },
  spec: { selector: { matchLabels: labels }, ...spec },
});

/** Two controllers elect a leader; blue-green switches when it is promoted; a canary stops at its steps, and goes on after the leader dies. */
export async function rollouts(cluster, { binary, sources, step }) {
  cluster.kubectl(['apply', '--server-side', '-k', join(sources, 'manifests/crds')]);
  cluster.kubectl(['create', 'namespace', 'argo-rollouts']);
  cluster.kubectl(['create', 'serviceaccount', 'argo-rollouts', '-n', 'argo-rollouts']);
  cluster.kubectl(['apply', '-k', join(sources, 'manifests/role')]);
  cluster.kubectl(
    'create clusterrolebinding argo-rollouts --clusterrole=argo-rollouts --serviceaccount=argo-rollouts:argo-rollouts'.split(
      ' ',
    ),
  );
  const kubeconfig = cluster.kubeconfigOf('argo-rollouts', 'argo-rollouts');
  const controller = (index) =>
    cluster.run(binary, [
      `--kubeconfig=${kubeconfig}`,
      '--namespace=argo-rollouts',
      `--metricsPort=${18_090 + index}`,
      `--healthzPort=${18_190 + index}`,
      '--leader-election-lease-duration=6s',
      '--leader-election-renew-deadline=4s',
      '--leader-election-retry-period=1s',
    ]);
  const one = controller(1);
  const lease = () =>
    cluster.get('lease', 'argo-rollouts-controller-lock', '-n', 'argo-rollouts').spec.holderIdentity;
  const first = await cluster.until('a leader', lease);
  const two = controller(2);
  step('one of two controllers leads');

  const get = (name) => cluster.get('rollout', name);
  const phase = (name) => get(name).status?.phase;
  cluster.apply([
    service('active'),
    service('preview'),
    rollout('blue', {
      replicas: 2,
      template: template('nginx:1.28'),
      strategy: {
        blueGreen: { activeService: 'active', previewService: 'preview', autoPromotionEnabled: false },
      },
    }),
  ]);
  await cluster.until('the rollout is healthy', () => phase('blue') === 'Healthy');
  const hash = (name) => cluster.get('service', name).spec.selector['rollouts-pod-template-hash'];
  const blue = hash('active');
  assert.equal(hash('preview'), blue);
  step('a blue-green rollout is healthy');

  cluster.kubectl([
    'patch',
    'rollout',
    'blue',
    '--type=json',
    '-p',
    JSON.stringify([{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'nginx:1.29' }]),
  ]);
  await cluster.until(
    'green waits for promotion',
    () => phase('blue') === 'Paused' && hash('preview') !== blue,
  );
  assert.equal(hash('active'), blue);
  cluster.kubectl([
    'patch',
    'rollout',
    'blue',
    '--subresource=status',
    '--type=merge',
    '-p',
    '{"status":{"pauseConditions":null}}',
  ]);
  await cluster.until('green is active', () => phase('blue') === 'Healthy' && hash('active') !== blue);
  step('the new version waits beside the old one, and is switched to when it is promoted');
  cluster.kubectl(['delete', 'rollout', 'blue']);
  await cluster.until('its pods are gone', () => cluster.get('pods').items.length === 0);

  cluster.apply([
    rollout('canary', {
      replicas: 4,
      template: template('nginx:1.28'),
      strategy: { canary: { steps: [{ setWeight: 25 }, { pause: {} }, { setWeight: 75 }] } },
    }),
  ]);
  await cluster.until('the canary rollout is healthy', () => phase('canary') === 'Healthy');
  cluster.kubectl([
    'patch',
    'rollout',
    'canary',
    '--type=json',
    '-p',
    JSON.stringify([{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'nginx:1.29' }]),
  ]);
  await cluster.until('one of four is new', () => {
    const { status } = get('canary');
    return phase('canary') === 'Paused' && status.updatedReplicas === 1 && status.currentStepIndex === 1;
  });
  step('a canary stops with a quarter of its pods');

  const leader =
    [one, two].find(({ log }) =>
      /successfully acquired lease|Successfully acquired|became leader/i.test(log()),
    ) ?? one;
  leader.child.kill('SIGKILL');
  cluster.forget(leader.child);
  await cluster.until('the other one leads', () => lease() !== first);
  cluster.kubectl([
    'patch',
    'rollout',
    'canary',
    '--subresource=status',
    '--type=merge',
    '-p',
    '{"status":{"pauseConditions":null}}',
  ]);
  await cluster.until('the canary is everywhere', () => {
    const { status } = get('canary');
    return phase('canary') === 'Healthy' && status.updatedReplicas === 4;
  });
  step('after its leader was killed another one takes over and ends the rollout');

  cluster.kubectl(['scale', 'rollout', 'canary', '--replicas=6']);
  await cluster.until('six', () => get('canary').status.availableReplicas === 6);
  assert.match(cluster.kubectl(['get', 'rollout', 'canary']), /canary\s+6\s+6\s+6\s+6/);
  const survivor = leader === one ? two : one;
  assert.equal(survivor.child.exitCode, null);
  assert.doesNotMatch(survivor.log(), /panic:/);
  step('it scales, and kubectl shows its columns');
}
