import { describe, expect, it } from 'vitest';
import { goPrint, sprint, sprintf, sprintln } from './printing.js';
import { goInt, type GoValue } from './values.js';

const LIST = [goInt(1), 'a', null];

/** What Go's fmt.Sprintf answers. */
const FORMATTED: readonly [format: string, args: readonly GoValue[], text: string][] = [
  ['%d %5d|%-5d|%05d', [goInt(1), goInt(2), goInt(3), goInt(4)], '1     2|3    |00004'],
  ['%+d % d %x %X %o %b %#x', [1, 2, 255, 255, 8, 5, 255].map(goInt), '+1  2 ff FF 10 101 0xff'],
  ['%c %U %#U %q', [goInt(65), goInt(120), goInt(120), goInt(39)], "A U+0078 U+0078 'x' '\\''"],
  ['%c|%c|%q', [goInt(2n ** 63n - 1n), goInt(-1), goInt(0xd800)], "\ufffd|\ufffd|'\ufffd'"],
  ['%U', [goInt(-2)], 'U+FFFFFFFFFFFFFFFE'],
  ['%s %q %x %.2s|%5s|%-5s|', ['a', 'b"', 'hi', 'abc', 'd', 'e'], 'a "b\\"" 6869 ab|    d|e    |'],
  ['%f %.2f %8.3f %e %g', [1.5, 1.555, 2.5, 1e6, 1e21], '1.500000 1.55    2.500 1.000000e+06 1e+21'],
  ['%x %X %x %x %.2x', [2.5, 42, 0, 1, 1.999], '0x1.4p+01 0X1.5P+05 0x0p+00 0x1p+00 0x1.00p+01'],
  ['%b', [1], '4503599627370496p-52'],
  ['%t %5t|', [true, false], 'true false|'],
  ['%v %v %v', [null, LIST, new Map<string, GoValue>([['a', 1]])], '<nil> [1 a <nil>] map[a:1]'],
  ['%#v', [LIST], '[]interface {}{1, "a", interface {}(nil)}'],
  ['%d', [LIST], '[1 %!d(string=a) <nil>]'],
  ['%d %s %t', ['x', goInt(1), 1.5], '%!d(string=x) %!s(int=1) %!t(float64=1.5)'],
  ['%05d %5d|%-5s|', [true, '', 1.5], '%!d(bool=0true) %!d(string=     )|%!s(float64=1.5  )|'],
  ['%.2f %8.3f', [goInt(1), '-3.5'], '%!f(int=01) %!f(string=     -3.)'],
  ['%d %d', [goInt(1)], '1 %!d(MISSING)'],
  ['%d', [goInt(1), 'b', null], '1%!(EXTRA string=b, <nil>)'],
  ['%[2]d %[1]d', [goInt(1), goInt(2)], '2 1'],
  ['%[3]d', [goInt(1)], '%!d(BADINDEX)'],
  ['%*d|%-*d|', [goInt(3), goInt(1), goInt(3), goInt(2)], '  1|2  |'],
  ['%T %T %T', [goInt(1), 1.5, LIST], 'int float64 []interface {}'],
  ['100%', [], '100%!(NOVERB)'],
  ['%%', [], '%'],
  ['%!', [goInt(1)], '%!!(int=1)'],
];

describe('printf', () => {
  it.each(FORMATTED)('%j of %o', (format, args, text) => {
    expect(sprintf(format, args)).toBe(text);
  });
});

describe('printing', () => {
  it('puts a space between two that are no texts', () => {
    expect(sprint([goInt(1), goInt(2), 'a', goInt(3), true])).toBe('1 2a3 true');
    expect(sprintln(['a', goInt(1)])).toBe('a 1\n');
  });

  it.each([
    [1e6, '1e+06'],
    [999_999, '999999'],
    [0.0001, '0.0001'],
    [0.000_01, '1e-05'],
    [-0, '-0'],
    [Number.NaN, 'NaN'],
  ])('writes the float %d as Go does', (value, text) => {
    expect(goPrint(value)).toBe(text);
  });
});
