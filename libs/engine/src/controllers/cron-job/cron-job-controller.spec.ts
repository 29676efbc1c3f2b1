import { describe, expect, it } from 'vitest';
import { CronJobs, Events, Jobs } from '../../clients/resource-type.js';
import { appsCluster, template } from '../testing/apps-cluster.js';

describe('CronJob', () => {
  it('makes up for the last of many missed starts, once', () => {
    const cluster = appsCluster(() => 'running');
    cluster.advance(Date.parse('2030-01-20T12:00:00Z') - cluster.clock.now());
    const made = cluster.client.create(CronJobs, {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'office', namespace: 'default' },
      spec: {
        schedule: '* 9-17 * * 1-5',
        suspend: true,
        jobTemplate: { spec: { template: template('office', 'task:1', { restartPolicy: 'Never' }) } },
      },
    });
    cluster.client.updateStatus(CronJobs, { ...made, status: { lastScheduleTime: '2030-01-07T09:00:00Z' } });
    cluster.client.patch(CronJobs, 'default', 'office', 'merge', { spec: { suspend: false } });
    // 2030-01-20 is a Sunday: the last start was on Friday evening.
    cluster.advance('30m');
    const starts = cluster.client
      .lister(Jobs)
      .list('default')
      .map(({ metadata }) => metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp']);
    expect(starts).toEqual(['2030-01-18T17:59:00Z']);
    expect(cluster.errors).toEqual([]);
  });
});

it('says that a schedule never comes', () => {
  const cluster = appsCluster();
  cluster.client.create(CronJobs, {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'never', namespace: 'default' },
    spec: {
      schedule: '59 23 31 2 *',
      jobTemplate: { spec: { template: template('never', 'job:1', { restartPolicy: 'Never' }) } },
    },
  });
  cluster.advance('1s');
  const reasons = cluster.client
    .lister(Events)
    .list('default')
    .map(({ type, reason, involvedObject }) => `${type} ${reason} ${involvedObject.name}`);
  expect(reasons).toEqual(['Warning InvalidSchedule never']);
});

it('tells when a job it started has ended', () => {
  const cluster = appsCluster(() => 'succeeded');
  cluster.client.create(CronJobs, {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'tick', namespace: 'default' },
    spec: {
      schedule: '* * * * *',
      jobTemplate: { spec: { template: template('tick', 'job:1', { restartPolicy: 'Never' }) } },
    },
  });
  cluster.advance('90s');
  const told = cluster.client
    .lister(Events)
    .list('default')
    .map(({ message }) => message ?? '');
  expect(
    told.filter((message) => /^Saw completed job: tick-\d+, condition: Complete$/.test(message)),
  ).toHaveLength(1);
});
