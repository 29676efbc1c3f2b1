export const MONTHS =
  'January February March April May June July August September October November December'.split(' ');
export const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** The pieces of Go's reference time, longest first where one begins another. */
const LAYOUT =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|2006|002|01|02|03|04|05|06|15|__2|_2(?!006)|PM|pm|-07:00:00|-070000|-07:00|-0700|-07|Z07:00:00|Z070000|Z07:00|Z0700|Z07|[.,]0+(?!\d)|[.,]9+(?!\d)|1|2|3|4|5/g;

/** One piece of a layout: text as it stands, or a piece of the reference time. */
export interface LayoutPart {
  readonly literal: boolean;
  readonly text: string;
}

/** No date is written with so many; each part of a layout is a value of its own while it is read. */
const MAX_LAYOUT = 65_536;

/** Splits a layout written with Go's reference time `Mon Jan 2 15:04:05 MST 2006`. */
export function splitLayout(layout: string): LayoutPart[] {
  if (layout.length > MAX_LAYOUT)
    throw new Error(`a layout of ${layout.length} characters is too long: ${MAX_LAYOUT} are the most`);
  const parts: LayoutPart[] = [];
  let at = 0;
  for (const match of layout.matchAll(LAYOUT)) {
    if (match.index > at) parts.push({ literal: true, text: layout.slice(at, match.index) });
    parts.push({ literal: false, text: match[0] });
    at = match.index + match[0].length;
  }
  if (at < layout.length) parts.push({ literal: true, text: layout.slice(at) });
  return parts;
}

/** A moment, as the clocks of a zone show it. */
export interface ZonedTime {
  /** Since 1970. */
  readonly seconds: bigint;
  readonly nanoseconds: number;
  readonly zone: {
    at(seconds: bigint): { readonly offsetSeconds: number; readonly abbreviation: string };
  };
  /** The wall clock of the zone, as a Date whose UTC fields are to be read. */
  readonly wall: Date;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** time.Time's Format. */
export function formatTime(time: ZonedTime, layout: string): string {
  const wall = time.wall;
  return splitLayout(layout)
    .map((part) => (part.literal ? part.text : formatPart(time, wall, part.text)))
    .join('');
}

function formatPart(time: ZonedTime, wall: Date, part: string): string {
  const hour12 = wall.getUTCHours() % 12 || 12;
  const day = wall.getUTCDate();
  const yearDay = Math.floor((wall.getTime() - Date.UTC(wall.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
  switch (part) {
    case 'January':
      return MONTHS[wall.getUTCMonth()] ?? '';
    case 'Jan':
      return (MONTHS[wall.getUTCMonth()] ?? '').slice(0, 3);
    case '01':
      return two(wall.getUTCMonth() + 1);
    case '1':
      return String(wall.getUTCMonth() + 1);
    case 'Monday':
      return DAYS[wall.getUTCDay()] ?? '';
    case 'Mon':
      return (DAYS[wall.getUTCDay()] ?? '').slice(0, 3);
    case '02':
      return two(day);
    case '2':
      return String(day);
    case '_2':
      return String(day).padStart(2, ' ');
    case '002':
      return String(yearDay).padStart(3, '0');
    case '__2':
      return String(yearDay).padStart(3, ' ');
    case '15':
      return two(wall.getUTCHours());
    case '03':
      return two(hour12);
    case '3':
      return String(hour12);
    case '04':
      return two(wall.getUTCMinutes());
    case '4':
      return String(wall.getUTCMinutes());
    case '05':
      return two(wall.getUTCSeconds());
    case '5':
      return String(wall.getUTCSeconds());
    case '2006':
      return String(wall.getUTCFullYear()).padStart(4, '0');
    case '06':
      return two(wall.getUTCFullYear() % 100);
    case 'PM':
      return wall.getUTCHours() >= 12 ? 'PM' : 'AM';
    case 'pm':
      return wall.getUTCHours() >= 12 ? 'pm' : 'am';
    case 'MST':
      return zoneName(time);
    default:
  }
  return /^[.,]/.test(part) ? fraction(time.nanoseconds, part) : offset(time, part);
}

function zoneName(time: ZonedTime): string {
  const { abbreviation, offsetSeconds } = time.zone.at(time.seconds);
  return abbreviation === '' ? offsetText(offsetSeconds, '', true, false) : abbreviation;
}

function fraction(nanoseconds: number, part: string): string {
  const digits = String(nanoseconds)
    .padStart(9, '0')
    .slice(0, part.length - 1);
  if (part[1] === '0') return part.slice(0, 1) + digits;
  const trimmed = digits.replace(/0+$/, '');
  return trimmed === '' ? '' : part.slice(0, 1) + trimmed;
}

function offset(time: ZonedTime, part: string): string {
  const { offsetSeconds } = time.zone.at(time.seconds);
  if (part.startsWith('Z') && offsetSeconds === 0) return 'Z';
  const colons = part.includes(':') ? ':' : '';
  const size = part.replace(/\D/g, '').length;
  return offsetText(offsetSeconds, colons, size >= 4, size >= 6);
}

function offsetText(seconds: number, colon: string, minutes: boolean, withSeconds: boolean): string {
  const size = Math.abs(seconds);
  const parts = [two(Math.trunc(size / 3600))];
  if (minutes) parts.push(two(Math.trunc((size % 3600) / 60)));
  if (withSeconds) parts.push(two(size % 60));
  return (seconds < 0 ? '-' : '+') + parts.join(colon);
}
