import { escapeJson, numberText } from '../number-text.js';
import { isList, JsonnetObject, typeOf, type Value } from '../values.js';
import { fieldOf } from './field-of.js';
import type { Call } from './native.js';

/** A value as a literal of Python. */
export function python(call: Call, value: Value): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'string') return escapeJson(value);
  call.evaluation.enter();
  let text: string;
  if (isList(value)) text = `[${value.map((item) => python(call, call.evaluation.force(item))).join(', ')}]`;
  else if (value instanceof JsonnetObject) {
    const fields = value
      .names(false)
      .map((name) => `${escapeJson(name)}: ${python(call, fieldOf(call, value, name))}`);
    text = `{${fields.join(', ')}}`;
  } else text = call.fail(`cannot manifest ${typeOf(value)}`);
  call.evaluation.leave();
  return call.evaluation.operators.checkLength(text);
}

/** Assignments, one a line. */
export function pythonVariables(call: Call, object: JsonnetObject): string {
  return object
    .names(false)
    .map((name) => `${name} = ${python(call, fieldOf(call, object, name))}\n`)
    .join('');
}
