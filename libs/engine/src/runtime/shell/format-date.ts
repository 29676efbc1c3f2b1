import { formatTime } from '../../time.js';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY_MS = 86_400_000;
/** The epoch began on a Thursday. */
const FIRST_DAY = 4;

/** A moment as `date` prints it, in UTC; with a format, by that. */
export function formatDate(ms: number, format = '%a %b %e %H:%M:%S UTC %Y'): string {
  const text = formatTime(ms);
  const [year = '', month = '', day = ''] = text.slice(0, 10).split('-');
  const time = text.slice(11, 19);
  const values: Record<string, string> = {
    a: DAYS[(Math.floor(ms / DAY_MS) + FIRST_DAY) % 7] ?? '',
    b: MONTHS[Number(month) - 1] ?? '',
    d: day,
    e: String(Number(day)).padStart(2),
    F: text.slice(0, 10),
    H: time.slice(0, 2),
    m: month,
    M: time.slice(3, 5),
    N: `${String(Math.floor(ms) % 1000).padStart(3, '0')}000000`,
    s: String(Math.floor(ms / 1000)),
    S: time.slice(6, 8),
    T: time,
    Y: year,
    Z: 'UTC',
    '%': '%',
  };
  return format.replace(/%([a-zA-Z%])/g, (whole, key: string) => values[key] ?? whole);
}
