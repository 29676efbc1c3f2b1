/** Names, ranges and aliases of each of cron's five fields (robfig/cron's standard parser). */
const FIELDS: readonly { min: number; max: number; names?: readonly string[] }[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  {
    min: 1,
    max: 12,
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  { min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];
const DESCRIPTORS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

/** What is wrong with a cron schedule; undefined when nothing is. */
export function cronProblem(schedule: string): string | undefined {
  const text = schedule.trim();
  if (/^(TZ|CRON_TZ)=/.test(text)) return 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead';
  if (text.startsWith('@')) {
    if (DESCRIPTORS.includes(text) || /^@every \d+(\.\d+)?(ns|us|µs|ms|s|m|h)/.test(text)) return undefined;
    return `unrecognized descriptor: ${text}`;
  }
  const parts = text.split(/\s+/);
  if (parts.length !== FIELDS.length)
    return `expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`;
  for (const [index, part] of parts.entries()) {
    const field = FIELDS[index];
    if (!field) continue;
    for (const item of part.split(',')) {
      const problem = rangeProblem(item, field);
      if (problem) return problem;
    }
  }
  return undefined;
}

function rangeProblem(
  item: string,
  field: { min: number; max: number; names?: readonly string[] },
): string | undefined {
  const [range = '', step, ...moreSteps] = item.split('/');
  if (moreSteps.length > 0) return `too many slashes: ${item}`;
  if (step !== undefined && !/^\d+$/.test(step))
    return `failed to parse int from ${step}: strconv.Atoi: parsing "${step}": invalid syntax`;
  if (step !== undefined && Number(step) === 0) return `step of range should be a positive number: ${item}`;
  if (range === '*' || range === '?') return undefined;
  const bounds = range.split('-');
  if (bounds.length > 2) return `too many hyphens: ${item}`;
  const numbers: number[] = [];
  for (const bound of bounds) {
    const named = field.names?.indexOf(bound.toLowerCase()) ?? -1;
    if (named < 0 && !/^\d+$/.test(bound))
      return `failed to parse int from ${bound}: strconv.Atoi: parsing "${bound}": invalid syntax`;
    numbers.push(named < 0 ? Number(bound) : named + field.min);
  }
  const [start = 0, end = start] = numbers;
  if (start < field.min) return `beginning of range (${start}) below minimum (${field.min}): ${item}`;
  if (end > field.max) return `end of range (${end}) above maximum (${field.max}): ${item}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${item}`;
  return undefined;
}
