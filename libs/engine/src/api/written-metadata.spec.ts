import { beforeEach, describe, expect, it } from 'vitest';
import { AdminApi } from './testing/admin-api.js';

const MAPS = '/api/v1/namespaces/default/configmaps';

describe('metadata that clients write', () => {
  let api: AdminApi;
  const map = (metadata: object) => ({ metadata: { name: 'a', ...metadata } });
  const created = (metadata: object) => api.send('POST', MAPS, map(metadata)).json;

  beforeEach(() => {
    api = new AdminApi();
  });

  it('keeps the generation of a kind that does not count its changes, which may not be negative', () => {
    expect(created({ generation: 7 })).toMatchObject({ metadata: { generation: 7 } });
    expect(created({ name: 'b', generation: -1 })).toMatchObject({
      code: 422,
      message:
        'ConfigMap "b" is invalid: metadata.generation: Invalid value: -1: must be greater than or equal to 0',
    });
  });

  it('can not give an object an end', () => {
    created({});
    const ended = map({ deletionTimestamp: '2020-01-01T00:00:00Z' });
    const message =
      'ConfigMap "a" is invalid: metadata.deletionTimestamp: Invalid value: "2020-01-01T00:00:00Z": field is immutable';
    expect(api.send('PUT', `${MAPS}/a`, ended).json).toMatchObject({ code: 422, message });
    const merge = { 'content-type': 'application/merge-patch+json' };
    expect(api.send('PATCH', `${MAPS}/a`, ended, merge).json).toMatchObject({ code: 422, message });
    expect(api.send('PATCH', '/api/v1/namespaces/default/status', ended, merge).json).not.toMatchObject({
      metadata: { deletionTimestamp: expect.anything() as unknown },
    });
  });

  it('names no revision by what is no number', () => {
    expect(created({ resourceVersion: 'x' })).toMatchObject({ kind: 'ConfigMap' });
    expect(api.send('PUT', `${MAPS}/a`, map({ resourceVersion: 'x' })).json).toMatchObject({
      code: 500,
      message: 'strconv.ParseUint: parsing "x": invalid syntax',
    });
  });

  it('says which two owners want to be the one that controls', () => {
    const owner = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', name, uid: name, controller: true });
    expect(created({ ownerReferences: [owner('p'), owner('q')] })['message']).toContain(
      'Found "true" in references for Pod/p and Pod/q',
    );
  });

  it('counts the prefix of a label in bytes', () => {
    expect(created({ labels: { [`${'x'.repeat(254)}/a`]: '' } })['message']).toContain(
      'prefix part must be no more than 253 bytes',
    );
  });
});
