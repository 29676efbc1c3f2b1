import { BlockList, isIP, type LookupFunction } from 'node:net';
import { lookup } from 'node:dns';

/** Addresses that nobody else's server has: the metadata services of clouds are there. */
const REFUSED = new BlockList();
REFUSED.addSubnet('169.254.0.0', 16, 'ipv4');
REFUSED.addSubnet('fe80::', 10, 'ipv6');
REFUSED.addSubnet('fd00:ec2::', 32, 'ipv6');
// Link-local addresses as NAT64 writes them.
REFUSED.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');

/** True for an address that must not be called. */
export const isRefused = (address: string): boolean =>
  REFUSED.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4') ||
  // IPv4 written as IPv6.
  (isIP(address) === 6 && /^::ffff:(169\.254\.|a9fe:)/i.test(address));

/** Resolves names, and refuses those that lead to addresses which must not be called. */
export const allowedLookup: LookupFunction = (name, options, callback) => {
  lookup(name, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    const allowed = addresses.filter(({ address }) => !isRefused(address));
    const [first] = allowed;
    if (!first) return callback(new Error(`the address of ${name} may not be called`), []);
    if (options.all) callback(null, allowed);
    else callback(null, first.address, first.family);
  });
};
