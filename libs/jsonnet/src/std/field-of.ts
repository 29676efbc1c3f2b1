import type { JsonnetObject, Value } from '../values.js';
import type { Call } from './native.js';

/** The value of a field, for functions that write objects. */
export function fieldOf(call: Call, object: JsonnetObject, name: string): Value {
  call.interpreter.objects.check(object);
  return call.interpreter.objects.get(object, name) ?? null;
}
