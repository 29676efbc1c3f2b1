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
