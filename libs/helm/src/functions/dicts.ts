import { sortedKeys } from '../template/go-strings.js';
import { goStrings, type GoValue, kindName, NilMap, typeName } from '../template/values.js';
import { toText } from './cast.js';
import { deepCopy, mergeInto } from './merge.js';
import { define, type FunctionTable } from './signature.js';

type GoMap = Map<string, GoValue>;

function dict(...pairs: GoValue[]): GoMap {
  const map: GoMap = new Map();
  for (let index = 0; index < pairs.length; index += 2) {
    map.set(toText(pairs[index]), index + 1 < pairs.length ? pairs[index + 1] : '');
  }
  return map;
}

function select(map: GoMap, keep: (key: string) => boolean): GoMap {
  const result: GoMap = new Map();
  for (const [key, value] of map) if (keep(key)) result.set(key, value);
  return result;
}

function merged(given: GoMap, sources: readonly GoMap[], overwrite: boolean): GoMap {
  const target: GoMap = given instanceof NilMap ? new Map() : given;
  for (const source of sources) mergeInto(target, source, overwrite);
  return target;
}

function conversion(value: GoValue, wanted: string): string {
  const got = value === null || value === undefined ? 'nil' : typeName(value);
  return `interface conversion: interface {} is ${got}, not ${wanted}`;
}

/** The value at a path of keys, or the default when a key is missing; the last two arguments are default and map. */
function dig(...args: GoValue[]): GoValue {
  if (args.length < 3) throw new Error('dig needs at least three arguments');
  const keys = args.slice(0, -2);
  const fallback = args.at(-2);
  let step: GoValue = args.at(-1);
  if (!(step instanceof Map)) throw new Error(conversion(step, 'map[string]interface {}'));
  for (const key of keys) if (typeof key !== 'string') throw new Error(conversion(key, 'string'));
  for (const key of keys as string[]) {
    if (!(step instanceof Map)) throw new Error(conversion(step, 'map[string]interface {}'));
    if (!step.has(key)) return fallback;
    step = (step as GoMap).get(key);
  }
  return step;
}

const copyFunction = define('any', (value) => {
  if (kindName(value) === 'invalid') throw new Error('reflect: call of reflect.Value.Type on zero Value');
  return deepCopy(value);
});

/** Sprig's dictionary functions. Keys come sorted, where Go's order is random. */
export const dictFunctions: FunctionTable = {
  dict: define('...any', dict),
  get: define('map string', (map, key) => (map.has(key) ? map.get(key) : '')),
  set: define('map string any', (map, key, value) => map.set(key, value)),
  unset: define('map string', (map, key) => {
    map.delete(key);
    return map;
  }),
  hasKey: define('map string', (map, key) => map.has(key)),
  pluck: define('string ...map', (key, ...maps) =>
    maps.filter((map) => map.has(key)).map((map) => map.get(key)),
  ),
  keys: define('...map', (...maps) => goStrings(maps.flatMap((map) => sortedKeys(map)))),
  values: define('map', (map) => sortedKeys(map).map((key) => map.get(key))),
  pick: define('map ...string', (map, ...keys) => {
    const wanted = new Set(keys);
    return select(map, (key) => wanted.has(key));
  }),
  omit: define('map ...string', (map, ...keys) => {
    const unwanted = new Set(keys);
    return select(map, (key) => !unwanted.has(key));
  }),
  merge: define('map ...map', (target, ...sources) => merged(target, sources, false)),
  mustMerge: define('map ...map', (target, ...sources) => merged(target, sources, false)),
  mergeOverwrite: define('map ...map', (target, ...sources) => merged(target, sources, true)),
  mustMergeOverwrite: define('map ...map', (target, ...sources) => merged(target, sources, true)),
  deepCopy: copyFunction,
  mustDeepCopy: copyFunction,
  dig: define('...any', dig),
};
