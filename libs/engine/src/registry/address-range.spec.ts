import { expect, it, vi } from 'vitest';
import { AddressRange } from './address-range.js';

function range(cidr: string): AddressRange {
  const found = AddressRange.of(cidr);
  if (!found) throw new Error(`no range ${cidr}`);
  return found;
}

it('gives out every address once, and again what was given back', () => {
  const small = range('10.0.0.0/29');
  const given = new Set<string>();
  for (let count = 0; count < 6; count++) {
    const address = small.pick(7) ?? '';
    given.add(address);
    small.take(address);
  }
  expect(given).toEqual(new Set([1, 2, 3, 4, 5, 6].map((last) => `10.0.0.${last}`)));
  expect(small.pick(7)).toBeUndefined();
  small.release('10.0.0.4');
  expect(small.pick(1)).toBe('10.0.0.4');
});

it('counts no address of others as taken', () => {
  const small = range('10.0.0.0/30');
  for (const address of ['10.0.0.0', '10.0.0.3', '10.0.1.1', 'fd00::1', 'None']) small.take(address);
  expect(small.pick(0)).toBe('10.0.0.1');
});

it('knows without a look at its addresses that a large range is full', () => {
  const large = range('10.0.0.0/16');
  for (let third = 0; third < 256; third++)
    for (let last = 0; last < 256; last++) large.take(`10.0.${third}.${last}`);
  const looks = vi.spyOn(Set.prototype, 'has');
  const picked = large.pick(5);
  const count = looks.mock.calls.length;
  looks.mockRestore();
  expect(picked).toBeUndefined();
  expect(count).toBeLessThan(100);
});
