import { expect, it } from 'vitest';
import { milliValue, quantityValue, wholeValue } from './quantity.js';

it.each([
  ['100m', 0.1, 100, 1],
  ['1500m', 1.5, 1500, 2],
  ['2', 2, 2000, 2],
  ['1e3', 1000, 1_000_000, 1000],
  ['1.5Gi', 1_610_612_736, 1_610_612_736_000, 1_610_612_736],
  ['123456789Ki', 126_419_751_936, 126_419_751_936_000, 126_419_751_936],
  ['-250m', -0.25, -250, -0],
  ['1n', 1e-9, 1, 0],
  ['5Pi', 5 * 2 ** 50, 5 * 2 ** 50 * 1000, 5 * 2 ** 50],
  ['plenty', 0, 0, 0],
  ['', 0, 0, 0],
])('%s is %d, in thousandths %d, whole %d', (text, value, milli, whole) => {
  expect(quantityValue(text)).toBe(value);
  expect(milliValue(text)).toBe(milli);
  expect(wholeValue(text)).toBe(whole);
});
