import { expect, it } from 'vitest';
import { Deployments, HorizontalPodAutoscalers } from '../../clients/resource-type.js';
import { appsCluster, template } from '../testing/apps-cluster.js';

const start = (milliCpu: () => number, atFirst = 2) => {
  const cluster = appsCluster(undefined, () => new Map([['main', { milliCpu: milliCpu(), memoryBytes: 1 }]]));
  const pod = template('web');
  cluster.client.create(Deployments, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas: atFirst,
      selector: { matchLabels: { app: 'web' } },
      template: {
        ...pod,
        spec: { containers: [{ name: 'main', image: 'nginx', resources: { requests: { cpu: '100m' } } }] },
      },
    },
  });
  cluster.client.create(HorizontalPodAutoscalers, {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 2,
      maxReplicas: 10,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } },
        },
      ],
    },
  });
  const replicas = () => cluster.client.get(Deployments, 'default', 'web').spec?.replicas;
  const condition = (type: string) => {
    const found = cluster.client
      .get(HorizontalPodAutoscalers, 'default', 'web')
      .status?.conditions?.find((entry) => entry.type === type);
    return found && `${found.status} ${found.reason}`;
  };
  return { cluster, replicas, condition };
};

it('grows with the load, never beyond the most, and shrinks five minutes after it is gone', () => {
  let load = 100;
  const { cluster, replicas, condition } = start(() => load);
  cluster.advance('1m');
  expect(replicas()).toBe(10);
  expect(condition('ScalingLimited')).toBe('True TooManyReplicas');
  load = 10;
  cluster.advance('4m');
  expect(replicas()).toBe(10);
  expect(condition('AbleToScale')).toBe('True ScaleDownStabilized');
  cluster.advance('3m');
  expect(replicas()).toBe(2);
  expect(cluster.errors).toEqual([]);
});

it('leaves an idle workload as large as it found it for five minutes', () => {
  const { cluster, replicas, condition } = start(() => 1, 4);
  cluster.advance('4m');
  expect(replicas()).toBe(4);
  expect(condition('AbleToScale')).toBe('True ScaleDownStabilized');
  cluster.advance('2m');
  expect(replicas()).toBe(2);
});

it('stays while the load is near the target', () => {
  const { cluster, replicas, condition } = start(() => 54);
  cluster.advance('2m');
  expect(replicas()).toBe(2);
  expect(condition('ScalingActive')).toBe('True ValidMetricFound');
});

it('says what it is missing when the target is not there', () => {
  const { cluster, condition } = start(() => 50);
  cluster.client.delete(Deployments, 'default', 'web');
  cluster.advance('1m');
  expect(condition('AbleToScale')).toBe('False FailedGetScale');
});

it('grows to its least and shrinks to its greatest size without any measurement', () => {
  const cluster = appsCluster();
  const { client } = cluster;
  client.create(HorizontalPodAutoscalers, {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 2,
      maxReplicas: 4,
    },
  });
  cluster.settle();
  const told = () => client.get(HorizontalPodAutoscalers, 'default', 'web').status?.conditions?.[0];
  expect(told()?.message).toBe(
    'the HPA controller was unable to get the target\'s current scale: deployments.apps "web" not found',
  );
  client.create(Deployments, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template: template('web') },
  });
  const replicas = () => client.get(Deployments, 'default', 'web').spec?.replicas;
  cluster.advance('20s');
  expect(replicas()).toBe(2);
  client.patch(Deployments, 'default', 'web', 'merge', { spec: { replicas: 9 } });
  cluster.advance('20s');
  expect(replicas()).toBe(4);
});
