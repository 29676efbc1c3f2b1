import type { FieldError } from '../../api/api-error.js';
import { invalidValue } from '../field-errors.js';
import { parseIpv4 } from '../ipv4.js';

const LONGEST = 45;

/** Whether a text is an address of either family; an IPv4 address within an IPv6 one is none. */
export function isAddress(text: string): boolean {
  if (text.length > LONGEST) return false;
  return parseIpv4(text) !== undefined || isIpv6(text);
}

/** Whether a text is an IPv6 address. */
export function isIpv6(text: string): boolean {
  return (
    text.length <= LONGEST &&
    /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(text) &&
    URL.canParse(`http://[${text}]/`)
  );
}

/** An address, as fields take it that are older than the rule of one form (IsValidIPForLegacyField). */
export function validateAddress(text: string | undefined, field: string): FieldError[] {
  const value = text ?? '';
  if (isIpv6(value) && /^::ffff:[\d.]+$/i.test(value))
    return [invalidValue(field, value, 'must not be an IPv4-mapped IPv6 address')];
  if (isAddress(value)) return [];
  const withoutZeros = value.replaceAll(/\b0+(?=\d)/g, '');
  return parseIpv4(withoutZeros) === undefined
    ? [invalidValue(field, value, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')]
    : [invalidValue(field, value, 'must not have leading 0s')];
}

/** An address as it is written in one way only; undefined for what is none. */
export function canonicalAddress(text: string): string | undefined {
  const plain = text.includes(':') ? text : text.replaceAll(/\b0+(?=\d)/g, '');
  if (!isAddress(plain)) return undefined;
  return isIpv6(plain) ? new URL(`http://[${plain}]/`).hostname.slice(1, -1) : plain;
}

/**
 * Ranges nobody can be reached in from elsewhere, and what is said about them. Kubernetes has the loopback among them; here
 * it is where the cluster's networks can be, and what runs beside it on this machine.
 */
const UNREACHABLE: readonly (readonly [RegExp, (address: string) => string])[] = [
  [/^(0\.0\.0\.0|::)$/, (address) => `may not be unspecified (${address})`],
  [/^(169\.254\.|fe[89ab][0-9a-f]:)/, () => 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'],
  [/^(224\.0\.0\.|ff02:)/, () => 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'],
];

/** An address that others can send to (ValidateEndpointIP). */
export function validateReachable(text: string, field: string): FieldError[] {
  const address = canonicalAddress(text);
  if (address === undefined) return [invalidValue(field, text, 'must be a valid IP address')];
  return UNREACHABLE.filter(([range]) => range.test(address)).map(([, problem]) =>
    invalidValue(field, text, problem(text)),
  );
}

/** More addresses than one of each family. */
export function validateFamilies(
  addresses: readonly { readonly ip?: string }[],
  field: string,
): FieldError[] {
  if (addresses.length < 2) return [];
  const families = new Set(addresses.map(({ ip = '' }) => isIpv6(ip)));
  return addresses.length > 2 || families.size < 2
    ? [invalidValue(field, addresses, 'may specify no more than one IP for each IP family')]
    : [];
}
