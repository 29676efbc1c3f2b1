import { goQuote } from '../../go-quote.js';

type Interval = readonly [first: number, last: number];

const INTEGER = /^[+-]?\d+$/;

/** What is wrong with indexes of a job as its status has them, such as `0,2-4`; `completions` is how many there are. */
export function indexesProblem(text: string, completions: number): string | undefined {
  let last: number | undefined;
  for (const part of text === '' ? [] : text.split(',')) {
    const interval = readInterval(part, completions);
    if (typeof interval === 'string') return interval;
    if (last !== undefined && last >= interval[0])
      return `non-increasing order, previous: ${last}, current: ${interval[0]}`;
    last = interval[1];
  }
  return undefined;
}

/** The first index that is in both lists; parts that can't be read are passed over. */
export function commonIndex(one: string, other: string, completions: number): number | undefined {
  const [ones, others] = [one, other].map((text) =>
    (text === '' ? [] : text.split(',')).flatMap((part) => {
      const interval = readInterval(part, completions);
      return typeof interval === 'string' ? [] : [interval];
    }),
  );
  let [position, place] = [0, 0];
  for (;;) {
    const [mine, theirs] = [ones?.[position], others?.[place]];
    if (!mine || !theirs) return undefined;
    if (mine[0] <= theirs[1] && theirs[0] <= mine[1]) return Math.max(mine[0], theirs[0]);
    if (mine[0] <= theirs[0]) position++;
    else place++;
  }
}

function readInterval(text: string, completions: number): Interval | string {
  const limits = text.split('-');
  if (limits.length > 2)
    return `the fragment ${goQuote(text)} violates the requirement that an index interval can have at most two parts separated by '-'`;
  for (const limit of limits) {
    if (!INTEGER.test(limit)) return `cannot convert string to integer for index: ${goQuote(limit)}`;
    if (Number(limit) >= completions) return `too large index: ${goQuote(limit)}`;
  }
  const [first = 0, last = first] = limits.map(Number);
  return limits.length > 1 && first >= last
    ? `non-increasing order, previous: ${first}, current: ${last}`
    : [first, last];
}
