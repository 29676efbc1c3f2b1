/** Random changes to the values of a chart: switches turned, nulls, other types, more entries. */

const TEXTS = [
  ...[
    '',
    'yes',
    'a: b',
    '{{ .Release.Name }}',
    '{{ .Values.nope.nope }}',
    'multi\nline\n',
    'é☺',
    '123',
    '1e3',
  ],
  ...[
    'true',
    'null',
    '- x',
    '10Gi',
    '"q"',
    "it's",
    '#c',
    ' lead',
    '1.2.3',
    '>=1.0',
    'http://h:80/p?q=1',
    'a,b',
  ],
];

/** A generator of numbers from 0 to below 1; the same seed gives the same ones. */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const isMap = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

function pathsOf(value, path = []) {
  const own = path.length > 0 ? [path] : [];
  if (typeof value !== 'object' || value === null) return own;
  return [...own, ...Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]))];
}

function changed(value, pick) {
  if (typeof value === 'boolean') return pick([!value, !value, !value, null, 'true', {}]);
  if (typeof value === 'number')
    return pick([0, value + 1, -1, 1.5, 1e6, 12345678901, String(value), null, {}, true]);
  if (typeof value === 'string')
    return pick([pick(TEXTS), pick(TEXTS), null, 7, true, [value], { a: value }]);
  if (Array.isArray(value))
    return pick([
      [],
      null,
      [...value, pick(TEXTS)],
      [...value, { name: 'n', value: 'v' }],
      ['a', 'b'],
      {},
      'text',
    ]);
  if (isMap(value))
    return pick([
      {},
      null,
      { ...value, extra: pick(TEXTS) },
      { enabled: true },
      { a: 'b' },
      [],
      'text',
      [value],
    ]);
  return pick([1, 'x', {}, [], true, { a: 'b' }, [{ name: 'x' }], '10Gi']);
}

/** Values to lay over a chart's own: up to ten places changed, or up to ten switches turned. */
export function randomValues(values, random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const copy = structuredClone(values);
  const at = (path) => path.reduce((part, key) => part?.[key], copy);
  const all = pathsOf(values);
  const switches = all.filter((path) => typeof at(path) === 'boolean');
  const onlySwitches = switches.length > 0 && random() < 0.4;
  for (let count = Math.ceil(random() * 10); count > 0 && all.length > 0; count--) {
    const path = pick(onlySwitches ? switches : all);
    const parent = at(path.slice(0, -1));
    if (typeof parent !== 'object' || parent === null) continue;
    const key = path.at(-1);
    parent[key] = onlySwitches ? !parent[key] : changed(parent[key], pick);
  }
  return copy;
}
