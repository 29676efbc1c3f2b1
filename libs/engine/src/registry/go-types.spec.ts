import { describe, expect, it } from 'vitest';
import { decodeObject } from './decode-object.js';
import { fieldTypeOf } from './field-type.js';

function problem(apiVersion: string, kind: string, body: object): string {
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  try {
    decodeObject({ apiVersion, kind, ...body }, fieldTypeOf({ group, version, kind }), { kind });
  } catch (error) {
    return String(error);
  }
  return 'nothing';
}

describe('values of another type', () => {
  it.each<[string, string, object, string]>([
    ['v1', 'Secret', { type: 7 }, 'number into Go struct field Secret.type of type v1.SecretType'],
    [
      'v1',
      'Pod',
      { spec: { containers: [{ imagePullPolicy: true }] } },
      'bool into Go struct field Container.spec.containers.imagePullPolicy of type v1.PullPolicy',
    ],
    [
      'v1',
      'Pod',
      { spec: { volumes: [{ hostPath: { path: 1 } }] } },
      'number into Go struct field HostPathVolumeSource.spec.volumes.VolumeSource.hostPath.path of type string',
    ],
    [
      'v1',
      'Service',
      { spec: { ipFamilies: 'IPv4' } },
      'string into Go struct field ServiceSpec.spec.ipFamilies of type []v1.IPFamily',
    ],
    [
      'v1',
      'Service',
      { spec: { ipFamilies: [4] } },
      'number into Go struct field ServiceSpec.spec.ipFamilies of type v1.IPFamily',
    ],
    [
      'v1',
      'PersistentVolume',
      { spec: { capacity: 'x' } },
      'string into Go struct field PersistentVolumeSpec.spec.capacity of type v1.ResourceList',
    ],
    [
      'autoscaling/v2',
      'HorizontalPodAutoscaler',
      { spec: { metrics: ['x'] } },
      'string into Go struct field HorizontalPodAutoscalerSpec.spec.metrics of type v2.MetricSpec',
    ],
    [
      'admissionregistration.k8s.io/v1',
      'ValidatingWebhookConfiguration',
      { webhooks: [{ rules: [{ scope: 1 }] }] },
      'number into Go struct field RuleWithOperations.webhooks.rules.Rule.scope of type v1.ScopeType',
    ],
  ])('are told as Go tells them: %s %s %j', (apiVersion, kind, body, expected) =>
    expect(problem(apiVersion, kind, body)).toBe(`DecodeError: json: cannot unmarshal ${expected}`),
  );

  it('that are null are zero in a map, and nothing elsewhere', () => {
    const type = fieldTypeOf({ group: '', version: 'v1', kind: 'PersistentVolume' });
    const spec = { capacity: { storage: null }, volumeMode: null };
    expect(decodeObject({ spec }, type, { kind: 'PersistentVolume' })).toEqual({
      spec: { capacity: { storage: '0' } },
    });
  });
});
