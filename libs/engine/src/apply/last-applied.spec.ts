import { expect, it } from 'vitest';
import { AdminApi } from '../api/testing/admin-api.js';

const APPLY = { 'content-type': 'application/apply-patch+yaml' };
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const TARGET = '/api/v1/namespaces/default/configmaps/c';
const config = (data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c', namespace: 'default' },
  data,
});

/** A ConfigMap that client-side apply made, with one value that somebody changed since. */
function appliedByClient(): AdminApi {
  const api = new AdminApi();
  const made = config({ a: '1', b: '1' });
  const annotations = { [LAST_APPLIED]: JSON.stringify(made) };
  api.send('POST', '/api/v1/namespaces/default/configmaps?fieldManager=kubectl-client-side-apply', {
    ...made,
    metadata: { ...made.metadata, annotations },
  });
  const change = JSON.stringify({ data: { b: '2' } });
  api.send('PATCH', `${TARGET}?fieldManager=somebody`, change, {
    'content-type': 'application/merge-patch+json',
  });
  return api;
}

it('lets kubectl take over from client-side apply without a conflict, and keeps its record', () => {
  const api = appliedByClient();
  const next = config({ a: '3' });
  const { status, json } = api.send('PATCH', `${TARGET}?fieldManager=kubectl`, JSON.stringify(next), APPLY);
  expect(status).toBe(200);
  expect(json['data']).toEqual({ a: '3', b: '2' });
  const { annotations } = json['metadata'] as { annotations: Record<string, string> };
  expect((JSON.parse(annotations[LAST_APPLIED] ?? '') as { data: unknown }).data).toEqual({ a: '3' });
});

it('does not let others do so, nor kubectl with what somebody else has changed since', () => {
  const conflict = (manager: string, data: Record<string, string>): unknown => {
    const body = JSON.stringify(config(data));
    return appliedByClient().send('PATCH', `${TARGET}?fieldManager=${manager}`, body, APPLY).json['message'];
  };
  expect(conflict('other', { a: '3' })).toMatch(/"kubectl-client-side-apply".*\.data\.a/);
  const message = conflict('kubectl', { a: '3', b: '3' });
  expect(message).toMatch(/"somebody".*\.data\.b/);
  expect(message).not.toContain('.data.a');
});
