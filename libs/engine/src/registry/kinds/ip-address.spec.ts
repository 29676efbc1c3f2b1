import { expect, it } from 'vitest';
import { AdminApi } from '../../api/testing/admin-api.js';

const PATH = '/apis/networking.k8s.io/v1/ipaddresses';
const address = (name: string) => ({
  metadata: { name },
  spec: { parentRef: { resource: 'services', namespace: 'default', name: 'web' } },
});

it.each(['10.9.8.7', '255.255.255.255', 'fe80::42:1dff:fe84:f9e2', '::1', '2001:db8::'])(
  'takes %s as the name of an address',
  (name) => {
    const api = new AdminApi();
    expect(api.send('POST', PATH, address(name)).status).toBe(201);
    expect(api.send('GET', `${PATH}/${encodeURIComponent(name)}`).json).toMatchObject({ metadata: { name } });
  },
);

it.each([
  ['10.9.8.07', 'must be a canonical format IP address: 10.9.8.7'],
  ['2001:DB8::0', 'must be a canonical format IP address: 2001:db8::'],
  ['10.9.8.256', 'must be a valid IP address'],
  ['web', 'must be a valid IP address'],
  [':'.repeat(500), 'must be a valid IP address'],
])('refuses %s', (name, why) => {
  const { status, json } = new AdminApi().send('POST', PATH, address(name));
  expect(status).toBe(422);
  expect(json['message']).toContain(why);
});

it('keeps what an address is for', () => {
  const api = new AdminApi();
  api.send('POST', PATH, address('10.9.8.7'));
  const patch = JSON.stringify({ spec: { parentRef: { name: 'other' } } });
  const merge = { 'content-type': 'application/merge-patch+json' };
  expect(api.send('PATCH', `${PATH}/10.9.8.7`, patch, merge).status).toBe(422);
});
