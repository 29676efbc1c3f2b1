import { describe, expect, it } from 'vitest';
import { AdminApi } from './testing/admin-api.js';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

describe('discovery', () => {
  const api = new AdminApi();
  const ask = (path: string, accept?: string, method = 'GET') =>
    api.send(method, path, '', accept === undefined ? {} : { accept });

  it('names the group and version of an answer only where they are not those of the path', () => {
    interface Resource {
      readonly resource: string;
      readonly responseKind: object;
      readonly subresources: readonly { subresource: string; responseKind: object }[];
    }
    const { items } = ask('/apis', AGGREGATED).json as unknown as {
      items: { metadata: object; versions: { version: string; resources: Resource[] }[] }[];
    };
    const apps = items.find(({ metadata }) => JSON.stringify(metadata) === '{"name":"apps"}');
    const version = apps?.versions.find((found) => found.version === 'v1');
    const deployments = version?.resources.find(({ resource }) => resource === 'deployments');
    expect(deployments?.responseKind).toEqual({ group: '', version: '', kind: 'Deployment' });
    expect(deployments?.subresources.map(({ responseKind }) => responseKind)).toEqual([
      { group: 'autoscaling', version: 'v1', kind: 'Scale' },
      { group: '', version: '', kind: 'Deployment' },
    ]);
  });

  it('refuses forms it does not have, in the words of whoever looks first', () => {
    const known = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
    const only = `only the following media types are accepted: ${known}`;
    const route = `406: Not Acceptable\n\nAvailable representations: ${known}`;
    expect(ask('/apis', AGGREGATED.replace('v2', 'v3')).json).toMatchObject({ code: 406, message: only });
    expect(ask('/apis', 'application/xml').json).toMatchObject({ code: 406, message: only });
    expect(ask('/apis/apps', 'application/xml').json).toMatchObject({ code: 406, message: only });
    expect(ask('/api/v1', 'application/xml').json).toMatchObject({ code: 406, message: route });
    expect(ask('/version', 'application/yaml').status).toBe(406);
  });

  it('has the form that clients up to 1.29 ask for', () => {
    const asked = ask('/apis', `${AGGREGATED.replace('v2', 'v2beta1')},application/json`);
    expect(asked.json).toMatchObject({
      kind: 'APIGroupDiscoveryList',
      apiVersion: 'apidiscovery.k8s.io/v2beta1',
    });
    expect(asked.json['items']).toEqual(ask('/apis', AGGREGATED).json['items']);
  });

  it('falls back to the documents that every client knows, and has them as YAML', () => {
    const unknown = `${AGGREGATED.replace('v2', 'v3')},application/json`;
    expect(ask('/apis', unknown).json).toMatchObject({ kind: 'APIGroupList' });
    expect(ask('/apis/apps', 'application/yaml').text).toMatch(/^apiVersion: v1\nkind: APIGroup\n/);
  });

  it('is only for reading, but for the lists of groups', () => {
    for (const path of ['/api', '/api/v1', '/apis/apps/v1', '/version'])
      for (const method of ['POST', 'HEAD'])
        expect([path, method, ask(path, undefined, method).status]).toEqual([path, method, 405]);
    for (const path of ['/apis', '/apis/apps', '/metrics'])
      expect(ask(path, undefined, 'POST').status).toBe(200);
    expect(ask('/api/v1/namespaces/default', undefined, 'HEAD').status).toBe(405);
    expect(ask('/nothing', undefined, 'POST').status).toBe(404);
  });
});
