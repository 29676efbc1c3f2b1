import { describe, expect, it } from 'vitest';
import type { StoredObject } from '../../store/stored-object.js';
import { autoscalingV1 } from './autoscaling-v1.js';
import { eventsV1 } from './events-v1.js';

const autoscaler = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'x', annotations: { mine: 'a' } },
  spec: {
    scaleTargetRef: { kind: 'Deployment', name: 'd' },
    maxReplicas: 5,
    metrics: [
      {
        type: 'Resource',
        resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } },
      },
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
      },
    ],
    behavior: { scaleDown: { stabilizationWindowSeconds: 60 } },
  },
  status: {
    currentReplicas: 2,
    desiredReplicas: 3,
    currentMetrics: [
      {
        type: 'Resource',
        resource: { name: 'cpu', current: { averageUtilization: 40, averageValue: '10m' } },
      },
    ],
    conditions: [{ type: 'AbleToScale', status: 'True' }],
  },
} as unknown as StoredObject;

it('shows an autoscaler in version 1 and loses nothing on the way back', () => {
  const shown = autoscalingV1.fromStorage(autoscaler);
  expect(shown).toMatchObject({
    apiVersion: 'autoscaling/v1',
    spec: { maxReplicas: 5, targetCPUUtilizationPercentage: 80 },
    status: { currentReplicas: 2, currentCPUUtilizationPercentage: 40 },
  });
  expect(autoscalingV1.toStorage(shown)).toEqual(autoscaler);
});

it('does not trip over annotations that somebody else wrote', () => {
  const broken = {
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'x', annotations: { 'autoscaling.alpha.kubernetes.io/metrics': '{not json' } },
    spec: { maxReplicas: 1, targetCPUUtilizationPercentage: 50 },
  } as StoredObject;
  expect(autoscalingV1.toStorage(broken)).toMatchObject({
    spec: { metrics: [{ resource: { name: 'cpu', target: { averageUtilization: 50 } } }] },
  });
});

it('shows events of both groups as the same', () => {
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'e', namespace: 'd' },
    involvedObject: { kind: 'Pod', name: 'p' },
    message: 'm',
    reason: 'R',
    source: { component: 'kubelet' },
    firstTimestamp: '2030-01-01T00:00:00Z',
    lastTimestamp: '2030-01-01T00:00:01Z',
    count: 2,
    reportingComponent: 'kubelet',
    reportingInstance: 'n',
    eventTime: '2030-01-01T00:00:00.000000Z',
  } as StoredObject;
  const shown = eventsV1.fromStorage(event);
  expect(shown).toMatchObject({
    apiVersion: 'events.k8s.io/v1',
    note: 'm',
    regarding: { name: 'p' },
    deprecatedCount: 2,
    reportingController: 'kubelet',
  });
  expect(eventsV1.toStorage(shown)).toEqual(event);
});

describe('an autoscaler of version 2 as version 1', () => {
  const external = {
    type: 'External',
    external: { metric: { name: 'q' }, target: { type: 'AverageValue', averageValue: '5' } },
  };
  const cpu = (averageUtilization: number) => ({
    type: 'Resource',
    resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
  });
  const scaleDown = {
    stabilizationWindowSeconds: 10,
    policies: [{ type: 'Pods', value: 1, periodSeconds: 2 }],
  };
  const live = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'x' },
    spec: {
      scaleTargetRef: { kind: 'Deployment', name: 'd' },
      maxReplicas: 3,
      metrics: [external, cpu(80)],
      behavior: { scaleDown },
    },
  } as StoredObject;

  it('keeps in annotations, as Kubernetes writes them, what has no field there, and comes back whole', () => {
    const shown = autoscalingV1.fromStorage(live);
    expect(shown.metadata.annotations).toEqual({
      'autoscaling.alpha.kubernetes.io/metrics':
        '[{"type":"External","external":{"metricName":"q","targetAverageValue":"5"}}]',
      'autoscaling.alpha.kubernetes.io/behavior':
        '{"ScaleUp":null,"ScaleDown":{"StabilizationWindowSeconds":10,"SelectPolicy":null,"Policies":[{"Type":"Pods","Value":1,"PeriodSeconds":2}],"Tolerance":null}}',
    });
    expect(autoscalingV1.toStorage(shown)).toMatchObject(live);
  });

  it('loses nothing else when only its target is applied', () => {
    const applied = {
      apiVersion: 'autoscaling/v1',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'x' },
      spec: { maxReplicas: 3, targetCPUUtilizationPercentage: 50 },
    } as StoredObject;
    const whole = autoscalingV1.withUnsaid?.(applied, live) ?? applied;
    expect(autoscalingV1.toStorage(whole)).toMatchObject({
      spec: { metrics: [external, cpu(50)], behavior: { scaleDown } },
    });
  });
});
