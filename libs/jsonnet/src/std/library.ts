import type { Evaluation } from '../evaluation.js';
import { JsonnetObject, Thunk, type Field, type Lazy } from '../values.js';
import { ARRAYS } from './arrays.js';
import { ENCODINGS } from './encodings.js';
import { MANIFESTS } from './manifests.js';
import { MATH } from './math.js';
import { nativeFunction } from './native.js';
import { OBJECTS } from './objects.js';
import { PARSERS } from './parsers.js';
import { SETS } from './sets.js';
import { STRINGS } from './strings.js';
import { TYPES } from './types.js';

const FUNCTIONS = [
  ...TYPES,
  ...MATH,
  ...STRINGS,
  ...ARRAYS,
  ...SETS,
  ...OBJECTS,
  ...PARSERS,
  ...ENCODINGS,
  ...MANIFESTS,
];

const libraries = new WeakMap<Evaluation, ReadonlyMap<string, Field>>();

/** The object `std` of one file: the library is the same for all, but for the name of the file. */
export function makeLibrary(evaluation: Evaluation, file: string): Lazy {
  return new Thunk(undefined, undefined, () => {
    let shared = libraries.get(evaluation);
    if (!shared) {
      shared = new Map(FUNCTIONS.map((row) => [row[0], hidden(nativeFunction(evaluation, row))]));
      libraries.set(evaluation, shared);
    }
    const own = new Map([
      ['thisFile', hidden(file)],
      ['pi', hidden(Math.PI)],
    ]);
    return new JsonnetObject([
      { fields: shared, asserts: [], scope: undefined },
      { fields: own, asserts: [], scope: undefined },
    ]);
  });
}

function hidden(lazy: Lazy): Field {
  return { visibility: 'hidden', adds: false, body: undefined, scope: undefined, lazy };
}
