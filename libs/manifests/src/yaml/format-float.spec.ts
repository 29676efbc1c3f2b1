import { expect, it } from 'vitest';
import { formatGoFloat, formatGoFloat32 } from './format-float.js';

it.each([
  [0.1, '0.1'],
  [123456.789, '123456.79'],
  [16777217, '1.6777216e+07'],
  [1e6, '1e+06'],
  [-0, '-0'],
  [1e-45, '1e-45'],
  [3.4028235e38, '3.4028235e+38'],
  [1e40, '.inf'],
  [Number.NaN, '.nan'],
])('prints the 32-bit float of %s with the fewest digits', (value, text) => {
  expect(formatGoFloat32(value)).toBe(text);
});

it('keeps the sign of zero', () => {
  expect([formatGoFloat(-0), formatGoFloat(0)]).toEqual(['-0', '0']);
});
