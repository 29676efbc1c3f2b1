import { expect, it } from 'vitest';
import { Nodes, Pods } from '../clients/resource-type.js';
import { createCluster } from '../cluster.js';

const pod = (name: string, nodeName?: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'default',
    labels: { app: 'web', 'topology.kubernetes.io/zone': 'elsewhere' },
  },
  spec: { containers: [{ name: 'main', image: 'a' }], ...(nodeName !== undefined && { nodeName }) },
});

it('tells a pod the zone and region of its node when it gets one, and nothing else of the node', () => {
  const { client } = createCluster({ controllers: [] });
  const labels = {
    'topology.kubernetes.io/zone': 'north',
    'topology.kubernetes.io/region': 'here',
    'kubernetes.io/hostname': 'a',
  };
  client.create(Nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'a', labels } });
  const { 'kubernetes.io/hostname': _, ...topology } = labels;
  client.create(Pods, pod('waiting'));
  client.bind('default', 'waiting', 'a');
  expect(client.get(Pods, 'default', 'waiting').metadata.labels).toEqual({ app: 'web', ...topology });
  expect(client.create(Pods, pod('placed', 'a')).metadata.labels).toEqual({ app: 'web', ...topology });
  expect(client.create(Pods, pod('lost', 'nowhere')).metadata.labels).toEqual(pod('lost').metadata.labels);
});
