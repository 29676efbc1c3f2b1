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

it('shows the metadata of lists and of single objects by their own names only', () => {
  const api = new AdminApi();
  const as = (kind: string, path: string) =>
    api.send('GET', path, '', { accept: `application/json;as=${kind};v=v1;g=meta.k8s.io` });
  const [list, one] = ['/api/v1/namespaces', '/api/v1/namespaces/default'];
  expect(as('PartialObjectMetadataList', list).json['kind']).toBe('PartialObjectMetadataList');
  expect(as('PartialObjectMetadata', one).json['kind']).toBe('PartialObjectMetadata');
  expect(as('PartialObjectMetadata', list).json).toMatchObject({
    code: 406,
    message: 'you requested PartialObjectMetadata, but the requested object is a list (*core.NamespaceList)',
  });
  expect(as('PartialObjectMetadataList', one).json).toMatchObject({
    code: 406,
    message:
      'you requested PartialObjectMetadataList, but the requested object is not a list (*core.Namespace)',
  });
});

it('answers in JSON to who says nothing, and to who wants it least', () => {
  for (const accept of ['', 'application/json;q=0'])
    expect(new AdminApi().send('GET', '/api/v1/namespaces/default', '', { accept }).json).toMatchObject({
      kind: 'Namespace',
    });
});

it('says of a strategic merge patch what does not fit, and as its own fault only what is of a wrong form', () => {
  const api = new AdminApi();
  const path = '/api/v1/namespaces/default/services/kubernetes';
  const patched = (patch: object) =>
    api.send('PATCH', path, patch, { 'content-type': 'application/strategic-merge-patch+json' }).json;
  expect(
    api.send('POST', '/api/v1/namespaces/default/services', {
      metadata: { name: 'kubernetes' },
      spec: { ports: [{ port: 1 }] },
    }).status,
  ).toBeLessThan(500);
  expect(patched({ spec: { ports: [{ name: 'x' }] } })).toMatchObject({
    code: 500,
    message: 'map: map[name:x] does not contain declared merge key: port',
  });
  expect(patched({ spec: { $retainKeys: 'x' } })).toMatchObject({
    code: 400,
    message: 'invalid patch format of retainKeys',
  });
});

it('says that a body is of another version of its kind, and reads what no object is without naming a kind', () => {
  const api = new AdminApi();
  const scaler = { apiVersion: 'autoscaling/v1', kind: 'HorizontalPodAutoscaler', metadata: { name: 'a' } };
  const path = '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers';
  expect(api.send('POST', path, scaler).json['message']).toBe(
    'the API version in the data (autoscaling/v1) does not match the expected API version (autoscaling/v2)',
  );
  const map = '/api/v1/namespaces/default/configmaps/a';
  expect(api.send('DELETE', map, '{').json).toMatchObject({
    code: 400,
    message: "couldn't get version/kind; json parse error: unexpected end of JSON input",
  });
  expect(api.send('DELETE', map, { kind: 'Foo', apiVersion: 'v1' }).json['message']).toBe(
    'no kind "Foo" is registered for version "v1" in scheme "pkg/runtime/scheme.go:111"',
  );
});

it('deletes on conditions of the query where there is no body, and marks nothing in a rehearsal', () => {
  const api = new AdminApi();
  const maps = '/api/v1/namespaces/default/configmaps';
  api.send('POST', maps, { metadata: { name: 'a', labels: { app: 'x' } } });
  expect(api.send('DELETE', `${maps}/a?uid=other`).status).toBe(409);
  expect(api.send('DELETE', `${maps}?labelSelector=app&resourceVersion=0`).status).toBe(409);
  const { items } = api.send('DELETE', `${maps}?labelSelector=app&dryRun=All`).json as {
    items: { metadata: object }[];
  };
  expect(items).toHaveLength(1);
  expect(items[0]?.metadata).not.toHaveProperty('deletionTimestamp');
  expect(api.send('DELETE', `${maps}/a`).status).toBe(200);
});
