import { type GoValue, isTrue, kindName, typeName } from '../template/values.js';
import { deepEqual } from './deep-equal.js';
import { goJson, parseGoJson } from './go-json.js';
import { define, type FunctionTable } from './signature.js';

function fallback(standard: GoValue, ...given: GoValue[]): GoValue {
  return given.length === 0 || !isTrue(given[0]) ? standard : given[0];
}

function quietly(action: () => GoValue, otherwise: GoValue): GoValue {
  try {
    return action();
  } catch {
    return otherwise;
  }
}

const PRETTY = { escapeHtml: true, indent: '  ' };
const RAW = { escapeHtml: false, indent: '' };

/** Sprig's defaults, JSON and reflection functions. Helm replaces some of them. */
export const defaultFunctions: FunctionTable = {
  default: define('any ...any', fallback),
  empty: define('any', (value) => !isTrue(value)),
  coalesce: define('...any', (...values) => values.find(isTrue) ?? null),
  all: define('...any', (...values) => values.every(isTrue)),
  any: define('...any', (...values) => values.some(isTrue)),
  ternary: define('any any bool', (yes, no, test) => (test ? yes : no)),
  mustFromJson: define('string', parseGoJson),
  toPrettyJson: define('any', (value) => quietly(() => goJson(value, PRETTY), '')),
  mustToPrettyJson: define('any', (value) => goJson(value, PRETTY)),
  toRawJson: define('any', (value) => goJson(value, RAW)),
  mustToRawJson: define('any', (value) => goJson(value, RAW)),
  typeOf: define('any', typeName),
  typeIs: define('string any', (type, value) => typeName(value) === type),
  typeIsLike: define('string any', (type, value) => {
    const name = typeName(value);
    return name === type || name === `*${type}`;
  }),
  kindOf: define('any', kindName),
  kindIs: define('string any', (kind, value) => kindName(value) === kind),
  deepEqual: define('any any', deepEqual),
};
