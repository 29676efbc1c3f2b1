import { CelFormat } from '../libraries/formats.js';
import { CelCidr, CelIp } from '../libraries/network-values.js';
import { CelMessage, CelOpaque, CelOptional, entriesOf, isMap, lettersIn } from '../values.js';
import { CHEAP_FUNCTIONS, CHECK_COST, LIST_COST, PER_LETTER, PER_PATTERN_LETTER } from './factors.js';
import { selectorCost } from './library-estimates.js';
import { exactly } from './range.js';

/**
 * What a call costs now that its arguments are known; undefined when that depends on a result which is not there yet. Names and
 * identities decide as in apiserver cel/library/cost.go, cel-go ext and cel-go interpreter/runtimecost.go, in this order.
 */
export function callCost(
  name: string,
  overload: string,
  args: readonly unknown[],
  result?: unknown,
): number | undefined {
  if (result === undefined && (name === 'join' || overload === 'list_slice')) return undefined;
  return (
    listCost(overload, args, result) ?? libraryCost(name, overload, args, result) ?? ownCost(overload, args)
  );
}

/** Functions whose cost depends on what they are called with. */
const SIZED = new Set(
  (
    'check fieldSelector labelSelector isSorted sum max min indexOf lastIndexOf url lowerAscii upperAscii substring trim ' +
    'jsonpatch.escapeKey cidr isIP isCIDR quantity isQuantity semver isSemver ip replace split ip.isCanonical join find ' +
    'findAll containsIP containsCIDR validate _==_'
  ).split(' '),
);
const SIZED_OVERLOADS =
  /^(?:list_.+_sort.*|list_sets_.+|lists_range|list_reverse|list_slice|list_flatten.*|list_distinct|starts_with_string|ends_with_string|string_to_bytes|bytes_to_string|strings_quote|string_format|in_list|add_string|add_bytes|matches_string|contains_string|equals|not_equals|(?:less|greater)(?:_equals)?_(?:string|bytes))$/;

/** True for calls that cost one, whatever they are called with: nothing has to be counted. */
export function costsOne(name: string, overload: string): boolean {
  return !SIZED.has(name) && !SIZED_OVERLOADS.test(overload);
}

const read = (letters: number, factor = PER_LETTER): number => Math.ceil(letters * factor);
const matching = (text: number, pattern: number): number =>
  Math.ceil((1 + text) * PER_LETTER) * Math.ceil(pattern * PER_PATTERN_LETTER);

/** How large a value is: letters, bytes, items. What has no size counts as one. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return lettersIn(value);
  if (value instanceof Uint8Array || Array.isArray(value)) return value.length;
  if (value instanceof CelIp) return value.bits / 8;
  if (value instanceof CelCidr) return Math.ceil(value.prefix / 8);
  return isMap(value) ? entriesOf(value).length : 1;
}

const sizeOfHeld = (value: unknown): number =>
  sizeOf(value instanceof CelOptional && value.isPresent ? value.value : value);

function listCost(overload: string, args: readonly unknown[], result: unknown): number | undefined {
  const [first, second] = args;
  const made = (size: number, factor = 1): number => Math.floor(size * factor) + 1 + LIST_COST;
  if (/^list_.+_sort(?:ByAssociatedKeys)?$/.test(overload))
    return made(...compared(overload.endsWith('_sort') ? first : second));
  switch (overload) {
    case 'list_sets_contains_list':
    case 'list_sets_intersects_list':
      return 1 + sizeOf(first) * sizeOf(second);
    case 'list_sets_equivalent_list':
      return 1 + sizeOf(first) * sizeOf(second) * 2;
    case 'lists_range':
      return made(typeof first === 'bigint' ? Math.max(0, Number(first)) : 1);
    case 'list_reverse':
      return made(sizeOf(first));
    case 'list_slice':
      return made(sizeOf(result));
    case 'list_flatten':
      return made(sizeOf(first));
    case 'list_flatten_int':
      return made(sizeOf(first), typeof second === 'bigint' ? Math.max(0, Number(second)) : 1);
    case 'list_distinct':
      return made(...compared(first));
    default:
      return undefined;
  }
}

/** Everything in a list compared with everything. */
function compared(list: unknown): [size: number, factor: number] {
  const size = sizeOf(list);
  const [item] = Array.isArray(list) ? (list as unknown[]) : [];
  const isText = typeof item === 'string' || item instanceof Uint8Array;
  return [size * size, isText ? 2 + PER_LETTER : 2];
}

function libraryCost(
  name: string,
  overload: string,
  args: readonly unknown[],
  result: unknown,
): number | undefined {
  const [first, second] = args;
  if (CHEAP_FUNCTIONS.has(name)) return 1;
  switch (name) {
    case 'check':
      return CHECK_COST;
    case 'fieldSelector':
    case 'labelSelector':
      return Number(selectorCost(exactly(sizeOf(second))).max);
    case 'isSorted':
    case 'sum':
    case 'max':
    case 'min':
    case 'indexOf':
    case 'lastIndexOf':
      return traversal(first);
    case 'url':
    case 'lowerAscii':
    case 'upperAscii':
    case 'substring':
    case 'trim':
    case 'jsonpatch.escapeKey':
    case 'cidr':
    case 'isIP':
    case 'isCIDR':
    case 'quantity':
    case 'isQuantity':
    case 'semver':
    case 'isSemver':
      return read(sizeOf(first));
    case 'ip':
      return overload === 'cidr_ip' ? 1 : read(sizeOf(first));
    case 'replace':
    case 'split':
    case 'ip.isCanonical':
      return read(sizeOf(first), 2 * PER_LETTER);
    case 'join':
      return read(sizeOf(result), 2 * PER_LETTER);
    case 'find':
    case 'findAll':
      return matching(sizeOf(first), sizeOf(second));
    case 'containsIP':
      return read(2 * sizeOf(first)) + (overload.endsWith('_string') ? read(sizeOf(second)) : 0);
    case 'containsCIDR':
      return (
        read(2 * sizeOf(first)) +
        read(sizeOf(first)) +
        1 +
        (overload.endsWith('_string') ? read(sizeOf(second)) : 0)
      );
    case 'validate':
      return first instanceof CelFormat ? matching(sizeOf(second), first.patternSize) : undefined;
    case '_==_':
      return first instanceof CelOpaque && !(first instanceof CelMessage) ? 1 : undefined;
    default:
      return undefined;
  }
}

/** What looking at all of a value costs. */
function traversal(value: unknown): number {
  if (typeof value === 'string') return Math.floor(Buffer.byteLength(value) * PER_LETTER);
  if (value instanceof Uint8Array) return Math.floor(value.length * PER_LETTER);
  if (Array.isArray(value)) return value.reduce((sum: number, item: unknown) => sum + traversal(item), 0);
  if (!isMap(value)) return 1;
  return entriesOf(value).reduce((sum, [key, one]) => sum + traversal(key) + traversal(one), 0);
}

function ownCost(overload: string, args: readonly unknown[]): number {
  const [first, second] = args;
  switch (overload) {
    case 'starts_with_string':
    case 'ends_with_string':
    case 'string_to_bytes':
    case 'bytes_to_string':
    case 'strings_quote':
    case 'string_format':
      return read(sizeOfHeld(first));
    case 'in_list':
      return sizeOfHeld(second);
    case 'add_string':
    case 'add_bytes':
      return read(sizeOfHeld(first) + sizeOfHeld(second));
    case 'matches_string':
      return matching(sizeOfHeld(first), sizeOfHeld(second));
    case 'contains_string':
      return read(sizeOfHeld(first)) * read(sizeOfHeld(second));
  }
  const isComparison = /^(?:equals|not_equals|(?:less|greater)(?:_equals)?_(?:string|bytes))$/.test(overload);
  return isComparison ? read(Math.min(sizeOfHeld(first), sizeOfHeld(second))) : 1;
}
