import { formatTime, parseTime } from '../time.js';

/** A time that Go can't read; the message is Go's. */
export class TimeError extends Error {
  override readonly name = 'TimeError';
}

const SECONDS = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;
const LAYOUT = '2006-01-02T15:04:05';
const ZONE = 'Z07:00';
const MICRO = '.000000';
const MINUTE_MS = 60_000;

/** The parts of a time in their order: what Go calls them, how they look, and their range. */
const PARTS = [
  ['2006', /^\d{4}/, 'year', 0, 9999],
  ['-', /^-/],
  ['01', /^\d\d/, 'month', 1, 12],
  ['-', /^-/],
  ['02', /^\d\d/, 'day', 1, 31],
  ['T', /^T/],
  ['15', /^\d\d/, 'hour', 0, 23],
  [':', /^:/],
  ['04', /^\d\d/, 'minute', 0, 59],
  [':', /^:/],
  ['05', /^\d\d/, 'second', 0, 59],
] as const;

/** A Time as Kubernetes writes it: in UTC, without parts of a second. Throws TimeError for what is no time. */
export function canonicalTime(text: string): string {
  if (SECONDS.test(text)) return text;
  const { ms } = parse(text, false);
  return formatTime(ms);
}

/** A MicroTime as Kubernetes writes it: in UTC, with six digits of a second, which must be there. Throws TimeError. */
export function canonicalMicroTime(text: string): string {
  const { ms, fraction } = parse(text, true);
  return formatTime(ms).replace('Z', `.${fraction}Z`);
}

function parse(text: string, isMicro: boolean): { readonly ms: number; readonly fraction: string } {
  const layout = `${LAYOUT}${isMicro ? MICRO : ''}${ZONE}`;
  const fail = (rest: string, part: string): never => {
    throw new TimeError(
      `parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(part)}`,
    );
  };
  const outOfRange = (name: string): never => {
    throw new TimeError(`parsing time ${JSON.stringify(text)}: ${name} out of range`);
  };
  let rest = text;
  for (const [part, look, name, least, most] of PARTS) {
    const [found] = look.exec(rest) ?? fail(rest, part);
    if (name !== undefined && (Number(found) < least || Number(found) > most)) outOfRange(name);
    rest = rest.slice(found.length);
  }
  const clock = text.slice(0, LAYOUT.length);
  const fraction = (isMicro ? /^\.(\d{6})/ : /^\.(\d+)/).exec(rest);
  if (isMicro && !fraction) fail(rest, MICRO);
  if (fraction) rest = rest.slice(fraction[0].length);
  const zone = /^(?:Z|([-+])(\d\d):(\d\d))/.exec(rest) ?? fail(rest, ZONE);
  if (rest.length > zone[0].length)
    throw new TimeError(
      `parsing time ${JSON.stringify(text)}: extra text: ${JSON.stringify(rest.slice(zone[0].length))}`,
    );
  const ms = parseTime(`${clock}Z`);
  // The 30th of February is the 1st of March to JavaScript and no day to Go.
  if (ms === undefined || formatTime(ms) !== `${clock}Z`) return outOfRange('day');
  const minutes = Number(zone[2] ?? 0) * 60 + Number(zone[3] ?? 0);
  const offset = (zone[1] === '-' ? -minutes : minutes) * MINUTE_MS;
  return { ms: ms - offset, fraction: fraction?.[1] ?? '' };
}
