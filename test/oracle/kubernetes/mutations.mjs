/** Wrong or odd values for a place, by what is there. */
const INSTEAD_OF = {
  string: ['', 'Not_a-Name!', 'a'.repeat(300), 7],
  number: [0, -1, 3, 70_000, 3_000_000_000, 'x'],
  boolean: [true, false, 'x'],
};

/** Parts that are the same for every kind, and kept by the server: they are changed in one kind only. */
const COMMON = new Set(['apiVersion', 'kind', 'metadata', 'status']);

/**
 * The object with one thing changed, once for each thing: a field left out, null, emptied, of another type, of a wrong value; an element left out, doubled.
 * Answers `{name, object}`, the name saying what was done where. Only parts named in `within` are changed; by default what is particular about the kind.
 */
export function mutated(object, within) {
  const parts =
    within ??
    Object.keys(object).filter(
      (key) => !COMMON.has(key) || (key === 'metadata' && object.kind === 'ConfigMap'),
    );
  return parts
    .flatMap((part) => (part in object ? [...changes(object[part], [part])] : []))
    .map(({ path, how, value }) => ({
      name: `${path.join('.')} ${how}`,
      object: replaced(object, path, value),
    }));
}

/** The object with one more field each, taken from the same place of another. */
export function grafted(object, other) {
  if (!other) return [];
  const made = [];
  const walk = (mine, theirs, path) => {
    if (Array.isArray(mine) && Array.isArray(theirs)) {
      for (const [index, item] of mine.entries()) walk(item, theirs[0], [...path, index]);
      return;
    }
    if (!isMap(mine) || !isMap(theirs)) return;
    for (const [key, value] of Object.entries(theirs)) {
      if (path.length === 0 && COMMON.has(key)) continue;
      if (key in mine) walk(mine[key], value, [...path, key]);
      else
        made.push({
          name: `${[...path, key].join('.')} added`,
          object: replaced(object, [...path, key], value),
        });
    }
  };
  walk(object, other, []);
  return made;
}

function* changes(value, path) {
  yield { path, how: 'left out', value: undefined };
  yield { path, how: 'null', value: null };
  if (Array.isArray(value)) {
    yield { path, how: 'emptied', value: [] };
    if (value.length > 0) yield { path, how: 'with an element twice', value: [...value, value[0]] };
    if (value.length > 1) yield { path, how: 'turned round', value: value.toReversed() };
    yield { path, how: 'as text', value: 'x' };
    for (const [index, item] of value.entries()) yield* changes(item, [...path, index]);
    return;
  }
  if (isMap(value)) {
    yield { path, how: 'emptied', value: {} };
    yield { path, how: 'as text', value: 'x' };
    yield { path, how: 'with an unknown field', value: { ...value, 'no_Such!': 'x' } };
    for (const [key, item] of Object.entries(value)) yield* changes(item, [...path, key]);
    return;
  }
  for (const instead of INSTEAD_OF[typeof value] ?? [])
    if (instead !== value) yield { path, how: `= ${JSON.stringify(instead).slice(0, 20)}`, value: instead };
}

function replaced(object, [key, ...rest], value) {
  if (Array.isArray(object)) {
    const copy = [...object];
    if (rest.length > 0) copy[key] = replaced(object[key], rest, value);
    else if (value === undefined) copy.splice(key, 1);
    else copy[key] = value;
    return copy;
  }
  const copy = { ...object };
  if (rest.length > 0) copy[key] = replaced(object[key], rest, value);
  else if (value === undefined) delete copy[key];
  else copy[key] = value;
  return copy;
}

const isMap = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
