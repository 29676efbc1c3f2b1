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
