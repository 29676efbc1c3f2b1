import type { Failing } from './failing.js';
import { goQuote } from './go-quote.js';
import { GoObject, type GoValue, typeName } from './values.js';

/** A field of what is no map with that key and has no such method. */
export function valueOfField(
  failing: Failing,
  receiver: GoValue,
  name: string,
  hasArguments: boolean,
  boxed: boolean,
): GoValue {
  if (receiver instanceof Map) {
    if (hasArguments) failing.fail(`${name} is not a method but has arguments`);
    failing.fail(`map has no entry for key ${goQuote(name)}`);
  }
  if (receiver instanceof GoObject && receiver.fields.has(name)) {
    if (hasArguments) failing.fail(`${name} has arguments but cannot be invoked as function`);
    return receiver.fields.get(name);
  }
  return failing.fail(`can't evaluate field ${name} in type ${boxed ? 'interface {}' : typeName(receiver)}`);
}
