import { createCluster, type Cluster } from '@lotse/engine';
import { deliveryDefinitions } from '@lotse/gitops';
import type { KubeObject } from '@lotse/manifests';
import { beforeEach, describe, expect, it } from 'vitest';

const admin = { user: 'admin', groups: ['system:masters'] };
let cluster: Cluster;

function resource(group: string, version: string, name: string) {
  const found = cluster.registry.find(group, version, name);
  if (!found) throw new Error(`${name} is not served`);
  return found;
}

const application = (name: string, addresses: readonly string[]): KubeObject => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name, namespace: 'default' },
  spec: { project: 'default', destination: {}, sources: addresses.map((repoURL) => ({ repoURL })) },
});

beforeEach(() => {
  cluster = createCluster({ nodes: 0 });
  for (const definition of deliveryDefinitions())
    cluster.operations.create(
      resource('apiextensions.k8s.io', 'v1', 'customresourcedefinitions'),
      definition as never,
      admin,
    );
  cluster.advance('1s');
});

describe('the definitions of applications', () => {
  it('are accepted by the engine, costs of their rules included', () => {
    for (const plural of ['applications', 'appprojects', 'applicationsets'])
      expect(resource('argoproj.io', 'v1alpha1', plural).namespaced).toBe(true);
  });

  it('refuse a password in any address, without repeating it', () => {
    const applications = resource('argoproj.io', 'v1alpha1', 'applications');
    const leaky = application('leaky', ['https://git.example/a', 'https://bot:canary@git.example/b']);
    const write = (): unknown => cluster.operations.create(applications, leaky as never, admin);
    expect(write).toThrow(/spec\.sources\[1\]\.repoURL: Forbidden: contains a password/);
    expect(write).not.toThrow('canary');
    cluster.operations.create(
      applications,
      application('fine', ['https://bot@git.example/a:b@c']) as never,
      admin,
    );
  });
});
