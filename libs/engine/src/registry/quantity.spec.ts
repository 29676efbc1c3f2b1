import { describe, expect, it } from 'vitest';
import { addQuantities, canonicalQuantity, compareQuantities, subtractQuantity } from './quantity.js';

describe('quantities', () => {
  it.each([
    ['0', '0'],
    ['1', '1'],
    ['0.1', '100m'],
    ['1.5', '1500m'],
    ['1000m', '1'],
    ['100m', '100m'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['0.5Gi', '512Mi'],
    ['1000Mi', '1000Mi'],
    ['1Ki', '1Ki'],
    ['1023', '1023'],
    ['512', '512'],
    ['0.1Gi', '107374182400m'],
    ['0.5Ki', '512'],
    ['1000k', '1M'],
    ['1500k', '1500k'],
    ['1e3', '1e3'],
    ['1E3', '1e3'],
    ['1000e0', '1e3'],
    ['12e6', '12e6'],
    ['1E', '1E'],
    ['100E', '9223372036854775807'],
    ['1e400', '9223372036854775807'],
    ['0.0000000001', '1n'],
    ['1n', '1n'],
    ['-1.5', '-1500m'],
    ['+1', '1'],
    ['.5', '500m'],
    ['5.', '5'],
  ])('%s is written %s', (text, canonical) => {
    expect(canonicalQuantity(text)).toBe(canonical);
    expect(canonicalQuantity(canonical)).toBe(canonical);
  });

  it.each(['', 'a', '1x', '1 Gi', '1.2.3', '.', '1KI', '1gi', '--1', 'e3', '1e', '1'.repeat(100)])(
    '%j is none',
    (text) => {
      expect(canonicalQuantity(text)).toBeUndefined();
    },
  );

  it('compare and add whatever their suffixes', () => {
    expect(compareQuantities('1Gi', '1G')).toBe(1);
    expect(compareQuantities('1000m', '1')).toBe(0);
    expect(addQuantities('100m', '0.9')).toBe('1');
    expect(addQuantities('0', '1Gi', '512Mi')).toBe('1536Mi');
    expect(subtractQuantity('1Gi', '512Mi')).toBe('512Mi');
  });
});
