import { isList, JsonnetObject, objectOf, Thunk, typeOf, type Lazy, type Value } from '../values.js';
import { fieldOf } from './field-of.js';
import type { Call, Native } from './native.js';

/** Objects. */
export const OBJECTS: readonly Native[] = [
  ['objectHas', 'o, f', (call) => call.object(0).shown.get(call.text(1)) === true],
  ['objectHasAll', 'o, f', (call) => call.object(0).has(call.text(1))],
  [
    'objectHasEx',
    'obj, fname, hidden',
    (call) =>
      call.flag(2) ? call.object(0).has(call.text(1)) : call.object(0).shown.get(call.text(1)) === true,
  ],
  ['objectFields', 'o', (call) => call.object(0).names(false)],
  ['objectFieldsAll', 'o', (call) => call.object(0).names(true)],
  ['objectFieldsEx', 'obj, hidden', (call) => call.object(0).names(call.flag(1))],
  ['objectValues', 'o', (call) => values(call, false)],
  ['objectValuesAll', 'o', (call) => values(call, true)],
  ['objectKeysValues', 'o', (call) => pairs(call, false)],
  ['objectKeysValuesAll', 'o', (call) => pairs(call, true)],
  ['objectRemoveKey', 'obj, key', removeKey],
  [
    'get',
    'o, f, default?, inc_hidden?',
    (call) => {
      const object = call.object(0);
      const shown = object.shown.get(call.text(1));
      if (shown === undefined || (!shown && !call.flag(3, true))) return call.has(2) ? call.value(2) : null;
      return fieldOf(call, object, call.text(1));
    },
  ],
  [
    'mapWithKey',
    'func, obj',
    (call) => {
      const callee = call.function(0);
      const object = call.object(1);
      return objectOf(
        object
          .names(false)
          .map((name) => [
            name,
            new Thunk(undefined, undefined, () =>
              call.apply(callee, name, new Thunk(undefined, undefined, () => fieldOf(call, object, name))),
            ),
          ]),
      );
    },
  ],
  ['mergePatch', 'target, patch', (call) => mergePatch(call, call.value(0), call.value(1))],
  ['prune', 'a', (call) => prune(call, call.value(0))],
  [
    'resolvePath',
    'f, r',
    (call) => {
      const from = call.text(0).split('/');
      return [...from.slice(0, -1), call.text(1)].join('/');
    },
  ],
];

function lazyField(call: Call, object: JsonnetObject, name: string): Lazy {
  return new Thunk(undefined, undefined, () => fieldOf(call, object, name));
}

function values(call: Call, hidden: boolean): Lazy[] {
  const object = call.object(0);
  return object.names(hidden).map((name) => lazyField(call, object, name));
}

function pairs(call: Call, hidden: boolean): Lazy[] {
  const object = call.object(0);
  return object.names(hidden).map((name) =>
    objectOf([
      ['key', name],
      ['value', lazyField(call, object, name)],
    ]),
  );
}

/** The object without a field; code of its own still finds it by `super`. */
function removeKey(call: Call): JsonnetObject {
  const removal = { fields: new Map(), asserts: [], scope: undefined, removed: call.text(1) };
  return new JsonnetObject([...call.object(0).layers, removal]);
}

/** RFC 7396. */
function mergePatch(call: Call, target: Value, patch: Value): Value {
  if (!(patch instanceof JsonnetObject)) return patch;
  const base = target instanceof JsonnetObject ? target : objectOf([]);
  const entries = new Map<string, Lazy>();
  for (const name of base.names(false)) if (!patch.has(name)) entries.set(name, lazyField(call, base, name));
  call.evaluation.enter();
  for (const name of patch.names(false)) {
    const change = fieldOf(call, patch, name);
    if (change === null) continue;
    entries.set(
      name,
      new Thunk(undefined, undefined, () =>
        mergePatch(call, base.shown.get(name) === true ? fieldOf(call, base, name) : null, change),
      ),
    );
  }
  call.evaluation.leave();
  return objectOf(entries);
}

function isEmpty(value: Value): boolean {
  return (
    value === null ||
    (isList(value) && value.length === 0) ||
    (value instanceof JsonnetObject && value.names(false).length === 0)
  );
}

/** Without nulls and what is empty, all the way down. */
function prune(call: Call, value: Value): Value {
  if (typeOf(value) !== 'array' && typeOf(value) !== 'object') return value;
  call.evaluation.enter();
  let result: Value = value;
  if (isList(value)) {
    result = value.map((item) => prune(call, call.evaluation.force(item))).filter((item) => !isEmpty(item));
  } else if (value instanceof JsonnetObject) {
    const entries = value
      .names(false)
      .map((name) => [name, prune(call, fieldOf(call, value, name))] as const)
      .filter(([, item]) => !isEmpty(item));
    result = objectOf(entries);
  }
  call.evaluation.leave();
  return result;
}
