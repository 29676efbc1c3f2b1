import type { Application, HistoryEntry, KubeObject, ResourceStatus, TreeNode } from '../src/api/types.js';

/** Deterministic fixtures for developing the dashboard without a server. */
const now = Date.now();
export const ago = (seconds: number) => new Date(now - seconds * 1_000).toISOString();

const AUTHORS = ['Mara Vogel', 'Jun Ito', 'Sofia Reyes', 'Tom Okafor', 'Lena Fuchs'];
const MESSAGES = [
  'Round totals per line, not per cart',
  'Raise memory limit after the load test',
  'Bump image to 2.14.1',
  'Add readiness probe on /healthz',
  'Scale to three replicas for the sale',
  'Drop the unused sidecar',
  'Rotate the signing key',
];

let counter = 1;
export const sha = (seed: number) =>
  Array.from({ length: 40 }, (_, index) =>
    ((seed * 7919 + index * 104729 + ((seed * index) % 97)) % 16).toString(16),
  ).join('');
const uid = () => `00000000-0000-4000-8000-${String(counter++).padStart(12, '0')}`;

interface Spec {
  name: string;
  project: string;
  namespace: string;
  health: 'Healthy' | 'Degraded' | 'Progressing' | 'Missing' | 'Suspended' | 'Unknown';
  sync: 'Synced' | 'OutOfSync' | 'Unknown';
  path: string;
  workloads: number;
  pods: number;
  auto?: boolean;
  kind?: 'Helm' | 'Kustomize' | 'Directory';
  message?: string;
}

export const SPECS: Spec[] = [
  {
    name: 'storefront',
    project: 'shop',
    namespace: 'shop',
    health: 'Healthy',
    sync: 'Synced',
    path: 'deploy/storefront',
    workloads: 2,
    pods: 3,
    auto: true,
    kind: 'Kustomize',
  },
  {
    name: 'checkout',
    project: 'shop',
    namespace: 'shop',
    health: 'Degraded',
    sync: 'Synced',
    path: 'deploy/checkout',
    workloads: 3,
    pods: 3,
    auto: true,
    kind: 'Helm',
    message: 'Back-off pulling image "registry.acme.dev/checkout:2.14.l"',
  },
  {
    name: 'payments-api',
    project: 'shop',
    namespace: 'payments',
    health: 'Progressing',
    sync: 'Synced',
    path: 'deploy/payments',
    workloads: 2,
    pods: 12,
    auto: true,
    kind: 'Helm',
  },
  {
    name: 'search-indexer',
    project: 'search',
    namespace: 'search',
    health: 'Healthy',
    sync: 'OutOfSync',
    path: 'charts/indexer',
    workloads: 1,
    pods: 2,
    kind: 'Helm',
  },
  {
    name: 'ledger',
    project: 'money',
    namespace: 'ledger',
    health: 'Healthy',
    sync: 'Synced',
    path: 'overlays/production',
    workloads: 2,
    pods: 2,
    auto: true,
    kind: 'Kustomize',
  },
  {
    name: 'nightly-reports',
    project: 'money',
    namespace: 'reports',
    health: 'Suspended',
    sync: 'Synced',
    path: 'reports',
    workloads: 1,
    pods: 1,
    kind: 'Directory',
  },
  {
    name: 'image-resizer',
    project: 'shop',
    namespace: 'media',
    health: 'Healthy',
    sync: 'Synced',
    path: 'deploy/resizer',
    workloads: 1,
    pods: 4,
    auto: true,
    kind: 'Kustomize',
  },
  {
    name: 'recommendations',
    project: 'search',
    namespace: 'search',
    health: 'Missing',
    sync: 'OutOfSync',
    path: 'deploy/recs',
    workloads: 2,
    pods: 0,
    kind: 'Helm',
  },
  {
    name: 'mailer',
    project: 'shop',
    namespace: 'mail',
    health: 'Healthy',
    sync: 'Synced',
    path: 'deploy/mailer',
    workloads: 1,
    pods: 2,
    auto: true,
    kind: 'Directory',
  },
  {
    name: 'guestbook',
    project: 'default',
    namespace: 'guestbook',
    health: 'Healthy',
    sync: 'Synced',
    path: 'guestbook',
    workloads: 1,
    pods: 1,
    auto: true,
    kind: 'Directory',
  },
  {
    name: 'feature-flags',
    project: 'platform',
    namespace: 'platform',
    health: 'Healthy',
    sync: 'Synced',
    path: 'flags',
    workloads: 1,
    pods: 2,
    auto: true,
    kind: 'Helm',
  },
  {
    name: 'edge-gateway',
    project: 'platform',
    namespace: 'edge',
    health: 'Unknown',
    sync: 'Unknown',
    path: 'gateway',
    workloads: 1,
    pods: 2,
    kind: 'Helm',
    message: 'The repository could not be read: authentication failed',
  },
];

export interface Fixture {
  app: Application;
  nodes: TreeNode[];
}

/** An application with its tree, in the shape the server has. */
export function makeFixture(spec: Spec, index: number): Fixture {
  const nodes: TreeNode[] = [];
  const resources: ResourceStatus[] = [];
  const add = (
    group: string,
    version: string,
    kind: string,
    name: string,
    extra: Partial<TreeNode> & { sync?: ResourceStatus['status']; parent?: TreeNode } = {},
  ) => {
    const { sync, parent, ...rest } = extra;
    const namespaced = kind !== 'Namespace';
    const node: TreeNode = {
      group,
      version,
      kind,
      name,
      ...(namespaced ? { namespace: spec.namespace } : {}),
      uid: uid(),
      createdAt: ago(86_400 * 3 + index * 1_000),
      resourceVersion: String(1_000 + counter),
      ...(parent
        ? {
            parentRefs: [
              {
                uid: parent.uid,
                kind: parent.kind,
                name: parent.name,
                namespace: spec.namespace,
                group: parent.group ?? '',
              },
            ],
          }
        : {}),
      ...rest,
    };
    if (!(sync && rest.health?.status === 'Missing')) nodes.push(node);
    if (!parent)
      resources.push({
        group,
        version,
        kind,
        name,
        namespace: spec.namespace,
        status: sync ?? 'Synced',
        ...(node.health ? { health: node.health } : {}),
      });
    return node;
  };
  const healthy = { status: 'Healthy' as const };
  add('', 'v1', 'ServiceAccount', spec.name);
  add('', 'v1', 'ConfigMap', `${spec.name}-config`, {
    sync: spec.sync === 'OutOfSync' ? 'OutOfSync' : 'Synced',
  });
  add('', 'v1', 'Secret', `${spec.name}-credentials`);
  for (let w = 0; w < spec.workloads; w += 1) {
    const name = w === 0 ? spec.name : `${spec.name}-${['worker', 'cache', 'cron'][w - 1]}`;
    const health =
      w === 0 ? { status: spec.health, ...(spec.message ? { message: spec.message } : {}) } : healthy;
    if (spec.health === 'Missing') {
      add('apps', 'v1', 'Deployment', name, { health: { status: 'Missing' }, sync: 'OutOfSync' });
      continue;
    }
    add('', 'v1', 'Service', name, {
      health: healthy,
      networkingInfo: { targetLabels: { app: name } },
      createdAt: ago(86_400 * 3),
    });
    const deployment = add('apps', 'v1', 'Deployment', name, {
      health,
      sync: spec.sync === 'OutOfSync' && w === 0 ? 'OutOfSync' : 'Synced',
      info: [{ name: 'Revision', value: 'Rev:4' }],
    });
    for (let r = 0; r < 3; r += 1) {
      const set = add('apps', 'v1', 'ReplicaSet', `${name}-${sha(index + r).slice(0, 9)}`, {
        parent: deployment,
        health: r === 0 ? health : healthy,
        info: [{ name: 'Revision', value: `Rev:${4 - r}` }],
        createdAt: ago(3_600 * (r + 1)),
      });
      if (r > 0) continue;
      for (let p = 0; p < spec.pods; p += 1) {
        const isBad = spec.health === 'Degraded' && w === 0 && p < 2;
        const isBusy = spec.health === 'Progressing' && w === 0 && p % 4 === 0;
        add('', 'v1', 'Pod', `${set.name}-${sha(p + 11).slice(0, 5)}`, {
          parent: set,
          health: isBad
            ? { status: 'Degraded', message: spec.message ?? '' }
            : isBusy
              ? { status: 'Progressing' }
              : healthy,
          info: [
            {
              name: 'Status Reason',
              value: isBad ? 'ImagePullBackOff' : isBusy ? 'ContainerCreating' : 'Running',
            },
            { name: 'Node', value: `node-${(p + index) % 3}` },
            { name: 'Containers', value: isBad || isBusy ? '0/1' : '1/1' },
          ],
          images: [`registry.acme.dev/${name}:2.14.1`],
          networkingInfo: { labels: { app: name } },
          createdAt: ago(1_200 + p * 7),
        });
      }
    }
  }
  add('networking.k8s.io', 'v1', 'Ingress', spec.name, {
    health: healthy,
    networkingInfo: {
      targetRefs: [{ kind: 'Service', name: spec.name, namespace: spec.namespace }],
      externalURLs: [`https://${spec.name}.acme.dev`],
    },
  });
  const history: HistoryEntry[] = Array.from({ length: 7 }, (_, i) => ({
    id: i,
    revision: sha(index * 10 + i),
    deployStartedAt: ago((7 - i) * 7_400 + 12),
    deployedAt: ago((7 - i) * 7_400 - index * 40),
    initiatedBy: i % 3 === 0 ? { username: 'admin' } : { automated: true },
    author: AUTHORS[(i + index) % AUTHORS.length] ?? '',
    message: MESSAGES[(i + index) % MESSAGES.length] ?? '',
    manifestDigest: `sha256:${sha(i)}`,
    phase: i === 4 ? 'Failed' : 'Succeeded',
    source: { repoURL: 'https://github.com/acme/shop.git', path: spec.path, targetRevision: 'main' },
    result: resources.map(
      (resource) =>
        ({
          ...resource,
          status: 'Synced',
          message: 'configured',
          syncPhase: 'Sync',
          hookPhase: 'Running',
          wave: 0,
        }) as never,
    ),
  }));
  const app: Application = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name: spec.name,
      namespace: 'argocd',
      uid: uid(),
      resourceVersion: String(2_000 + index),
      creationTimestamp: ago(86_400 * 40),
      labels: { team: spec.project, tier: index % 2 ? 'backend' : 'frontend' },
      annotations: {},
    },
    spec: {
      project: spec.project,
      source: { repoURL: 'https://github.com/acme/shop.git', path: spec.path, targetRevision: 'main' },
      destination: { server: 'https://kubernetes.default.svc', namespace: spec.namespace },
      syncPolicy: {
        ...(spec.auto ? { automated: { prune: true, selfHeal: true } } : {}),
        syncOptions: ['CreateNamespace=true'],
      },
    },
    status: {
      sync: { status: spec.sync, revision: sha(index * 10 + 6) },
      health: { status: spec.health, ...(spec.message ? { message: spec.message } : {}) },
      resources,
      history: history.map(({ result: _result, ...entry }) => entry),
      reconciledAt: ago(40),
      sourceType: spec.kind ?? 'Directory',
      summary: {
        images: [`registry.acme.dev/${spec.name}:2.14.1`],
        externalURLs: [`https://${spec.name}.acme.dev`],
      },
      ...(spec.sync === 'Unknown'
        ? {
            conditions: [
              { type: 'ComparisonError', message: spec.message ?? 'failed', lastTransitionTime: ago(300) },
            ],
          }
        : {}),
      operationState: {
        phase: 'Succeeded',
        message: 'successfully synced (all tasks run)',
        startedAt: ago(7_412),
        finishedAt: ago(7_400),
        operation: { sync: { revision: sha(index * 10 + 6) }, initiatedBy: { automated: true } },
        syncResult: { revision: sha(index * 10 + 6), resources: history[6]?.result ?? [] },
      },
    },
  };
  return { app, nodes };
}

/** A tree of 3,000 nodes below one application. */
export function hugeTree(app: Application): TreeNode[] {
  const nodes: TreeNode[] = [];
  for (let d = 0; d < 60; d += 1) {
    const deployment: TreeNode = {
      group: 'apps',
      version: 'v1',
      kind: 'Deployment',
      name: `service-${String(d).padStart(2, '0')}`,
      namespace: 'huge',
      uid: uid(),
      health: { status: 'Healthy' },
    };
    const set: TreeNode = {
      ...deployment,
      kind: 'ReplicaSet',
      name: `${deployment.name}-abc`,
      uid: uid(),
      parentRefs: [{ uid: deployment.uid, kind: 'Deployment', name: deployment.name }],
    };
    nodes.push(deployment, set);
    for (let p = 0; p < 48; p += 1) {
      const isBad = d % 13 === 0 && p % 17 === 0;
      nodes.push({
        version: 'v1',
        kind: 'Pod',
        name: `${set.name}-${p}`,
        namespace: 'huge',
        uid: uid(),
        parentRefs: [{ uid: set.uid, kind: 'ReplicaSet', name: set.name }],
        health: { status: isBad ? 'Degraded' : 'Healthy' },
        info: [{ name: 'Node', value: `node-${p % 3}` }],
      });
      if (isBad && set.health) {
        deployment.health = { status: 'Degraded' };
        set.health = { status: 'Degraded' };
      }
    }
  }
  if (app.status)
    app.status.resources = nodes
      .filter(({ kind }) => kind === 'Deployment')
      .map(({ uid: _uid, ...ref }) => ({ ...ref, status: 'Synced' }) as ResourceStatus);
  return nodes;
}

/** The three nodes of the built-in cluster, and the pods of all trees as objects. */
export function clusterOf(fixtures: Fixture[]): { nodes: KubeObject[]; pods: KubeObject[] } {
  const nodes = [0, 1, 2].map((i) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: `node-${i}`,
      uid: uid(),
      creationTimestamp: ago(86_400 * 9),
      labels: { 'kubernetes.io/hostname': `node-${i}`, 'topology.kubernetes.io/zone': `zone-${'abc'[i]}` },
    },
    spec: i === 2 ? { unschedulable: true } : {},
    status: {
      capacity: { cpu: '4', memory: '8Gi', pods: '110' },
      allocatable: { cpu: '4', memory: '8Gi', pods: '110' },
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
      nodeInfo: {
        kubeletVersion: 'v1.36.0',
        osImage: 'Lotse simulated node',
        containerRuntimeVersion: 'lotse://0.1.0',
      },
    },
  }));
  const pods = fixtures.flatMap(({ nodes: tree }) =>
    tree
      .filter(({ kind }) => kind === 'Pod')
      .map((node) => {
        const reason = node.info?.find(({ name }) => name === 'Status Reason')?.value ?? 'Running';
        const isReady = node.health?.status === 'Healthy';
        return {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: {
            name: node.name,
            namespace: node.namespace ?? 'default',
            uid: node.uid,
            resourceVersion: node.resourceVersion ?? '1',
            creationTimestamp: node.createdAt ?? ago(60),
            labels: node.networkingInfo?.labels ?? {},
          },
          spec: {
            nodeName: node.info?.find(({ name }) => name === 'Node')?.value,
            containers: [
              {
                name: 'app',
                image: node.images?.[0],
                resources: { requests: { cpu: '120m', memory: '256Mi' } },
              },
            ],
          },
          status: {
            phase: isReady ? 'Running' : 'Pending',
            podIP: `10.42.0.${counter % 250}`,
            containerStatuses: [
              {
                name: 'app',
                ready: isReady,
                restartCount: 0,
                state: isReady ? { running: {} } : { waiting: { reason } },
              },
            ],
          },
        };
      }),
  );
  return { nodes, pods };
}
