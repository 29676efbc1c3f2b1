export interface LineChanges {
  added: number;
  removed: number;
}

/** How many lines a text gained and lost. Moved lines count as neither; linear in the number of lines. */
export function countLineChanges(before: string, after: string): LineChanges {
  if (before === after) return { added: 0, removed: 0 };
  const counts = new Map<string, number>();
  for (const line of lines(before)) counts.set(line, (counts.get(line) ?? 0) + 1);
  let added = 0;
  for (const line of lines(after)) {
    const left = counts.get(line) ?? 0;
    if (left > 0) counts.set(line, left - 1);
    else added += 1;
  }
  let removed = 0;
  for (const left of counts.values()) removed += left;
  return { added, removed };
}

const lines = (text: string) => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));
