import { describe, expect, it } from 'vitest';
import type { Application } from '../application/types.js';
import { judgeWindows, windowProblem, type ScheduleReader } from './judge-windows.js';
import { windowsOf } from './match-windows.js';
import type { SyncWindow } from './sync-window.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const day = Date.UTC(2026, 0, 15);
/** Schedules of these tests are the hour of each day. */
const read: ScheduleReader = (schedule) => {
  const hour = Number(schedule);
  if (!Number.isInteger(hour)) throw new Error(`cannot read ${schedule}`);
  return { next: (afterMs) => Math.floor((afterMs - hour * HOUR) / DAY) * DAY + DAY + hour * HOUR };
};
const at = (hour: number): number => day + hour * HOUR;
const allow: SyncWindow = { kind: 'allow', schedule: '22', duration: '2h', applications: ['*'] };
const deny: SyncWindow = { kind: 'deny', schedule: '23', duration: '30m', applications: ['*'] };

function verdict(windows: SyncWindow[], hour: number, startedAt?: number) {
  const { allowsAutomation, allowsPeople } = judgeWindows(windows, at(hour), read, startedAt);
  return [allowsAutomation, allowsPeople];
}

describe('sync windows', () => {
  it.each<[string, SyncWindow[], number, boolean, boolean]>([
    ['none: everything is allowed', [], 12, true, true],
    ['a closed allow window refuses', [allow], 12, false, false],
    ['an open allow window allows', [allow], 22.5, true, true],
    ['it is open from its first moment', [allow], 22, true, true],
    ['it is closed from its last moment', [allow], 24, false, false],
    ['it is open past midnight', [{ ...allow, duration: '4h' }], 1, true, true],
    ['a closed deny window refuses nothing', [deny], 12, true, true],
    ['an open deny window refuses', [deny], 23.25, false, false],
    ['deny wins over allow', [allow, deny], 23.25, false, false],
    ['people may when the refusing window says so', [{ ...deny, manualSync: true }], 23.25, false, true],
    ['all refusing windows must say so', [{ ...deny, manualSync: true }, deny], 23.25, false, false],
    ['people may outside of an allow window that says so', [{ ...allow, manualSync: true }], 12, false, true],
    ['a window that can not be read refuses', [{ ...deny, schedule: 'noon' }], 12, false, false],
  ])('%s', (_, windows, hour, automation, people) => {
    expect(verdict(windows, hour)).toEqual([automation, people]);
  });

  it('let a sync that began before end, when they say so', () => {
    const overrun = { ...deny, syncOverrun: true };
    expect(verdict([overrun], 23.25, at(22.9))).toEqual([true, true]);
    expect(verdict([overrun], 23.25, at(23.1))).toEqual([false, false]);
    expect(verdict([deny], 23.25, at(22.9))).toEqual([false, false]);
    expect(verdict([{ ...allow, syncOverrun: true }], 24.5, at(23))).toEqual([true, true]);
  });

  it('tell when they open or close next', () => {
    expect(judgeWindows([allow, deny], at(12), read).changesAtMs).toBe(at(22));
    expect(judgeWindows([allow, deny], at(22.5), read).changesAtMs).toBe(at(23));
    expect(judgeWindows([allow, deny], at(23.25), read).changesAtMs).toBe(at(23.5));
  });

  it.each<[Partial<SyncWindow>, RegExp]>([
    [{ kind: 'maybe' }, /allow or deny, not "maybe"/],
    [{ duration: 'long' }, /duration "long"/],
    [{ duration: '0s' }, /duration "0s"/],
    [{ schedule: 'noon' }, /cannot read noon/],
  ])('are refused when they can not be used: %j', (wrong, message) => {
    expect(windowProblem({ ...allow, ...wrong }, read)).toMatch(message);
    expect(windowProblem(allow, read)).toBeUndefined();
  });
});

describe('the windows of an application', () => {
  const application = {
    metadata: { name: 'web-prod' },
    spec: { destination: { server: 'https://a', namespace: 'web' } },
  } as Application;
  it.each<[SyncWindow, boolean]>([
    [{}, false],
    [{ applications: ['web-*'] }, true],
    [{ applications: ['api-*'] }, false],
    [{ applications: ['api-*'], namespaces: ['web'] }, true],
    [{ clusters: ['https://*'] }, true],
    [{ clusters: ['in-cluster'] }, false],
    [{ applications: ['web-*'], namespaces: ['api'], andOperator: true }, false],
    [{ applications: ['web-*'], namespaces: ['web'], andOperator: true }, true],
  ])('are those that match it: %j', (window, matches) => {
    expect(windowsOf([window], application)).toHaveLength(matches ? 1 : 0);
  });
});
