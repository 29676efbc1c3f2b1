import { goQuote } from '../go-quote.js';
import { formatIpv4 } from '../ipv4.js';
import { masked } from '../masked-address.js';
import { canonicalAddress, isIpv6 } from '../validation/addresses.js';

const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/** What is told about an address that is not written in the one way everybody reads the same (GetWarningsForIP). */
export function addressWarnings(text: string | undefined, field: string): string[] {
  if (!text) return [];
  const canonical = canonicalAddress(text);
  if (canonical === undefined) return [];
  const plain = unmapped(canonical);
  if (plain !== canonical || (!isIpv6(canonical) && text !== canonical))
    return [`${field}: non-standard IP address ${goQuote(text)} is invalid: use ${goQuote(plain)}`];
  return text === canonical
    ? []
    : [
        `${field}: IPv6 address ${goQuote(text)} should be in RFC 5952 canonical format (${goQuote(canonical)})`,
      ];
}

/** What is told about a range whose address says more than the range, or is written oddly (GetWarningsForCIDR). */
export function rangeWarnings(text: string | undefined, field: string): string[] {
  const [, given = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text ?? '') ?? [];
  const canonical = canonicalAddress(given);
  if (text === undefined || canonical === undefined) return [];
  const plain = unmapped(canonical);
  const isV6 = isIpv6(plain);
  const isMapped = plain !== canonical;
  const network = `${masked(plain, isMapped ? Number(bits) - 96 : Number(bits))}/${isMapped ? Number(bits) - 96 : Number(bits)}`;
  const warnings: string[] = [];
  if (!network.startsWith(`${plain}/`))
    warnings.push(
      `${field}: CIDR value ${goQuote(text)} is ambiguous in this context (should be ${goQuote(network)} or ${goQuote(`${plain}/${isV6 || isMapped ? 128 : 32}`)}?)`,
    );
  const isOdd = isMapped || (!isV6 && given !== plain) || String(Number(bits)) !== bits;
  if (isOdd)
    warnings.push(`${field}: non-standard CIDR value ${goQuote(text)} is invalid: use ${goQuote(network)}`);
  return warnings.length > 0 || !isV6 || given === canonical
    ? warnings
    : [
        `${field}: IPv6 CIDR value ${goQuote(text)} should be in RFC 5952 canonical format (${goQuote(`${canonical}/${bits}`)})`,
      ];
}

/** An IPv4 address that is written within an IPv6 one, by itself. */
function unmapped(canonical: string): string {
  const [, high, low] = MAPPED.exec(canonical) ?? [];
  return high === undefined || low === undefined
    ? canonical
    : formatIpv4(parseInt(high, 16) * 65536 + parseInt(low, 16));
}
