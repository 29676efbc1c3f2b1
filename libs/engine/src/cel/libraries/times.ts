import type { Library, Overload } from '../overload.js';
import { fieldsOf, modulo, type Fields } from '../time-values.js';
import { CelError, type CelDuration, type CelTimestamp } from '../values.js';

const TIMESTAMP = 'google.protobuf.Timestamp';
const DURATION = 'google.protobuf.Duration';
const SECOND = 1_000_000_000n;

/** Getters of a timestamp, by the clock of a time zone when one is named. */
function getter(name: string, read: (fields: Fields) => number): Overload[] {
  return [
    [name, [TIMESTAMP], ({ nano }: CelTimestamp) => BigInt(read(fieldsOf(nano)))],
    [
      name,
      [TIMESTAMP, 'string'],
      ({ nano }: CelTimestamp, zone: string) => BigInt(read(fieldsOf(nano + offsetOf(zone, nano)))),
    ],
  ];
}

const length = (name: string, unit: bigint): Overload => [
  name,
  [DURATION],
  ({ nano }: CelDuration) => nano / unit,
];

/** `getFullYear` and its like, on moments and on lengths of time. */
export const timeLibrary: Library = {
  members: [
    ...getter('getFullYear', ({ year }) => year),
    ...getter('getMonth', ({ month }) => month - 1),
    ...getter('getDate', ({ day }) => day),
    ...getter('getDayOfMonth', ({ day }) => day - 1),
    ...getter('getDayOfWeek', ({ weekday }) => weekday),
    ...getter('getDayOfYear', ({ dayOfYear }) => dayOfYear),
    ...getter('getHours', ({ hour }) => hour),
    ...getter('getMinutes', ({ minute }) => minute),
    ...getter('getSeconds', ({ second }) => second),
    ['getMilliseconds', [TIMESTAMP], ({ nano }: CelTimestamp) => modulo(nano, SECOND) / 1_000_000n],
    length('getHours', 3600n * SECOND),
    length('getMinutes', 60n * SECOND),
    length('getSeconds', SECOND),
    ['getMilliseconds', [DURATION], ({ nano }: CelDuration) => nano / 1_000_000n],
  ],
};

/** How far a zone's clock is ahead of UTC, in nanoseconds: `+02:00`, or a name such as `Europe/Berlin`. */
function offsetOf(zone: string, nano: bigint): bigint {
  const fixed = /^([+-]?)(\d{2}):(\d{2})$/.exec(zone);
  if (fixed) {
    const seconds = BigInt(Number(fixed[2]) * 3600 + Number(fixed[3]) * 60) * SECOND;
    return fixed[1] === '-' ? -seconds : seconds;
  }
  let shownOffset: string | undefined;
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    shownOffset = format
      .formatToParts(Number(nano / 1_000_000n))
      .find(({ type }) => type === 'timeZoneName')?.value;
  } catch {
    throw new CelError(`unknown time zone ${zone}`);
  }
  const match = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?/.exec(shownOffset ?? '');
  const seconds =
    BigInt(Number(match?.[2] ?? 0) * 3600 + Number(match?.[3] ?? 0) * 60 + Number(match?.[4] ?? 0)) * SECOND;
  return match?.[1] === '-' ? -seconds : seconds;
}
