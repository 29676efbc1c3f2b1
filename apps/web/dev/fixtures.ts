import type { Application, HistoryEntry, ResourceStatus, TreeNode } from '../src/api/types.js';
import { ago, sha, uid } from './fake-values.js';
import type { Spec } from './fixture-specs.js';

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
      resourceVersion: String(1_000 + nodes.length),
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
