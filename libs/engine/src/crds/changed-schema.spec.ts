import { expect, it } from 'vitest';
import { AdminApi } from '../api/testing/admin-api.js';

const PATH = '/apis/example.com/v1/namespaces/default/things';
const JSON_PATCH = { 'content-type': 'application/json-patch+json' };

it('shows objects with the defaults of the schema of today, and stores them with their next write', () => {
  const api = new AdminApi();
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const properties = { a: { type: 'string' }, b: { type: 'string' } };
  const schema = { openAPIV3Schema: { type: 'object', properties } };
  api.send('POST', definitions, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'things', kind: 'Thing' },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  });
  const made = api.send('POST', PATH, {
    apiVersion: 'example.com/v1',
    kind: 'Thing',
    metadata: { name: 't' },
  });
  expect(made.status, made.text).toBe(201);
  const setDefault = (op: string, value?: string) =>
    api.send(
      'PATCH',
      `${definitions}/things.example.com`,
      [{ op, path: '/spec/versions/0/schema/openAPIV3Schema/properties/a/default', ...(value && { value }) }],
      JSON_PATCH,
    );
  setDefault('add', 'A');
  expect(api.send('GET', `${PATH}/t`).json['a']).toBe('A');
  expect(api.send('GET', PATH).json['items']).toMatchObject([{ a: 'A' }]);
  setDefault('replace', 'B');
  expect(api.send('GET', `${PATH}/t`).json['a']).toBe('B');
  const seen = [
    { op: 'test', path: '/a', value: 'B' },
    { op: 'add', path: '/b', value: 'b' },
  ];
  expect(api.send('PATCH', `${PATH}/t`, seen, JSON_PATCH).status).toBe(200);
  setDefault('remove');
  expect(api.send('GET', `${PATH}/t`).json).toMatchObject({ a: 'B', b: 'b' });
});
