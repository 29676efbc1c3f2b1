import { formatIpv4, parseIpv4 } from './ipv4.js';
import { canonicalAddress } from './validation/addresses.js';

const V6_GROUPS = 8;
const GROUP_BITS = 16n;

/** An address without what is behind its first `bits` bits; IPv6 in the one form. */
export function masked(address: string, bits: number): string {
  const v4 = parseIpv4(address);
  if (v4 !== undefined) return formatIpv4(v4 - (v4 % 2 ** (32 - bits)));
  const [front = '', back] = address.split('::');
  const groups = (text: string | undefined): string[] => (text ? text.split(':') : []);
  const zeros = V6_GROUPS - groups(front).length - groups(back).length;
  const all = [...groups(front), ...Array<string>(back === undefined ? 0 : zeros).fill('0'), ...groups(back)];
  let value = all.reduce((sum, group) => (sum << GROUP_BITS) | BigInt(parseInt(group, 16)), 0n);
  const rest = BigInt(128 - bits);
  value = (value >> rest) << rest;
  const written = Array.from({ length: V6_GROUPS }, (_, index) =>
    ((value >> (GROUP_BITS * BigInt(V6_GROUPS - 1 - index))) & 0xffffn).toString(16),
  ).join(':');
  return canonicalAddress(written) ?? written;
}
