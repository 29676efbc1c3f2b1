import { setOwn, type JsonObject, type JsonValue } from '@lotse/manifests';
import type { Evaluation } from './evaluation.js';
import { jsonnetError } from './source.js';
import { isList, JsonnetFunction, JsonnetObject, type Value } from './values.js';

/** A value with everything in it evaluated, as plain data. Fields are in order. */
export function toJson(evaluation: Evaluation, value: Value): JsonValue {
  let count = 0;
  const visit = (each: Value, path: string): JsonValue => {
    if (++count > evaluation.limits.maxOutputValues)
      throw jsonnetError('limit', `the result has more than ${evaluation.limits.maxOutputValues} values`);
    if (each === null || typeof each !== 'object') return each;
    if (each instanceof JsonnetFunction)
      throw evaluation.fail(
        `${path || 'the result'} is a function, which JSON can't hold. Call it.`,
        each.body,
      );
    evaluation.enter();
    let result: JsonValue;
    if (isList(each)) {
      result = each.map((item, index) => visit(evaluation.force(item), `${path}[${index}]`));
    } else if (each instanceof JsonnetObject) {
      evaluation.objects.check(each);
      const object: JsonObject = {};
      for (const name of each.names(false))
        setOwn(
          object,
          name,
          visit(evaluation.objects.get(each, name) ?? null, path ? `${path}.${name}` : name),
        );
      result = object;
    } else result = null;
    evaluation.leave();
    return result;
  };
  return visit(value, '');
}
