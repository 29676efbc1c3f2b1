import { expect, it } from 'vitest';
import { createCluster } from '../cluster.js';
import { Namespaces, Pods } from '../clients/resource-type.js';
import { AdminApi } from './testing/admin-api.js';
import { isApiError } from './api-error.js';
import { PLAIN } from '../auth/testing/signing-requests.js';

it('writes labels and annotations through /status, but neither the spec nor whom the object belongs to', () => {
  const { client } = createCluster({ controllers: [] });
  const pod = client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'default', labels: { a: '1' } },
    spec: { containers: [{ name: 'a', image: 'a' }] },
  });
  const written = client.updateStatus(Pods, {
    ...pod,
    metadata: {
      ...pod.metadata,
      labels: { a: '2' },
      annotations: { b: '3' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'other', uid: 'x' }],
    },
    spec: { containers: [{ name: 'a', image: 'other' }] },
    status: { phase: 'Running' },
  });
  expect(written.metadata).toMatchObject({ labels: { a: '2' }, annotations: { b: '3' } });
  expect(written.metadata.ownerReferences).toBeUndefined();
  expect(written.spec?.containers[0]?.image).toBe('a');
  expect(written.status?.phase).toBe('Running');
});

it('checks the metadata that comes with a status', () => {
  const { client } = createCluster({ controllers: [] });
  const namespace = client.get(Namespaces, undefined, 'default');
  const labelled = { ...namespace, metadata: { ...namespace.metadata, labels: { 'a b': '1' } } };
  let error: unknown;
  try {
    client.updateStatus(Namespaces, labelled);
  } catch (caught) {
    error = caught;
  }
  expect(isApiError(error, 'Invalid')).toBe(true);
});

it('writes annotations with the decision about a signing request, and with its certificate', () => {
  const api = new AdminApi();
  const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
  const request = Buffer.from(PLAIN).toString('base64');
  const spec = { request, signerName: 'example.com/own', usages: ['client auth'] };
  expect(api.send('POST', path, { metadata: { name: 'r' }, spec }).status).toBe(201);
  const merge = { 'content-type': 'application/merge-patch+json' };
  for (const part of ['approval', 'status']) {
    const patch = { metadata: { annotations: { [part]: 'true' } }, spec: { request: 'eQ==' }, status: {} };
    const { json } = api.send('PATCH', `${path}/r/${part}`, patch, merge);
    expect(json).toMatchObject({ metadata: { annotations: { [part]: 'true' } }, spec: { request } });
  }
});

const merge = { 'content-type': 'application/merge-patch+json' };
const SETS = '/apis/apps/v1/namespaces/default/replicasets';
const selector = { matchLabels: { a: 'b' } };
const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: 'u' };

it('writes owners through the status of most kinds', () => {
  const api = new AdminApi();
  api.send('POST', SETS, { metadata: { name: 'a' }, spec: { selector, template } });
  const patch = { metadata: { labels: { told: 'x' }, ownerReferences: [owner] }, spec: { replicas: 7 } };
  expect(api.send('PATCH', `${SETS}/a/status`, patch, merge).json).toMatchObject({
    metadata: { labels: { told: 'x' }, ownerReferences: [owner] },
    spec: { replicas: 1 },
  });
});

it('keeps the labels of deployments, and all metadata of newer kinds', () => {
  const api = new AdminApi();
  const told = { metadata: { labels: { told: 'x' }, annotations: { told: 'x' } } };
  const deployments = '/apis/apps/v1/namespaces/default/deployments';
  api.send('POST', deployments, { metadata: { name: 'a' }, spec: { selector, template } });
  const { metadata } = api.send('PATCH', `${deployments}/a/status`, told, merge).json as {
    metadata: { labels?: object; annotations?: object };
  };
  expect([metadata.labels, metadata.annotations]).toEqual([undefined, { told: 'x' }]);
  const claims = '/apis/resource.k8s.io/v1/namespaces/default/resourceclaims';
  const requests = [{ name: 'r', exactly: { deviceClassName: 'c' } }];
  api.send('POST', claims, { metadata: { name: 'a' }, spec: { devices: { requests } } });
  const claim = api.send('PATCH', `${claims}/a/status`, told, merge).json;
  expect(claim['metadata']).not.toHaveProperty('labels');
});

it('applies labels with a status, as far as another write may say them', () => {
  const api = new AdminApi();
  const apply = { 'content-type': 'application/apply-patch+yaml' };
  api.send('POST', SETS, { metadata: { name: 'a' }, spec: { selector, template } });
  const configuration = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'a', labels: { applied: 'x' } },
    status: { replicas: 2 },
  };
  expect(api.send('PATCH', `${SETS}/a/status?fieldManager=m`, configuration, apply).json).toMatchObject({
    metadata: { labels: { applied: 'x' } },
    status: { replicas: 2 },
  });
});

it('adds no finalizer to what is on its way out, and shows an empty status where none is sent', () => {
  const api = new AdminApi();
  api.send('POST', SETS, {
    metadata: { name: 'a', finalizers: ['example.com/x'] },
    spec: { selector, template },
  });
  const { status: _, ...bare } = api.send('GET', `${SETS}/a`).json;
  expect(api.send('PUT', `${SETS}/a/status`, bare).json).toHaveProperty('status', {});
  api.send('DELETE', `${SETS}/a`);
  const more = { metadata: { finalizers: ['example.com/x', 'example.com/y'] } };
  expect(api.send('PATCH', `${SETS}/a/status`, more, merge).json['message']).toContain(
    'no new finalizers can be added if the object is being deleted',
  );
});

it('dates the phases of volumes', () => {
  const api = new AdminApi();
  const path = '/api/v1/persistentvolumes';
  const nfs = { server: 's', path: '/' };
  const spec = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], nfs };
  api.send('POST', path, { metadata: { name: 'v' }, spec });
  const told = (status: object) =>
    api.send('PATCH', `${path}/v/status`, { status }, merge).json['status'] as {
      lastPhaseTransitionTime: string;
    };
  const time = '2001-01-01T00:00:00Z';
  expect(told({ phase: 'Available', lastPhaseTransitionTime: time }).lastPhaseTransitionTime).toBe(time);
  expect(told({ message: 'x' }).lastPhaseTransitionTime).toBe(time);
  expect(told({ phase: 'Failed' }).lastPhaseTransitionTime).not.toBe(time);
});

it('says which phase a namespace can be in, and keeps the label with its name', () => {
  const api = new AdminApi();
  const path = '/api/v1/namespaces/default';
  const wrong = api.send('PATCH', `${path}/status`, { status: { phase: 'Terminating' } }, merge);
  expect(wrong.json['message']).toBe(
    'Namespace "default" is invalid: status.Phase: Invalid value: "Terminating": may only be \'Active\' if `deletionTimestamp` is empty',
  );
  const named = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } };
  const labels = { 'kubernetes.io/metadata.name': 'default' };
  expect(api.send('PUT', `${path}/status`, named).json).toMatchObject({ metadata: { labels } });
  const finalized = (finalizers: string[]) =>
    api.send('PUT', `${path}/finalize`, { ...named, spec: { finalizers } }).json;
  expect(finalized(['plain'])['message']).toContain(
    'spec.finalizers[0]: Invalid value: "plain": name is neither a standard finalizer name nor is it fully qualified',
  );
  expect(finalized(['kubernetes'])).toMatchObject({ metadata: { labels } });
});

it.each([
  ['/apis/policy/v1/namespaces/default/poddisruptionbudgets', { spec: { minAvailable: 1, selector } }],
  ['/apis/storage.k8s.io/v1/csidrivers', { spec: { attachRequired: false } }],
])('asks those who replace an object of %s which revision they know', (path, rest) => {
  const api = new AdminApi();
  const { json } = api.send('POST', path, { metadata: { name: 'a' }, ...rest });
  const { resourceVersion: _, ...metadata } = json['metadata'] as { resourceVersion: string };
  expect(api.send('PUT', `${path}/a`, { ...json, metadata }).json['message']).toContain(
    'metadata.resourceVersion: Invalid value: 0: must be specified for an update',
  );
  expect(api.send('PUT', `${path}/a`, json).status).toBe(200);
});
