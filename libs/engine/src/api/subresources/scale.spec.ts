import { beforeEach, expect, it } from 'vitest';
import { AdminApi } from '../testing/admin-api.js';

const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const POLICIES = '/apis/admissionregistration.k8s.io/v1';
const labels = { app: 'web' };
const apply = { 'content-type': 'application/apply-patch+yaml' };
const merge = { 'content-type': 'application/merge-patch+json', 'user-agent': 'tester/1.0' };
let api: AdminApi;

const scaleTo = (replicas: number): object => ({
  apiVersion: 'autoscaling/v1',
  kind: 'Scale',
  metadata: { name: 'web', namespace: 'default' },
  spec: { replicas },
});

beforeEach(() => {
  api = new AdminApi();
  const web = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'nginx' }] } },
    },
  };
  expect(api.send('POST', DEPLOYMENTS, web).status).toBe(201);
});

it('is applied like an object, and its replicas have an owner then', () => {
  const applied = api.send('PATCH', `${DEPLOYMENTS}/web/scale?fieldManager=one`, scaleTo(1), apply);
  expect(applied.json).toMatchObject({ kind: 'Scale', spec: { replicas: 1 } });
  const other = `${DEPLOYMENTS}/web/scale?fieldManager=two`;
  expect(api.send('PATCH', other, scaleTo(3), apply).json).toMatchObject({
    code: 409,
    message: expect.stringContaining('.spec.replicas') as string,
  });
  expect(api.send('PATCH', `${other}&force=true`, scaleTo(3), apply).json).toMatchObject({
    spec: { replicas: 3 },
  });
  const { metadata } = api.send('GET', `${DEPLOYMENTS}/web`).json as {
    metadata: { managedFields: object[] };
  };
  expect(metadata.managedFields).toContainEqual(
    expect.objectContaining({
      manager: 'two',
      operation: 'Apply',
      subresource: 'scale',
      fieldsV1: { 'f:spec': { 'f:replicas': {} } },
    }),
  );
});

it('is filed under the program that wrote it', () => {
  expect(api.send('PATCH', `${DEPLOYMENTS}/web/scale`, { spec: { replicas: 2 } }, merge).status).toBe(200);
  const { metadata } = api.send('GET', `${DEPLOYMENTS}/web`).json as {
    metadata: { managedFields: object[] };
  };
  expect(metadata.managedFields).toContainEqual(
    expect.objectContaining({ manager: 'tester', operation: 'Update', subresource: 'scale' }),
  );
});

it('passes on what admission warns of', () => {
  const rule = {
    operations: ['UPDATE'],
    apiGroups: ['apps'],
    apiVersions: ['v1'],
    resources: ['deployments/scale'],
  };
  api.send('POST', `${POLICIES}/validatingadmissionpolicies`, {
    metadata: { name: 'small' },
    spec: {
      matchConstraints: { resourceRules: [rule] },
      validations: [{ expression: 'object.spec.replicas < 5', message: 'that is many' }],
    },
  });
  api.send('POST', `${POLICIES}/validatingadmissionpolicybindings`, {
    metadata: { name: 'small' },
    spec: { policyName: 'small', validationActions: ['Warn'] },
  });
  const scaled = api.send('PATCH', `${DEPLOYMENTS}/web/scale`, { spec: { replicas: 9 } }, merge);
  expect([scaled.status, scaled.warnings]).toEqual([200, [expect.stringContaining('that is many')]]);
});

it('refuses patches and parameters that it does not know', () => {
  const text = { 'content-type': 'text/plain' };
  expect(api.send('PATCH', `${DEPLOYMENTS}/web/scale`, '{}', text).status).toBe(415);
  expect(api.send('PATCH', `${DEPLOYMENTS}/web/scale?dryRun=some`, {}, merge).json).toMatchObject({
    code: 422,
    message: expect.stringMatching(/^PatchOptions.meta.k8s.io "" is invalid: dryRun: /) as string,
  });
});

it('is refused with the patch that left no number in it', () => {
  const refused = api.send('PATCH', `${DEPLOYMENTS}/web/scale`, { spec: { replicas: 'x' } }, merge);
  expect(refused.json).toMatchObject({
    code: 422,
    message: expect.stringMatching(
      /^ "" is invalid: patch: Invalid value: .*: json: cannot unmarshal string into Go struct field ScaleSpec\.spec\.replicas of type int32$/s,
    ) as string,
  });
});
