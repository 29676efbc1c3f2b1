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

  it.each([
    ['a=b=c', "found '=', expected: ',' or 'end of string'"],
    ['(', "found '(', expected: !, identifier, or 'end of string'"],
    ['=x', "found '=', expected: !, identifier, or 'end of string'"],
    ['a,,b', "found ',', expected: identifier after ','"],
    ['a,', "found '', expected: identifier after ','"],
    ['a=b c', "found 'c', expected: ',' or 'end of string'"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['a in (b c)', "unable to parse requirement: found 'c', expected: ',' or ')'"],
    ['!', "unable to parse requirement: found '', expected: identifier"],
    ['a exists', "unable to parse requirement: found 'exists', expected: in, notin, =, ==, !=, gt, lt"],
    ['a=!b', "unable to parse requirement: found '!', expected: identifier"],
    [
      'a>b',
      `unable to parse requirement: values[0]: Invalid value: "b": for 'Gt', 'Lt' operators, the value must be an integer`,
    ],
    ['/a', 'unable to parse requirement: <nil>: Invalid value: "/a": prefix part must be non-empty'],
    [
      `a=${'x'.repeat(64)}`,
      `unable to parse requirement: values[0][a]: Invalid value: "${'x'.repeat(64)}": must be no more than 63 bytes`,
    ],
  ])('refuses %s in the words of Kubernetes', (query, message) => {
    expect(() => parseLabelQuery(query)).toThrow(message);
  });
});
