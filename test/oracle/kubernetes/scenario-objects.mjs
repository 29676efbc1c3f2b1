/** A template of pods with one container. */
export const template = (app, image = 'main:1', spec = {}) => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'main', image }], ...spec },
});

/** Something with a selector and a template: a Deployment, ReplicaSet, StatefulSet or DaemonSet. */
export const workload = (kind, name, { image, pod, ...spec } = {}) => ({
  kind,
  metadata: { name },
  spec: { selector: { matchLabels: { app: name } }, template: template(name, image, pod), ...spec },
});

export const deployment = (name, spec) => workload('Deployment', name, { replicas: 3, ...spec });

/** A patch to another image. */
export const toImage = (image) => ({
  spec: { template: { spec: { containers: [{ name: 'main', image }] } } },
});

export const job = (name, { pod, ...spec } = {}) => ({
  kind: 'Job',
  metadata: { name },
  spec: {
    template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'main:1' }], ...pod } },
    ...spec,
  },
});

export const service = (name, spec = {}) => ({
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }], ...spec },
});

export const pod = (name, labels = {}, spec = {}) => ({
  kind: 'Pod',
  metadata: { name, labels },
  spec: { containers: [{ name: 'main', image: 'main:1' }], ...spec },
});

/** A node nobody runs, with its Ready condition as given. */
export async function addNode(world, name, { labels = {}, taints, ready = 'True' } = {}) {
  const node = `${world.namespace}-${name}`;
  await world.create({
    kind: 'Node',
    metadata: { name: node, labels: { of: world.namespace, ...labels } },
    spec: { ...(taints && { taints }) },
  });
  await nodeReady(world, node, ready);
  return node;
}

export const NODE_INFO = {
  machineID: 'm',
  systemUUID: 's',
  bootID: 'b',
  kernelVersion: '6',
  osImage: 'linux',
  containerRuntimeVersion: 'containerd://2',
  kubeletVersion: 'v1.36.3',
  kubeProxyVersion: '',
  operatingSystem: 'linux',
  architecture: 'amd64',
};

/** What the node says of itself. */
export async function nodeReady(world, node, status) {
  const now = new Date().toISOString().replace(/\.\d+/, '');
  await world.status('Node', node, {
    conditions: [
      {
        type: 'Ready',
        status,
        reason: status === 'True' ? 'KubeletReady' : 'KubeletNotReady',
        message: status === 'True' ? 'kubelet is posting ready status' : 'container runtime is down',
        lastHeartbeatTime: now,
        lastTransitionTime: now,
      },
    ],
    nodeInfo: NODE_INFO,
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    allocatable: { cpu: '8', memory: '16Gi', pods: '110' },
    capacity: { cpu: '8', memory: '16Gi', pods: '110' },
  });
}
