import { describe, expect, it } from 'vitest';
import { canonicalMicroTime, canonicalTime } from './go-time.js';

const AS = 'as "2006-01-02T15:04:05Z07:00"';

describe('canonicalTime', () => {
  it.each([
    ['2020-02-29T23:59:59Z', '2020-02-29T23:59:59Z'],
    ['2020-01-01T00:30:00+02:00', '2019-12-31T22:30:00Z'],
    ['2020-01-01T00:30:00.123456789-01:30', '2020-01-01T02:00:00Z'],
  ])('writes %s in UTC', (text, canonical) => {
    expect(canonicalTime(text)).toBe(canonical);
  });

  it.each([
    ['', `parsing time "" ${AS}: cannot parse "" as "2006"`],
    ['yesterday', `parsing time "yesterday" ${AS}: cannot parse "yesterday" as "2006"`],
    [
      '2020-1-01T00:00:00Z',
      `parsing time "2020-1-01T00:00:00Z" ${AS}: cannot parse "1-01T00:00:00Z" as "01"`,
    ],
    ['2020-01-01', `parsing time "2020-01-01" ${AS}: cannot parse "" as "T"`],
    ['2020-01-01T00:00:00', `parsing time "2020-01-01T00:00:00" ${AS}: cannot parse "" as "Z07:00"`],
    ['2020-13-01T00:00:00Z', 'parsing time "2020-13-01T00:00:00Z": month out of range'],
    ['2021-02-29T00:00:00Z', 'parsing time "2021-02-29T00:00:00Z": day out of range'],
    ['2020-01-01T24:00:00Z', 'parsing time "2020-01-01T24:00:00Z": hour out of range'],
    ['2020-01-01T00:00:00Z x', 'parsing time "2020-01-01T00:00:00Z x": extra text: " x"'],
  ])('says of %j what Go says', (text, message) => {
    expect(() => canonicalTime(text)).toThrow(message);
  });
});

describe('canonicalMicroTime', () => {
  it('keeps six digits of a second', () => {
    expect(canonicalMicroTime('2020-01-01T01:00:00.123456+01:00')).toBe('2020-01-01T00:00:00.123456Z');
  });

  it('wants them there', () => {
    expect(() => canonicalMicroTime('2020-01-01T00:00:00Z')).toThrow(
      'parsing time "2020-01-01T00:00:00Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"',
    );
  });
});
