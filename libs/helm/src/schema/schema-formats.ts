import { parseIpv4, parseIpv6 } from '../functions/ip-address.js';
import { compilePattern } from '../functions/regular-expressions.js';

/** Says why a text is not of a format; undefined when it is. */
type FormatCheck = (text: string) => string | undefined;

const HOST_LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

function matching(pattern: RegExp, reason: string): FormatCheck {
  return (text) => (pattern.test(text) ? undefined : reason);
}

function ipv4(text: string): string | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return 'expected four decimals';
  return parseIpv4(text)
    ? undefined
    : `decimal ${JSON.stringify(parts.find((part) => !parseIpv4(`${part}.0.0.0`)) ?? '')} is invalid`;
}

function hostname(text: string): string | undefined {
  const name = text.replace(/\.$/, '');
  if (name.length > 253) return 'more than 253 characters long';
  return name.split('.').every((label) => HOST_LABEL.test(label)) ? undefined : 'invalid host name';
}

function email(text: string): string | undefined {
  const at = text.lastIndexOf('@');
  if (at < 0) return 'missing @';
  return hostname(text.slice(at + 1)) === undefined && at > 0 ? undefined : 'invalid e-mail address';
}

function date(text: string): string | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const moment = match ? new Date(`${text}T00:00:00Z`) : undefined;
  return moment && !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text)
    ? undefined
    : 'invalid date';
}

const TIME = /^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

function dateTime(text: string): string | undefined {
  const at = text.search(/[Tt]/);
  if (at < 0) return 'invalid date-time';
  return date(text.slice(0, at)) ?? (TIME.test(text.slice(at + 1)) ? undefined : 'invalid time');
}

function absoluteUri(text: string): string | undefined {
  return /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]*$/.test(text) ? undefined : 'relative url';
}

function regex(text: string): string | undefined {
  try {
    compilePattern(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'invalid';
  }
}

const UUID = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;
const URI_REFERENCE = /^[^\s<>"{}|\\^`]*$/;

const FORMATS: ReadonlyMap<string, FormatCheck> = new Map([
  ['ipv4', ipv4],
  ['ipv6', (text: string) => (parseIpv6(text) ? undefined : 'invalid ipv6 address')],
  ['hostname', hostname],
  ['email', email],
  ['date', date],
  ['time', matching(TIME, 'invalid time')],
  ['date-time', dateTime],
  ['uri', absoluteUri],
  ['uri-reference', matching(URI_REFERENCE, 'invalid url')],
  ['uuid', matching(UUID, 'invalid uuid')],
  ['regex', regex],
  ['json-pointer', matching(/^(?:\/(?:[^~/]|~[01])*)*$/, 'invalid json-pointer')],
  [
    'duration',
    matching(/^P(?!$)(\d+W|(\d+Y)?(\d+M)?(\d+D)?(T(?!$)(\d+H)?(\d+M)?(\d+S)?)?)$/, 'invalid duration'),
  ],
]);

/** Says why a text is not of the named format; unknown formats are always met. */
export function formatComplaint(format: string, text: string): string | undefined {
  return FORMATS.get(format)?.(text);
}
