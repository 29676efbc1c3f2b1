import { expect, it } from 'vitest';
import { AdminApi } from '../api/testing/admin-api.js';

it('is not there for who applies what is there already, until something is changed', () => {
  const api = new AdminApi();
  const applied = (manager: string, value: string) => {
    const path = `/api/v1/namespaces/default/configmaps/c?fieldManager=${manager}&force=true`;
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { key: value } };
    const { json } = api.send('PATCH', path, body, { 'content-type': 'application/apply-patch+yaml' });
    const { managedFields } = json['metadata'] as { managedFields: { manager: string; time?: string }[] };
    return managedFields.map((entry) => [entry.manager, entry.time !== undefined]);
  };
  expect(applied('one', 'a')).toEqual([['one', true]]);
  expect(applied('two', 'a')).toEqual([
    ['two', false],
    ['one', true],
  ]);
  expect(applied('two', 'b')).toEqual([['two', true]]);
});
