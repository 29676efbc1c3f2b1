import type { KubeObject } from '@lotse/manifests';
import { createCluster } from '@lotse/engine';
import { expect, it } from 'vitest';
import { InProcessClusterClient } from './in-process-cluster-client.js';
import type { Journal } from './journal.js';

const GROUP = 'tea.example.com';
const schema = { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object' } } } };

it('shows a live object in the version that Git names, though it is kept in another', async () => {
  const cluster = createCluster({ controllers: [] });
  const client = new InProcessClusterClient(cluster, {
    durable: async () => undefined,
  } as unknown as Journal);
  await client.create({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `cups.${GROUP}` },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: { plural: 'cups', kind: 'Cup' },
      versions: [
        { name: 'v1', served: true, storage: true, schema },
        { name: 'v1beta1', served: true, storage: false, schema },
      ],
    },
  } as KubeObject);
  const target: KubeObject = {
    apiVersion: `${GROUP}/v1beta1`,
    kind: 'Cup',
    metadata: { name: 'one', namespace: 'default' },
  };
  await client.apply(target, { fieldManager: 'git', force: true, dryRun: false });
  const live = client.getNow({
    group: GROUP,
    version: 'v1beta1',
    kind: 'Cup',
    namespace: 'default',
    name: 'one',
  });
  expect(live?.apiVersion).toBe(`${GROUP}/v1`);
  const predicted = await client.apply(target, { fieldManager: 'git', force: true, dryRun: true });
  expect(live && (await client.inVersion(live, predicted.apiVersion))).toEqual(predicted);
});

it('says of a kind that another API server serves that applications can not deliver it', async () => {
  const cluster = createCluster({ controllers: [] });
  const client = new InProcessClusterClient(cluster, {
    durable: async () => undefined,
  } as unknown as Journal);
  await client.create({
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1.tea.example.com' },
    spec: {
      group: GROUP,
      version: 'v1',
      groupPriorityMinimum: 1000,
      versionPriority: 10,
      insecureSkipTLSVerify: true,
      service: { name: 'tea', namespace: 'default', port: 443 },
    },
  } as KubeObject);
  const target: KubeObject = {
    apiVersion: `${GROUP}/v1`,
    kind: 'Cup',
    metadata: { name: 'one', namespace: 'default' },
  };
  await expect(client.apply(target, { fieldManager: 'git', force: true, dryRun: false })).rejects.toThrow(
    'Cup in tea.example.com/v1 is served by another API server, behind the APIService v1.tea.example.com.',
  );
  await expect(
    client.apply(
      { ...target, apiVersion: `${GROUP}/v2` },
      { fieldManager: 'git', force: true, dryRun: false },
    ),
  ).rejects.toThrow('The cluster has no kind Cup');
});
