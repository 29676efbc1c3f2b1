import { describe, expect, it } from 'vitest';
import { parseSchedule } from './schedule.js';

const next = (schedule: string, after: string, zone?: string): string => {
  const ms = parseSchedule(schedule, zone).next(Date.parse(after));
  return ms === undefined ? 'never' : new Date(ms).toISOString();
};

describe('a schedule', () => {
  it.each([
    ['*/15 * * * *', '2030-01-01T00:07:30Z', '2030-01-01T00:15:00.000Z'],
    ['0 3 * * *', '2030-01-01T03:00:00Z', '2030-01-02T03:00:00.000Z'],
    ['30 8 1 * *', '2030-01-01T08:30:00Z', '2030-02-01T08:30:00.000Z'],
    ['0 0 29 2 *', '2030-01-01T00:00:00Z', '2032-02-29T00:00:00.000Z'],
    ['0 12 * * mon-fri', '2030-01-04T12:00:00Z', '2030-01-07T12:00:00.000Z'],
    ['0 0 13 * fri', '2030-09-01T00:00:00Z', '2030-09-06T00:00:00.000Z'],
    ['@hourly', '2030-01-01T00:00:00Z', '2030-01-01T01:00:00.000Z'],
    ['@every 90s', '2030-01-01T00:00:00Z', '2030-01-01T00:01:30.000Z'],
    ['0 0 31 2 *', '2030-01-01T00:00:00Z', 'never'],
  ])('%s after %s is due %s', (schedule, after, expected) => expect(next(schedule, after)).toBe(expected));

  it('follows the clocks of its time zone', () => {
    expect(next('0 9 * * *', '2030-01-15T00:00:00Z', 'Europe/Berlin')).toBe('2030-01-15T08:00:00.000Z');
    expect(next('0 9 * * *', '2030-07-15T00:00:00Z', 'Europe/Berlin')).toBe('2030-07-15T07:00:00.000Z');
  });

  it.each([
    // Clocks go back at 01:00Z in Berlin, at 06:00Z in New York: an hour comes twice.
    ['*/30 * * * *', '2030-10-27T00:00:00Z', 'Europe/Berlin', '2030-10-27T00:30:00.000Z'],
    ['*/30 * * * *', '2030-10-27T00:30:00Z', 'Europe/Berlin', '2030-10-27T01:00:00.000Z'],
    ['*/30 * * * *', '2030-10-27T01:30:00Z', 'Europe/Berlin', '2030-10-27T02:00:00.000Z'],
    ['*/30 * * * *', '2030-11-03T05:30:00Z', 'America/New_York', '2030-11-03T06:00:00.000Z'],
    ['45 * * * *', '2030-04-06T14:45:00Z', 'Australia/Lord_Howe', '2030-04-06T15:15:00.000Z'],
    // They go forward: half past two does not come.
    ['30 2 * * *', '2030-03-31T00:00:00Z', 'Europe/Berlin', '2030-04-01T00:30:00.000Z'],
    ['0 * * * *', '2030-03-31T00:00:00Z', 'Europe/Berlin', '2030-03-31T01:00:00.000Z'],
  ])('%s after %s in %s is due %s, whatever the clocks do', (schedule, after, zone, expected) =>
    expect(next(schedule, after, zone)).toBe(expected),
  );

  it.each([
    ['* * * *', 'five fields'],
    ['60 * * * *', 'minute between 0 and 59'],
    ['* * * * funday', 'day of week'],
    ['5-1 * * * *', 'from low to high'],
    ['*/0 * * * *', 'positive step'],
  ])('%s is refused, naming %s', (schedule, what) => expect(() => parseSchedule(schedule)).toThrow(what));

  it('refuses a time zone that does not exist', () => {
    expect(() => parseSchedule('* * * * *', 'Mars/Olympus')).toThrow('time zone');
  });
});
