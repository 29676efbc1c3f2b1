import { parseIpv4 } from '../registry/ipv4.js';
import { parseTime } from '../time.js';

const CHECKS: Record<string, (text: string) => boolean> = {
  'date-time': (text) =>
    /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/.test(text) &&
    parseTime(text) !== undefined,
  datetime: (text) => parseTime(text) !== undefined,
  date: (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && parseTime(text) !== undefined,
  duration: (text) =>
    /^-?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h|d|w))+$|^\d+ ?(nano|micro|milli)?(second|minute|hour|day|week)s?$/.test(
      text,
    ),
  email: (text) => /^[^@\s]+@[^@\s]+$/.test(text),
  ipv4: (text) => parseIpv4(text) !== undefined,
  ipv6: (text) => text.includes(':') && URL.canParse(`http://[${text}]/`),
  cidr: (text) => {
    const [address = '', bits = ''] = text.split('/');
    if (!/^\d{1,3}$/.test(bits)) return false;
    return parseIpv4(address) !== undefined
      ? Number(bits) <= 32
      : address.includes(':') && Number(bits) <= 128;
  },
  uri: (text) => URL.canParse(text) || text.startsWith('/'),
  hostname: (text) => text.length <= 253 && /^[a-zA-Z0-9]([-a-zA-Z0-9.]*[a-zA-Z0-9])?$/.test(text),
  uuid: (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
  byte: (text) => /^[A-Za-z0-9+/]*={0,2}$/.test(text),
  mac: (text) => /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(text),
};

/** True when a text has the format, or when the format is not one that is checked. */
export function formatFits(text: string, format: string): boolean {
  return Object.hasOwn(CHECKS, format) ? (CHECKS[format]?.(text) ?? true) : true;
}
