import type { KubeObject } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { applicationHealth, objectHealth } from './health.js';

const object = (apiVersion: string, kind: string, rest: object, metadata: object = {}): KubeObject =>
  ({ apiVersion, kind, metadata: { name: 'x', ...metadata }, ...rest }) as KubeObject;
const rolledOut = {
  observedGeneration: 2,
  replicas: 3,
  updatedReplicas: 3,
  availableReplicas: 3,
  readyReplicas: 3,
};
const deployment = (status: object, spec: object = {}): KubeObject =>
  object(
    'apps/v1',
    'Deployment',
    { spec: { replicas: 3, ...spec }, status: { ...rolledOut, ...status } },
    { generation: 2 },
  );
const pod = (status: object, spec: object = {}): KubeObject => object('v1', 'Pod', { spec, status });

describe('health of one object', () => {
  it.each<[string, KubeObject, string | undefined]>([
    ['a rolled-out Deployment', deployment({}), 'Healthy'],
    ['a paused Deployment', deployment({}, { paused: true }), 'Suspended'],
    ['a Deployment whose spec was not observed', deployment({ observedGeneration: 1 }), 'Progressing'],
    [
      'a Deployment past its deadline',
      deployment({
        updatedReplicas: 1,
        conditions: [{ type: 'Progressing', reason: 'ProgressDeadlineExceeded' }],
      }),
      'Degraded',
    ],
    ['a Deployment with old replicas left', deployment({ replicas: 4 }), 'Progressing'],
    ['a Deployment with too few available', deployment({ availableReplicas: 2 }), 'Progressing'],
    [
      'a StatefulSet never observed',
      object('apps/v1', 'StatefulSet', { spec: {}, status: {} }),
      'Progressing',
    ],
    [
      'a StatefulSet with OnDelete',
      object('apps/v1', 'StatefulSet', {
        spec: { updateStrategy: { type: 'OnDelete' } },
        status: { observedGeneration: 1, readyReplicas: 1 },
      }),
      'Healthy',
    ],
    [
      'a StatefulSet between revisions',
      object('apps/v1', 'StatefulSet', {
        spec: {},
        status: { observedGeneration: 1, readyReplicas: 1, updateRevision: 'b', currentRevision: 'a' },
      }),
      'Progressing',
    ],
    [
      'a partitioned StatefulSet',
      object('apps/v1', 'StatefulSet', {
        spec: { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
        status: { observedGeneration: 1, readyReplicas: 3, updatedReplicas: 1 },
      }),
      'Healthy',
    ],
    [
      'a DaemonSet on all nodes',
      object('apps/v1', 'DaemonSet', {
        status: { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 },
      }),
      'Healthy',
    ],
    [
      'a DaemonSet not yet available',
      object('apps/v1', 'DaemonSet', {
        status: { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1 },
      }),
      'Progressing',
    ],
    [
      'a ReplicaSet that may not make pods',
      object('apps/v1', 'ReplicaSet', {
        status: { conditions: [{ type: 'ReplicaFailure', status: 'True', message: 'quota' }] },
      }),
      'Degraded',
    ],
    ['a ready Pod', pod({ phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }), 'Healthy'],
    ['a starting Pod', pod({ phase: 'Running' }), 'Progressing'],
    [
      'a Pod that ended before and is not ready',
      pod({ phase: 'Running', containerStatuses: [{ lastState: { terminated: {} } }] }),
      'Degraded',
    ],
    [
      'a Pod whose image is missing',
      pod({ phase: 'Pending', containerStatuses: [{ state: { waiting: { reason: 'ErrImagePull' } } }] }),
      'Degraded',
    ],
    [
      'a Pod in back-off',
      pod({ phase: 'Running', containerStatuses: [{ state: { waiting: { reason: 'CrashLoopBackOff' } } }] }),
      'Degraded',
    ],
    [
      'a Pod that runs once',
      pod({ phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }, { restartPolicy: 'Never' }),
      'Progressing',
    ],
    ['a Job without conditions', object('batch/v1', 'Job', { status: { active: 1 } }), 'Progressing'],
    [
      'a complete Job',
      object('batch/v1', 'Job', { status: { conditions: [{ type: 'Complete', status: 'True' }] } }),
      'Healthy',
    ],
    [
      'a failed Job',
      object('batch/v1', 'Job', { status: { conditions: [{ type: 'Failed', status: 'True' }] } }),
      'Degraded',
    ],
    [
      'a suspended Job',
      object('batch/v1', 'Job', { status: { conditions: [{ type: 'Suspended', status: 'True' }] } }),
      'Suspended',
    ],
    [
      'a CronJob whose last run failed',
      object('batch/v1', 'CronJob', {
        status: { lastScheduleTime: '2026-01-02T00:00:00Z', lastSuccessfulTime: '2026-01-01T00:00:00Z' },
      }),
      'Degraded',
    ],
    ['a ClusterIP Service', object('v1', 'Service', { spec: {} }), 'Healthy'],
    [
      'a LoadBalancer without an address',
      object('v1', 'Service', { spec: { type: 'LoadBalancer' }, status: { loadBalancer: {} } }),
      'Progressing',
    ],
    [
      'an Ingress with an address',
      object('networking.k8s.io/v1', 'Ingress', {
        status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } },
      }),
      'Healthy',
    ],
    ['a lost claim', object('v1', 'PersistentVolumeClaim', { status: { phase: 'Lost' } }), 'Degraded'],
    [
      'an autoscaler without metrics',
      object('autoscaling/v2', 'HorizontalPodAutoscaler', {
        status: {
          conditions: [{ type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric' }],
        },
      }),
      'Degraded',
    ],
    [
      'an established definition',
      object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
        status: { conditions: [{ type: 'Established', status: 'True' }] },
      }),
      'Healthy',
    ],
    [
      'an unavailable APIService',
      object('apiregistration.k8s.io/v1', 'APIService', {
        status: { conditions: [{ type: 'Available', status: 'False' }] },
      }),
      'Progressing',
    ],
    [
      'anything being deleted',
      object('v1', 'ConfigMap', {}, { deletionTimestamp: '2026-01-01T00:00:00Z' }),
      'Progressing',
    ],
    ['a ConfigMap', object('v1', 'ConfigMap', {}), undefined],
    ['an Application', object('argoproj.io/v1alpha1', 'Application', {}), undefined],
  ])('%s', (_, given, expected) => {
    expect(objectHealth(given)?.status).toBe(expected);
  });

  it.each(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'])(
    '%s with a nonsense status does not throw',
    (kind) => {
      expect(() =>
        objectHealth(object('apps/v1', kind, { spec: null, status: { conditions: 'x', replicas: [] } })),
      ).not.toThrow();
    },
  );
});

describe('health of an application', () => {
  const part = (live: KubeObject | undefined, hook = false) => ({
    kind: live?.kind ?? 'Deployment',
    namespace: 'n',
    name: 'x',
    live,
    hook,
  });

  it('is that of its worst object, with the cause', () => {
    expect(applicationHealth([part(deployment({})), part(deployment({ availableReplicas: 0 }))])).toEqual({
      status: 'Progressing',
      message: 'Caused by Deployment:n/x',
    });
  });
  it('does not count hooks, opted-out objects and single missing ones', () => {
    const ignored = deployment({ observedGeneration: 1 });
    ignored.metadata.annotations = { 'argocd.argoproj.io/ignore-healthcheck': 'true' };
    expect(
      applicationHealth([
        part(deployment({})),
        part(undefined),
        part(ignored),
        part(deployment({ availableReplicas: 0 }), true),
      ]),
    ).toEqual({ status: 'Healthy' });
  });
  it('is Missing only when everything is', () => {
    expect(applicationHealth([part(undefined), part(undefined)])).toEqual({ status: 'Missing' });
  });
});
