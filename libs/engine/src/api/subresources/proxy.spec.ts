import { expect, it } from 'vitest';
import { AdminApi } from '../testing/admin-api.js';

function apiWithPod(env: { name: string; value: string }[], args: string[]): AdminApi {
  const api = new AdminApi({ nodes: 1 });
  // A namespace of this name must not be taken for the word in the path.
  api.send('POST', '/api/v1/namespaces', { metadata: { name: 'proxy-1' } });
  api.send('POST', '/api/v1/namespaces/proxy-1/serviceaccounts', { metadata: { name: 'default' } });
  const made = api.send('POST', '/api/v1/namespaces/proxy-1/pods', {
    metadata: { name: 'web' },
    spec: {
      containers: [{ name: 'main', image: 'registry.k8s.io/e2e-test-images/agnhost:2.63.0', args, env }],
    },
  });
  expect(made.status).toBe(201);
  api.cluster.advance('10s');
  return api;
}

const PREFIX = '/api/v1/namespaces/proxy-1/pods/http:web:1080/proxy';

it('leads the links of a page through the proxy', () => {
  const api = apiWithPod([{ name: 'SERVE_PORT_1080', value: '<a href="/next">go</a>' }], ['porter']);
  expect(api.send('GET', `${PREFIX}/`).text).toBe(`<a href="${PREFIX}/next">go</a>`);
  expect(api.send('GET', `${PREFIX}`).status).toBe(301);
});

it('passes every method on', () => {
  const api = apiWithPod([{ name: 'SERVE_PORT_1080', value: 'foo' }], ['porter', '--json-response']);
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
    expect(api.send(method, `${PREFIX}/some/path`).json).toEqual({ Method: method, Body: 'foo' });
});

it('says when nothing listens there', () => {
  const api = apiWithPod([], ['pause']);
  expect(api.send('GET', `${PREFIX}/`).status).toBe(503);
});
