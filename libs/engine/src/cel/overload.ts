import type { Budget } from './budget.js';
import { CelError, typeOf } from './values.js';

/** A function for arguments of certain types: `['charAt', ['string', 'int'], (text, index) => …]`. */
export type Overload = readonly [name: string, types: readonly string[], run: (...args: never[]) => unknown];

/** What one file of functions offers. The first type of a member is the type it is called on. */
export interface Library {
  readonly functions?: readonly Overload[];
  readonly members?: readonly Overload[];
  /** Called by a qualified name: `sets.contains(a, b)`. */
  readonly qualified?: readonly Overload[];
}

/** A function of all its overloads. Arguments come evaluated; the budget pays for what depends on their size. */
export type CelFunction = (args: readonly unknown[], budget: Budget) => unknown;

const PLAIN = new Set(['contains', 'endsWith', 'matches', 'startsWith']);

const fits = (type: string, value: unknown): boolean => type === 'dyn' || type === typeOf(value);

/** Joins overloads by name. */
export function functionsOf(overloads: readonly Overload[]): Map<string, CelFunction> {
  const byName = new Map<string, Overload[]>();
  for (const overload of overloads) byName.set(overload[0], [...(byName.get(overload[0]) ?? []), overload]);
  return new Map(
    [...byName].map(([name, alternatives]) => [
      name,
      (args: readonly unknown[], budget: Budget): unknown => {
        for (const [, types, run] of alternatives) {
          if (types.length !== args.length || !types.every((type, index) => fits(type, args[index])))
            continue;
          return (run as (...all: unknown[]) => unknown)(...args, budget);
        }
        // Functions of the language itself don't say what they were called with.
        throw new CelError(
          PLAIN.has(name)
            ? 'no such overload'
            : name === 'size'
              ? 'no such overload: size'
              : `no such overload: ${name}(${args.map(typeOf).join(', ')})`,
        );
      },
    ]),
  );
}
