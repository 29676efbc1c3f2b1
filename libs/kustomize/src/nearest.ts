import { formatId, type ResourceId } from './resource-id.js';

/** Longer names are compared by their beginning, so that a hostile one costs no more. */
const MAX_COMPARED = 64;
/** Resources named in a hint. */
const MAX_NAMED = 3;

/** The candidate that differs from what was written by a letter or two, case aside; undefined when none is that close. */
export function nearestName(wanted: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = 3;
  for (const candidate of candidates) {
    const distance = editDistance(candidate.toLowerCase(), wanted.toLowerCase());
    if (distance >= bestDistance) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best;
}

/** `; did you mean x?`, or nothing. */
export function didYouMean(wanted: string, candidates: Iterable<string>): string {
  const near = nearestName(wanted, candidates);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

/** `; there is x, y` with the resources most like the id that was not found, the closest first; or nothing. */
export function closestIds(wanted: ResourceId, present: Iterable<ResourceId>): string {
  const scored: { id: ResourceId; score: number }[] = [];
  for (const id of present) {
    const score = distanceOf(wanted, id);
    if (id.kind === wanted.kind || id.name === wanted.name || score <= 4) scored.push({ id, score });
  }
  scored.sort((a, b) => a.score - b.score);
  const shown = scored.slice(0, MAX_NAMED).map(({ id }) => formatId(id));
  return shown.length === 0 ? '' : `; there is ${shown.join(', ')}`;
}

/** The id that differs by spelling, namespace or version only, with what was asked for as text. */
export function nearMiss(wanted: Partial<ResourceId>, present: Iterable<ResourceId>): string | undefined {
  let best: ResourceId | undefined;
  let bestScore = 3;
  for (const id of present) {
    const score = distanceOf(wanted, id);
    if (score >= bestScore) continue;
    best = id;
    bestScore = score;
  }
  return best && formatId(best);
}

/** Letters by which kind and name differ, and one for each other part that does; what is not asked for does not differ. */
function distanceOf(wanted: Partial<ResourceId>, id: ResourceId): number {
  let distance = 0;
  for (const part of ['kind', 'name'] as const)
    if (wanted[part]) distance += editDistance(wanted[part], id[part]);
  for (const part of ['group', 'version', 'namespace'] as const)
    if (wanted[part] && wanted[part] !== id[part]) distance++;
  return distance;
}

function editDistance(from: string, to: string): number {
  const a = from.slice(0, MAX_COMPARED);
  const b = to.slice(0, MAX_COMPARED);
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
        ),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}
