import type { Budget } from '../template/budget.js';
import { type GoInt, type GoValue, isTrue, kindName, TypedSlice } from '../template/values.js';
import { elements, toIndex } from './cast.js';
import { deepEqual } from './deep-equal.js';
import { define, type FunctionTable } from './signature.js';

function itemsOf(value: GoValue, complaint: string): GoValue[] {
  const items = elements(value);
  if (items) return items;
  if (value === null || value === undefined) {
    throw new Error('runtime error: invalid memory address or nil pointer dereference');
  }
  throw new Error(`${complaint} ${kindName(value)}`);
}

function includes(list: readonly GoValue[], wanted: GoValue): boolean {
  return list.some((item) => deepEqual(item, wanted));
}

function unique(list: GoValue): GoValue[] {
  const scalars = new Set<GoValue>();
  const result: GoValue[] = [];
  for (const item of itemsOf(list, 'Cannot find uniq on type')) {
    if (typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean') {
      if (scalars.has(item)) continue;
      scalars.add(item);
    } else if (includes(result, item)) continue;
    result.push(item);
  }
  return result;
}

function slice(list: GoValue, indices: readonly GoValue[]): GoValue {
  const items = elements(list);
  if (list === null || list === undefined) {
    throw new Error('runtime error: invalid memory address or nil pointer dereference');
  }
  if (!items) throw new Error(`list should be type of slice or array but ${kindName(list)}`);
  if (items.length === 0) return null;
  const start = indices.length > 0 ? toIndex(indices[0]) : 0;
  const end = indices.length > 1 ? toIndex(indices[1]) : items.length;
  if (start < 0 || end < start || end > items.length)
    throw new Error('reflect.Value.Slice: slice index out of bounds');
  const part = items.slice(start, end);
  return list instanceof TypedSlice ? TypedSlice.of_(list.elementType, part) : part;
}

function chunk(size: GoInt, list: GoValue): GoValue {
  const items = itemsOf(list, 'Cannot chunk type');
  const width = Number(size.value);
  if (width <= 0) throw new Error('runtime error: makeslice: len out of range');
  const chunks: GoValue[] = [];
  for (let at = 0; at < items.length; at += width) chunks.push(items.slice(at, at + width));
  return TypedSlice.of_('[]interface {}', chunks);
}

/** Sprig's list functions; none changes the list it is given. */
export function listFunctions(budget: Budget): FunctionTable {
  const made = <T extends GoValue[]>(list: T): T => {
    budget.write(list.length * 8);
    return list;
  };
  const append = (verb: string) =>
    define('any any', (list, value) => made([...itemsOf(list, `Cannot ${verb} on type`), value]));
  const prepend = define('any any', (list, value) =>
    made([value, ...itemsOf(list, 'Cannot prepend on type')]),
  );
  const first = define('any', (list) => itemsOf(list, 'Cannot find first on type')[0] ?? null);
  const last = define('any', (list) => itemsOf(list, 'Cannot find last on type').at(-1) ?? null);
  const rest = define('any', (list) => itemsOf(list, 'Cannot find rest on type').slice(1));
  const initial = define('any', (list) => itemsOf(list, 'Cannot find initial on type').slice(0, -1));
  const reverse = define('any', (list) => [...itemsOf(list, 'Cannot find reverse on type')].reverse());
  const compact = define('any', (list) => itemsOf(list, 'Cannot compact on type').filter(isTrue));
  const uniq = define('any', unique);
  const without = define('any ...any', (list, ...unwanted) =>
    itemsOf(list, 'Cannot find without on type').filter((item) => !includes(unwanted, item)),
  );
  const has = define('any any', (needle, list) =>
    list === null || list === undefined ? false : includes(itemsOf(list, 'Cannot find has on type'), needle),
  );
  const slicing = define('any ...any', (list, ...indices) => slice(list, indices));
  const chunking = define('int any', chunk);
  const list = define('...any', (...items) => items);
  return {
    list,
    tuple: list,
    append: append('push'),
    push: append('push'),
    mustAppend: append('push'),
    mustPush: append('push'),
    prepend,
    mustPrepend: prepend,
    first,
    mustFirst: first,
    last,
    mustLast: last,
    rest,
    mustRest: rest,
    initial,
    mustInitial: initial,
    reverse,
    mustReverse: reverse,
    compact,
    mustCompact: compact,
    uniq,
    mustUniq: uniq,
    without,
    mustWithout: without,
    has,
    mustHas: has,
    slice: slicing,
    mustSlice: slicing,
    chunk: chunking,
    mustChunk: chunking,
    concat: define('...any', (...lists) =>
      made(
        lists.flatMap((item) => {
          const items = elements(item);
          if (items) return items;
          if (item === null || item === undefined) {
            throw new Error('runtime error: invalid memory address or nil pointer dereference');
          }
          throw new Error(`Cannot concat type ${kindName(item)} as list`);
        }),
      ),
    ),
  };
}
