import { describe, expect, it } from 'vitest';
import { parseLabelQuery } from './label-query.js';

const WEB = { app: 'web', tier: 'front', weight: '5' };

describe('parseLabelQuery', () => {
  it.each([
    ['app=web', true],
    ['app==web', true],
    ['app!=web', false],
    ['other!=x', true],
    ['app in (db, web)', true],
    ['app in (db)', false],
    ['app notin (db)', true],
    ['other notin (x)', true],
    ['app', true],
    ['!app', false],
    ['!other', true],
    ['app=web,tier=back', false],
    ['app in (web,db),tier=front', true],
    ['weight>4', true],
    ['weight<5', false],
    ['other=', false],
    ['app=', false],
    ['toString', false],
  ])('%s on a web pod is %s', (query, expected) => {
    expect(parseLabelQuery(query)?.(WEB)).toBe(expected);
  });

  it('takes nothing for everything', () => {
    expect(parseLabelQuery('')).toBeUndefined();
    expect(parseLabelQuery(null)).toBeUndefined();
  });

  it.each(['a=b=c', 'a in b', '(', 'a,,b', '=x', 'a>b', '-a=b', 'a=b c'])('refuses %s', (query) => {
    expect(() => parseLabelQuery(query)).toThrow(/unable to parse requirement/);
  });
});
