import { expect, it } from 'vitest';
import { Events } from '../../clients/resource-type.js';
import { createCluster } from '../../cluster.js';
import { formatTime } from '../../time.js';
import { eventTtlController } from './event-ttl-controller.js';

it('forgets events an hour after they last happened, with a handful of timers for any number', () => {
  const cluster = createCluster({ controllers: [eventTtlController] });
  const { client, clock, store } = cluster;
  let timers = 0;
  const after = clock.after.bind(clock);
  clock.after = (delayMs, task) => (timers++, after(delayMs, task));
  for (let index = 0; index < 300; index++)
    client.create(Events, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `e-${index}`, namespace: 'default' },
      involvedObject: { kind: 'Pod', name: 'p', namespace: 'default' },
      lastTimestamp: formatTime(clock.now()),
    });
  expect(timers).toBeLessThan(3);
  cluster.advance('30m');
  const again = client.get(Events, 'default', 'e-7');
  client.update(Events, { ...again, count: 2, lastTimestamp: formatTime(clock.now()) });
  cluster.advance('29m');
  expect(store.table('/events').objects.size).toBe(300);
  cluster.advance('2m');
  expect(
    client
      .lister(Events)
      .list()
      .map(({ metadata }) => metadata.name),
  ).toEqual(['e-7']);
  cluster.advance('30m');
  expect(store.table('/events').objects.size).toBe(0);
});

it('keeps an event that is reported long after it happened as long as any', () => {
  const cluster = createCluster({ controllers: [eventTtlController] });
  cluster.client.create(Events, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'late', namespace: 'default' },
    involvedObject: { kind: 'Pod', name: 'p', namespace: 'default' },
    eventTime: '1999-09-19T13:49:16.000000Z',
    reportingComponent: 'example.com/reporter',
    reportingInstance: 'reporter-1',
    action: 'Look',
    reason: 'Late',
    type: 'Normal',
  });
  cluster.advance('59m');
  expect(cluster.store.table('/events').objects.size).toBe(1);
  cluster.advance('2m');
  expect(cluster.store.table('/events').objects.size).toBe(0);
});
