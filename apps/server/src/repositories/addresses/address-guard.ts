import { type LookupAddress, lookup } from 'node:dns';
import { lookup as lookupAsync } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { GitError } from '../git/git.errors.js';

/** Addresses that lead into this machine or its network, by the IANA special-purpose registries. */
const INSIDE = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  INSIDE.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 128],
  ['::1', 128],
  // Translated and tunnelled IPv4, which could name any of the above.
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  INSIDE.addSubnet(network, prefix, 'ipv6');

/** IPv4 written as IPv6 (`::ffff:127.0.0.1`, `::7f00:1`): never needed, so never allowed. */
const IPV4_IN_IPV6 = /^::(ffff:)?[0-9a-f]{1,4}:[0-9a-f]{1,4}$/;

/** Does this address lead inside (loopback, link-local, private, reserved)? Text that is no address does. */
export function isInsideAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return INSIDE.check(address, 'ipv4');
  const canonical = version === 6 ? canonicalIpv6(address) : undefined;
  return canonical === undefined || IPV4_IN_IPV6.test(canonical) || INSIDE.check(canonical, 'ipv6');
}

/** The one way to write an address: lower case, shortest, without a zone. */
function canonicalIpv6(address: string): string | undefined {
  const [bare = ''] = address.split('%');
  return URL.canParse(`http://[${bare}]`) ? new URL(`http://[${bare}]`).hostname.slice(1, -1) : undefined;
}

/** The error for an address that may not be talked to. */
export function insideAddressError(host: string): GitError {
  return new GitError(
    'repository_url_denied',
    `${host} leads to this machine or its private network, which repositories may not be fetched from. Set LOTSE_ALLOW_LOCAL_REPOS=true to allow it.`,
  );
}

/**
 * Resolves a host for a program that connects by itself, and answers the address it has to use: the one that was
 * checked. @throws GitError `repository_url_denied`, `repository_unreachable`.
 */
export async function resolveOutside(host: string, allowInside: boolean): Promise<string> {
  if (isIP(host) !== 0) {
    if (!allowInside && isInsideAddress(host)) throw insideAddressError(host);
    return host;
  }
  let addresses: LookupAddress[];
  try {
    addresses = await lookupAsync(host, { all: true });
  } catch (error) {
    throw new GitError('repository_unreachable', `The host ${host} has no address.`, error);
  }
  const [first] = addresses;
  if (!allowInside && addresses.some(({ address }) => isInsideAddress(address)))
    throw insideAddressError(host);
  if (!first) throw new GitError('repository_unreachable', `The host ${host} has no address.`);
  return first.address;
}

type LookupCallback = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

/** A `lookup` for sockets that refuses inside addresses at the moment of connecting, whatever was said before. */
export function guardedLookup(allowInside: boolean) {
  return (
    host: string,
    options: { all?: boolean; family?: number | 'IPv4' | 'IPv6' },
    callback: LookupCallback,
  ): void => {
    lookup(host, { all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      if (!allowInside && addresses.some(({ address }) => isInsideAddress(address)))
        return callback(insideAddressError(host) as NodeJS.ErrnoException, []);
      const [first] = addresses;
      if (options.all === true || !first) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}
