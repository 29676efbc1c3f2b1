import { describe, expect, it } from 'vitest';
import { createCluster } from '../cluster.js';
import { Services } from '../clients/resource-type.js';
import { Environment } from './environment.js';
import { serviceVariables } from './service-variables.js';

describe('the variables of a container', () => {
  it('are its own, and those it shares as far as it has none of that name', () => {
    const shared = new Map([
      ['A', '1'],
      ['B', '2'],
    ]);
    const env = new Environment(shared);
    env.set('B', '');
    env.set('C', '3');
    expect([...env]).toEqual([
      ['B', ''],
      ['C', '3'],
      ['A', '1'],
    ]);
    expect([env.size, env.get('A'), env.get('B'), env.has('D')]).toEqual([3, '1', '', false]);
    expect(new Map(env)).toEqual(new Map([...shared, ['B', ''], ['C', '3']]));
    expect([...shared]).toHaveLength(2);
  });

  it('tell of services by one map for a namespace, until those change', () => {
    const { client } = createCluster({ nodes: 0, controllers: [] });
    const service = (name: string, port: number) =>
      client.create(Services, {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace: 'default' },
        spec: { selector: { app: name }, ports: [{ port }] },
      });
    service('web', 80);
    const services = client.lister(Services);
    const told = (namespace: string) =>
      serviceVariables({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace } }, { services });
    const first = told('default');
    expect(first.get('WEB_SERVICE_PORT')).toBe('80');
    expect(told('default')).toBe(first);
    expect(told('other').has('WEB_SERVICE_PORT')).toBe(false);
    expect(told('default')).toBe(first);
    service('api', 81);
    expect(told('default').get('API_SERVICE_PORT')).toBe('81');
    expect(first.has('API_SERVICE_PORT')).toBe(false);
  });
});
