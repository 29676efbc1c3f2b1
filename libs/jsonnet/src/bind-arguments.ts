import type { JsonnetFunction, Lazy } from './values.js';

/** Gives every parameter its argument; undefined where its default is taken. Names what is missing, unknown or given twice. */
export function bindArguments(
  callee: JsonnetFunction,
  positional: readonly Lazy[],
  named: readonly (readonly [name: string, value: Lazy])[],
  fail: (message: string) => Error,
): (Lazy | undefined)[] {
  const { parameters, name } = callee;
  if (positional.length > parameters.length)
    throw fail(`too many arguments: ${name} has ${parameters.length} parameter(s), got ${positional.length}`);
  const slots: (Lazy | undefined)[] = parameters.map((_, index) => positional[index]);
  for (const [key, value] of named) {
    const at = parameters.findIndex((parameter) => parameter.name === key);
    if (at < 0) throw fail(`${name} has no parameter ${key}`);
    if (slots[at] !== undefined) throw fail(`the argument ${key} of ${name} is given twice`);
    slots[at] = value;
  }
  for (const [index, parameter] of parameters.entries())
    if (slots[index] === undefined && !parameter.optional)
      throw fail(`missing argument: ${parameter.name} of ${name}`);
  return slots;
}
