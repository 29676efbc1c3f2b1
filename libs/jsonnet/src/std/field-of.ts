import type { JsonnetObject, Value } from '../values.js';
import type { Call } from './native.js';

/** The value of a field, for functions that write objects. */
export function fieldOf(call: Call, object: JsonnetObject, name: string): Value {
  call.evaluation.objects.check(object);
  return call.evaluation.objects.get(object, name) ?? null;
}
