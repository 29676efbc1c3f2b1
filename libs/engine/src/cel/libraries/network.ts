import type { Library } from '../overload.js';
import { CelError } from '../values.js';
import { parseCidr, parseIp, type CelCidr, type CelIp } from './network-values.js';

const IP = 'net.IP';
const CIDR = 'net.CIDR';

function ipOf(text: string): CelIp {
  const found = parseIp(text);
  if (!found)
    throw new CelError(
      `IP Address ${JSON.stringify(text)} parse error during conversion from string: ParseAddr(${JSON.stringify(text)}): unable to parse IP`,
    );
  return found;
}

function prefixProblem(text: string): string {
  const slash = text.lastIndexOf('/');
  if (slash < 0) return "no '/'";
  const ip = parseIp(text.slice(0, slash));
  if (!ip) return `ParseAddr(${JSON.stringify(text.slice(0, slash))}): unable to parse IP`;
  const bits = text.slice(slash + 1);
  if (!/^(?:0|[1-9]\d*)$/.test(bits)) return `bad bits after slash: ${JSON.stringify(bits)}`;
  return 'prefix length out of range';
}

/** A text that is no address makes a question about it one nobody answers. */
function questioned<T>(parse: (text: string) => T | undefined, text: string): T {
  const found = parse(text);
  if (found === undefined) throw new CelError('no such overload');
  return found;
}

function cidrOf(text: string): CelCidr {
  const found = parseCidr(text);
  if (!found)
    throw new CelError(
      `network address parse error during conversion from string: network address parse error during conversion from string: netip.ParsePrefix(${JSON.stringify(text)}): ${prefixProblem(text)}`,
    );
  return found;
}

/** True when an address is in one of these networks. */
const within =
  (...networks: string[]) =>
  (ip: CelIp): boolean =>
    networks.some((network) => parseCidr(network)?.contains(ip) ?? false);

const isUnspecified = within('0.0.0.0/32', '::/128');
const isLoopback = within('127.0.0.0/8', '::1/128');
const isLinkLocalMulticast = (ip: CelIp): boolean =>
  within('224.0.0.0/24')(ip) || (ip.bits === 128 && ((ip.number >> 112n) & 0xff0fn) === 0xff02n);
const isLinkLocalUnicast = within('169.254.0.0/16', 'fe80::/10');
const isElsewhere = within('0.0.0.0/32', '255.255.255.255/32', '::/128', '224.0.0.0/4', 'ff00::/8');

function containsCidr(outer: CelCidr, inner: CelCidr): boolean {
  return outer.prefix <= inner.prefix && outer.contains(inner.ip);
}

/** Addresses and networks. */
export const networkLibrary: Library = {
  functions: [
    ['ip', ['string'], ipOf],
    ['isIP', ['string'], (text: string) => parseIp(text) !== undefined],
    ['cidr', ['string'], cidrOf],
    ['isCIDR', ['string'], (text: string) => parseCidr(text) !== undefined],
  ],
  qualified: [['ip.isCanonical', ['string'], (text: string) => ipOf(text).text() === text]],
  members: [
    ['family', [IP], ({ bits }: CelIp) => (bits === 32 ? 4n : 6n)],
    ['isUnspecified', [IP], isUnspecified],
    ['isLoopback', [IP], isLoopback],
    ['isLinkLocalMulticast', [IP], isLinkLocalMulticast],
    ['isLinkLocalUnicast', [IP], isLinkLocalUnicast],
    ['isGlobalUnicast', [IP], (ip: CelIp) => !isElsewhere(ip) && !isLoopback(ip) && !isLinkLocalUnicast(ip)],
    [
      'containsIP',
      [CIDR, 'string'],
      (cidr: CelCidr, text: string) => cidr.contains(questioned(parseIp, text)),
    ],
    ['containsIP', [CIDR, IP], (cidr: CelCidr, ip: CelIp) => cidr.contains(ip)],
    [
      'containsCIDR',
      [CIDR, 'string'],
      (cidr: CelCidr, text: string) => containsCidr(cidr, questioned(parseCidr, text)),
    ],
    ['containsCIDR', [CIDR, CIDR], containsCidr],
    ['ip', [CIDR], ({ ip }: CelCidr) => ip],
    ['prefixLength', [CIDR], ({ prefix }: CelCidr) => BigInt(prefix)],
    ['masked', [CIDR], (cidr: CelCidr) => cidr.masked()],
  ],
};
