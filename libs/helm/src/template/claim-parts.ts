import { type Budget, BudgetError } from './budget.js';
import { GoObject, type GoValue } from './values.js';

/** More parts than any values file has room for; a few lists that contain each other have more. */
const MAX_PARTS = 2_000_000;
/** Smaller values cost nothing worth counting. */
const PARTS_A_CLAIM = 65_536;
/** Walking so many parts of a value costs about as much as one function. */
const PARTS_A_STEP = 16;
/** Deeper than what functions walk themselves; they say that a value contains itself. */
const MAX_DEPTH = 1000;

/** Claims the work of walking a value. A value in several places counts in each. Throws {@link BudgetError}. */
export function claimParts(value: GoValue, budget: Budget): void {
  let parts = 0;
  const walk = (part: GoValue, depth: number): void => {
    if (typeof part !== 'object' || part === null || depth > MAX_DEPTH) return;
    const members =
      part instanceof Map
        ? part
        : Array.isArray(part)
          ? part
          : part instanceof GoObject
            ? part.fields
            : undefined;
    if (members === undefined) return;
    const before = parts;
    parts += 1 + (Array.isArray(members) ? members.length : members.size);
    if (Math.floor(before / PARTS_A_CLAIM) !== Math.floor(parts / PARTS_A_CLAIM))
      budget.steps(Math.floor(PARTS_A_CLAIM / PARTS_A_STEP));
    if (parts > MAX_PARTS) throw new BudgetError(`the template used a value of more than ${MAX_PARTS} parts`);
    for (const member of members.values() as Iterable<GoValue>) walk(member, depth + 1);
  };
  walk(value, 0);
}
