import { expect, it } from 'vitest';
import { createCluster } from '../cluster.js';
import { Events, Pods } from './resource-type.js';

it('names events so that a list of them is in the order things happened', () => {
  const cluster = createCluster({ nodes: 1 });
  const { client } = cluster;
  client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'default' },
    spec: { containers: [{ name: 'c', image: 'nginx' }] },
  });
  cluster.advance('10s');
  const events = [...client.lister(Events).list('default')].toSorted((a, b) =>
    (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1,
  );
  expect(
    events.filter(({ involvedObject }) => involvedObject.name === 'p').map(({ reason }) => reason),
  ).toEqual(['Scheduled', 'Pulling', 'Pulled', 'Created', 'Started']);
});
