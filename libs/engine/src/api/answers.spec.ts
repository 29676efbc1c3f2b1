import { expect, it } from 'vitest';
import { AdminApi } from './testing/admin-api.js';

it('indents JSON for people: on demand, and for programs they read from', () => {
  const api = new AdminApi();
  const path = '/api/v1/namespaces/default';
  expect(api.send('GET', path).text).not.toContain('\n  ');
  expect(api.send('GET', `${path}?pretty=true`).text).toMatch(/^\{\n {2}"apiVersion": "v1",\n/);
  expect(api.send('GET', path, '', { 'user-agent': 'curl/8.0' }).text).toContain('\n  "metadata": {\n');
  expect(api.send('GET', `${path}?pretty=false`, '', { 'user-agent': 'curl/8.0' }).text).not.toContain(
    '\n  ',
  );
});

it('shows no table for a question, which has no metadata', () => {
  const review = { spec: { nonResourceAttributes: { path: '/', verb: 'get' } } };
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
  expect(new AdminApi().send('POST', path, review, { accept: table }).status).toBe(406);
  expect(new AdminApi().send('POST', path, review, { accept: `${table},application/json` }).status).toBe(201);
});

it('selects events by the names of the version they are asked for in', () => {
  const api = new AdminApi();
  api.send('POST', '/apis/events.k8s.io/v1/namespaces/default/events', {
    metadata: { name: 'e' },
    eventTime: '2030-01-01T00:00:00.000000Z',
    reportingController: 'tester',
    reportingInstance: 'one',
    action: 'Do',
    reason: 'Test',
    type: 'Normal',
    deprecatedSource: {},
    regarding: { kind: 'Namespace', name: 'default', namespace: 'default' },
  });
  const found = (path: string): unknown =>
    (api.send('GET', path).json['items'] as unknown[] | undefined)?.length;
  expect(found('/apis/events.k8s.io/v1/events?fieldSelector=reportingController=tester')).toBe(1);
  expect(found('/apis/events.k8s.io/v1/events?fieldSelector=regarding.kind=Namespace,reason!=Test')).toBe(0);
  expect(found('/api/v1/events?fieldSelector=source=tester')).toBe(1);
  expect(api.send('GET', '/apis/events.k8s.io/v1/events?fieldSelector=source=tester').json['message']).toBe(
    'field label not supported: source',
  );
  const gone = '/apis/events.k8s.io/v1/namespaces/default/events?fieldSelector=regarding.kind=Namespace';
  expect(api.send('DELETE', gone).status).toBe(200);
  expect(found('/api/v1/events')).toBe(0);
});

it('measures its requests for Prometheus, and nobody can make it count more kinds of them than there are', () => {
  const api = new AdminApi();
  api.send('GET', '/api/v1/namespaces/default');
  api.send('GET', '/api/v1/namespaces/none');
  for (let index = 0; index < 50; index++) api.send('GET', `/apis/invented-${index}.example.com/v1/things/x`);
  const { text } = api.send('GET', '/metrics');
  const get = 'verb="GET",group="",version="v1",resource="namespaces",subresource="",scope="resource"';
  expect(text).toContain(`apiserver_request_total{${get},code="200"} 1\n`);
  expect(text).toContain(`apiserver_request_total{${get},code="404"} 1\n`);
  expect(text).toContain(`apiserver_request_duration_seconds_bucket{${get},le="+Inf"} 2\n`);
  expect(text).toMatch(/\napiserver_resource_objects\{group="",resource="namespaces"\} \d+\n/);
  expect(text).not.toContain('invented');
  expect(text.match(/^apiserver_request_total/gm)).toHaveLength(3);
});

it('takes revision 0 of an object as no revision', () => {
  const api = new AdminApi();
  const path = '/api/v1/namespaces/default/configmaps';
  const map = (value: string, resourceVersion: string) => ({
    metadata: { name: 'c', resourceVersion },
    data: { value },
  });
  expect(api.send('POST', path, map('1', '0')).status).toBe(201);
  expect(api.send('PUT', `${path}/c`, map('2', '0')).json['data']).toEqual({ value: '2' });
  expect(api.send('PUT', `${path}/c`, map('3', '1')).status).toBe(409);
});

it('adds to collections and changes single objects, never the other way round', () => {
  const api = new AdminApi();
  const path = '/api/v1/namespaces/default/configmaps';
  const body = { metadata: { name: 'one' } };
  expect(api.send('POST', `${path}/one`, body).status).toBe(405);
  expect(api.send('PUT', path, body).status).toBe(405);
  expect(api.send('PATCH', path, body, { 'content-type': 'application/merge-patch+json' }).status).toBe(405);
  expect(api.send('GET', `${path}/one`).status).toBe(404);
  expect(api.send('POST', path, body).status).toBe(201);
});
