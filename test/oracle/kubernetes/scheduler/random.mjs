/** Random clusters and pods from a seed. */

export function seeded(seed) {
  let state = (seed * 2_654_435_761) >>> 0;
  const next = () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit) => Math.floor(next() * limit);
  const of = (list) => list[below(list.length)];
  const perhaps = (part) => next() < part;
  const some = (count, make) => Array.from({ length: count }, (_, index) => make(index));
  const subset = (list, part) => list.filter(() => perhaps(part));
  return { below, of, perhaps, some, subset };
}

const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';
const APPS = ['web', 'db', 'cache'];
const ZONES = ['a', 'b', 'c'];
const IMAGES = ['registry.k8s.io/big:1', 'registry.k8s.io/small:1'];
const Mi = 1024 * 1024;

export function randomCluster(chance) {
  const nodes = chance.some(2 + chance.below(5), (index) => randomNode(chance, `node-${index}`));
  const pods = chance.some(chance.below(14), (index) => {
    const pod = randomPod(chance, `there-${index}`, { nodes }, 0.25);
    // A pod that is there has been placed by somebody: nothing it asks of nodes counts any more.
    const { nodeSelector: _selector, ...spec } = pod.spec;
    return { ...pod, spec: { ...spec, nodeName: chance.of(nodes).metadata.name } };
  });
  return { nodes, pods };
}

function randomNode(chance, name) {
  const labels = {
    [HOST]: name,
    ...(chance.perhaps(0.85) && { [ZONE]: chance.of(ZONES) }),
    ...(chance.perhaps(0.6) && { disk: chance.of(['ssd', 'hdd']) }),
    ...(chance.perhaps(0.4) && { size: String(chance.below(10)) }),
  };
  const taints = chance.perhaps(0.35)
    ? chance.subset(
        [
          { key: 'dedicated', value: chance.of(['infra', 'gpu']), effect: 'NoSchedule' },
          { key: 'soft', value: 'yes', effect: 'PreferNoSchedule' },
          { key: 'leave', effect: 'NoExecute' },
        ],
        0.4,
      )
    : [];
  const amounts = {
    cpu: chance.of(['1', '2', '4', '1500m']),
    memory: chance.of(['1Gi', '2Gi', '4Gi', '3000Mi']),
    'ephemeral-storage': '20Gi',
    pods: chance.of(['3', '10', '110']),
    ...(chance.perhaps(0.25) && { 'example.com/gpu': chance.of(['1', '2']) }),
    ...(chance.perhaps(0.15) && { 'hugepages-2Mi': '64Mi' }),
  };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels },
    spec: { taints, ...(chance.perhaps(0.1) && { unschedulable: true }) },
    status: {
      capacity: amounts,
      allocatable: amounts,
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
      images: chance
        .subset(IMAGES, 0.4)
        .map((image) => ({ names: [image], sizeBytes: (image.includes('big') ? 900 : 30) * Mi })),
    },
  };
}

/** @param part How much a pod asks for: the chance of each wish. */
export function randomPod(chance, name, { nodes }, part = 0.2) {
  const wish = (make) => chance.perhaps(part) && make();
  const app = chance.of(APPS);
  const affinity = {
    ...wish(() => ({ nodeAffinity: nodeAffinity(chance, nodes) })),
    ...wish(() => ({ podAffinity: podTerms(chance) })),
    ...wish(() => ({ podAntiAffinity: podTerms(chance) })),
  };
  const container = () => ({
    image: chance.of([...IMAGES, 'nginx']),
    ...(chance.perhaps(0.8) && { resources: resources(chance) }),
  });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app, ...(chance.perhaps(0.3) && { tier: chance.of(['front', 'back']) }) } },
    spec: {
      priority: chance.of([0, 0, 0, 10, 100]),
      ...(chance.perhaps(0.1) && { preemptionPolicy: 'Never' }),
      ...(Object.keys(affinity).length > 0 && { affinity }),
      ...wish(() => ({ nodeSelector: { disk: chance.of(['ssd', 'hdd']) } })),
      ...wish(() => ({ tolerations: tolerations(chance) })),
      ...wish(() => ({ topologySpreadConstraints: spread(chance, app) })),
      ...(chance.perhaps(part / 3) && {
        initContainers: [
          { name: 'init', ...container(), ...(chance.perhaps(0.5) && { restartPolicy: 'Always' }) },
        ],
      }),
      containers: chance.some(1 + chance.below(2), (index) => ({
        name: `c${index}`,
        ...container(),
        ...(index === 0 &&
          chance.perhaps(part / 3) && {
            ports: [
              { containerPort: 80, hostPort: chance.of([80, 8080]), protocol: chance.of(['TCP', 'UDP']) },
            ],
          }),
      })),
    },
  };
}

function resources(chance) {
  const amounts = {
    cpu: chance.of(['50m', '100m', '250m', '500m', '1']),
    memory: chance.of(['32Mi', '128Mi', '500Mi', '1Gi']),
  };
  const requests = Object.fromEntries(Object.entries(amounts).filter(() => chance.perhaps(0.8)));
  const gpu = chance.perhaps(0.1) && { 'example.com/gpu': '1' };
  const pages = chance.perhaps(0.05) && { 'hugepages-2Mi': '32Mi', cpu: '1', memory: '64Mi' };
  const storage = chance.perhaps(0.1) && { 'ephemeral-storage': chance.of(['1Gi', '15Gi', '50Gi']) };
  return { requests: { ...requests, ...gpu, ...storage, ...pages }, limits: { ...gpu, ...pages } };
}

function nodeAffinity(chance, nodes) {
  const expression = () =>
    chance.of([
      {
        key: 'disk',
        operator: chance.of(['In', 'NotIn']),
        values: chance.of([['ssd'], ['hdd'], ['ssd', 'hdd']]),
      },
      { key: ZONE, operator: chance.of(['In', 'NotIn']), values: chance.subset(ZONES, 0.5).concat('a') },
      { key: 'disk', operator: chance.of(['Exists', 'DoesNotExist']) },
      { key: 'size', operator: chance.of(['Gt', 'Lt']), values: [String(chance.below(10))] },
    ]);
  const term = () => ({
    ...(chance.perhaps(0.85) && { matchExpressions: chance.some(1 + chance.below(2), expression) }),
    ...(chance.perhaps(0.2) && {
      matchFields: [
        {
          key: 'metadata.name',
          operator: chance.of(['In', 'NotIn']),
          values: [chance.of(nodes).metadata.name],
        },
      ],
    }),
  });
  return {
    ...(chance.perhaps(0.6) && {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: chance.some(1 + chance.below(2), term),
      },
    }),
    ...(chance.perhaps(0.6) && {
      preferredDuringSchedulingIgnoredDuringExecution: chance.some(1 + chance.below(2), () => ({
        weight: 1 + chance.below(100),
        preference: term(),
      })),
    }),
  };
}

function podTerms(chance) {
  const term = () => ({
    labelSelector: chance.of([
      { matchLabels: { app: chance.of(APPS) } },
      { matchExpressions: [{ key: 'app', operator: chance.of(['In', 'NotIn']), values: [chance.of(APPS)] }] },
      { matchExpressions: [{ key: 'tier', operator: chance.of(['Exists', 'DoesNotExist']) }] },
      {},
    ]),
    topologyKey: chance.of([HOST, ZONE, ZONE, 'disk']),
    ...(chance.perhaps(0.1) && { namespaceSelector: {} }),
  });
  return {
    ...(chance.perhaps(0.6) && {
      requiredDuringSchedulingIgnoredDuringExecution: chance.some(1 + chance.below(2), term),
    }),
    ...(chance.perhaps(0.5) && {
      preferredDuringSchedulingIgnoredDuringExecution: chance.some(1 + chance.below(2), () => ({
        weight: 1 + chance.below(100),
        podAffinityTerm: term(),
      })),
    }),
  };
}

const tolerations = (chance) =>
  chance.subset(
    [
      { key: 'dedicated', operator: 'Equal', value: chance.of(['infra', 'gpu']), effect: 'NoSchedule' },
      { key: 'dedicated', operator: 'Exists' },
      { key: 'leave', operator: 'Exists', effect: 'NoExecute' },
      { key: 'soft', value: 'yes', effect: 'PreferNoSchedule' },
      { operator: 'Exists' },
    ],
    0.35,
  );

const spread = (chance, app) =>
  chance.subset([HOST, ZONE], 0.7).map((topologyKey) => {
    const isHard = chance.perhaps(0.6);
    return {
      topologyKey,
      maxSkew: 1 + chance.below(2),
      whenUnsatisfiable: isHard ? 'DoNotSchedule' : 'ScheduleAnyway',
      labelSelector: chance.of([{ matchLabels: { app } }, { matchLabels: { app: chance.of(APPS) } }, {}]),
      ...(isHard && chance.perhaps(0.2) && { minDomains: 1 + chance.below(4) }),
      ...(chance.perhaps(0.2) && { nodeAffinityPolicy: chance.of(['Honor', 'Ignore']) }),
      ...(chance.perhaps(0.2) && { nodeTaintsPolicy: chance.of(['Honor', 'Ignore']) }),
      ...(chance.perhaps(0.15) && { matchLabelKeys: ['tier'] }),
    };
  });
