import { expect, it } from 'vitest';
import { AdminApi } from '../api/testing/admin-api.js';

const DEPLOYMENT = '/apis/apps/v1/namespaces/default/deployments/web?fieldManager=me';
const type = { 'content-type': 'application/apply-patch+yaml' };

function applied(spec: unknown): string {
  const body = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec };
  const { status, json } = new AdminApi().send('PATCH', DEPLOYMENT, body, type);
  return `${status} ${String(json['message'])}`;
}

const template = (container: object) => ({
  template: { spec: { containers: [{ name: 'c', ...container }] } },
});

it.each([
  [{ replicas: 'x' }, '.spec.replicas: expected numeric (int or float), got string'],
  [{ paused: 'yes' }, '.spec.paused: expected boolean, got &{yes}'],
  [{ template: [] }, '.spec.template: expected map, got &{[]}'],
  [template({ args: 'x' }), '.spec.template.spec.containers[name="c"].args: expected list, got &{x}'],
  [
    template({ image: { a: 1 } }),
    '.spec.template.spec.containers[name="c"].image: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"a":1}}',
  ],
  [
    template({ resources: { limits: { cpu: [1] } } }),
    '.spec.template.spec.containers[name="c"].resources.limits.cpu: expected any scalar, got &{[1]}',
  ],
])('says of what type %j ought to be, as appliers of Kubernetes do', (spec, problem) => {
  expect(applied(spec)).toBe(
    `500 failed to create typed patch object (/web; apps/v1, Kind=Deployment): ${problem}`,
  );
});

it('names an entry that stands twice in a set', () => {
  const body = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default', finalizers: ['a/b', 'a/b'] },
  };
  expect(new AdminApi().send('PATCH', DEPLOYMENT, body, type).json['message']).toBe(
    'failed to create typed patch object (default/web; apps/v1, Kind=Deployment): .metadata.finalizers: duplicate entries for key [="a/b"]',
  );
});
