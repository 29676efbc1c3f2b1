import { describe, expect, it } from 'vitest';
import type { StoredObject } from '../../store/stored-object.js';
import { strategies } from './index.js';

const stored = (body: object) =>
  ({ apiVersion: 'v1', kind: 'Event', metadata: { name: 'a', namespace: 'a' }, ...body }) as StoredObject;

function findings(group: string, body: object, old?: object): string[] {
  const strategy = strategies[`${group}/events`];
  const errors = old
    ? strategy?.validateUpdate?.(stored(body), stored(old))
    : strategy?.validate?.(stored(body));
  return (errors ?? []).map(({ field, message }) => `${field}: ${message}`);
}

const event = {
  involvedObject: { kind: 'Pod', name: 'p', namespace: 'a' },
  eventTime: '2030-01-01T00:00:00.000000Z',
  reportingComponent: 'example.com/c',
  reportingInstance: 'c-1',
  action: 'Look',
  reason: 'Seen',
  type: 'Normal',
};

describe('events told through the newer version', () => {
  it('say everything at once', () => {
    expect(findings('events.k8s.io', event)).toEqual([]);
    expect(findings('events.k8s.io', { ...event, eventTime: undefined, type: 'Odd' })).toEqual([
      'eventTime: Required value',
      'type: Invalid value: "": has invalid value: Odd',
    ]);
  });

  it('have nothing of what older ones were told by', () => {
    const body = { ...event, count: 2, source: { component: 'c' }, firstTimestamp: '2030-01-01T00:00:00Z' };
    expect(findings('events.k8s.io', body)).toEqual([
      'firstTimestamp: Invalid value: "": needs to be unset',
      'count: Invalid value: "": needs to be unset',
      'source: Invalid value: "": needs to be unset',
    ]);
  });

  it('go on as a series, and change in nothing else', () => {
    const series = { count: 3, lastObservedTime: event.eventTime };
    expect(findings('events.k8s.io', { ...event, series }, event)).toEqual([]);
    expect(findings('events.k8s.io', { ...event, series: { count: 1 } }, event)).toEqual([
      'series.count: Invalid value: "": should be at least 2',
      'series.lastObservedTime: Required value',
    ]);
    const changed = { ...event, involvedObject: { kind: 'Pod', namespace: 'a' }, action: 'Wave' };
    expect(findings('events.k8s.io', changed, event)).toEqual([
      'involvedObject: Invalid value: {"Kind":"Pod","Namespace":"a","Name":"","UID":"","APIVersion":"","ResourceVersion":"","FieldPath":""}: field is immutable',
      'action: Invalid value: "Wave": field is immutable',
    ]);
  });

  it('are judged less strictly in the older version', () => {
    const old = { involvedObject: event.involvedObject, count: 1, type: 'Odd' };
    expect(findings('', old)).toEqual([]);
    expect(findings('', { ...event, reportingComponent: '' })).toContain(
      'reportingComponent: Required value',
    );
    expect(findings('events.k8s.io', { ...event, reportingComponent: '' })).toContain(
      'reportingController: Required value',
    );
  });
});
