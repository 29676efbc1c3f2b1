import { sameType, type CelStatic } from '../types.js';
import type { CallEstimate, SizedValue, SizeLookup } from './call-estimate.js';
import {
  CHEAP_FUNCTIONS,
  CHECK_COST,
  LIST_COST,
  LONGEST_FORMAT_PATTERN,
  MESSAGE_COST,
  PER_LETTER,
  PER_PATTERN_LETTER,
} from './factors.js';
import { exactly, plus, scaled, times, UNKNOWN, upTo, type Range } from './range.js';

const ONE = exactly(1);
/** An address has four or sixteen bytes. */
const ADDRESS: Range = { min: 4n, max: 16n };
/** Longest text a named format takes. */
const LONGEST_FORMATTED = 64;

/**
 * What calls of Kubernetes' own libraries cost, and those of lists and sets (apiserver cel/library/cost.go, cel-go ext). Undefined
 * for functions of the language itself.
 */
export function libraryEstimate(
  name: string,
  overload: string,
  target: SizedValue | undefined,
  args: readonly SizedValue[],
  lookup: SizeLookup,
): CallEstimate | undefined {
  const sizeOf = ({ size, path }: SizedValue): Range => size ?? (path && lookup(path)) ?? UNKNOWN;
  const [first, second] = args;
  const list = listEstimate(overload, target, args, sizeOf);
  if (list) return list;
  const argument = first ? sizeOf(first) : UNKNOWN;
  const called = target ? sizeOf(target) : UNKNOWN;
  const read = (size: Range, factor = PER_LETTER): CallEstimate => ({ cost: scaled(size, factor) });
  switch (name) {
    case 'check':
      return { cost: exactly(CHECK_COST) };
    case 'fieldSelector':
    case 'labelSelector':
      return { cost: selectorCost(argument) };
    case 'isSorted':
    case 'sum':
    case 'max':
    case 'min':
    case 'indexOf':
    case 'lastIndexOf':
      return target && { cost: eachCost(target, called, sizeOf) };
    case 'url':
    case 'jsonpatch.escapeKey':
      return { ...read(argument), size: argument };
    case 'lowerAscii':
    case 'upperAscii':
    case 'substring':
    case 'trim':
      return { ...read(called), size: called };
    case 'replace':
      return (
        first &&
        second && { ...read(called, 2 * PER_LETTER), size: replacedSize(called, argument, sizeOf(second)) }
      );
    case 'split': {
      const most =
        second?.node?.kind === 'literal' && typeof second.node.value === 'bigint'
          ? second.node.value
          : undefined;
      return {
        ...read(called, 2 * PER_LETTER),
        size: { min: 0n, max: most === undefined ? called.max : BigInt.asUintN(64, most) },
      };
    }
    case 'join':
      return target && joinEstimate(target, first && argument, sizeOf);
    case 'find':
    case 'findAll':
      return {
        cost: times(scaled(plus(called, ONE), PER_LETTER), scaled(argument, PER_PATTERN_LETTER)),
        size: upTo(called.max),
      };
    case 'cidr':
    case 'isIP':
    case 'isCIDR':
    case 'quantity':
    case 'isQuantity':
    case 'semver':
    case 'isSemver':
      return read(argument);
    case 'ip':
      return overload === 'cidr_ip' ? { cost: ONE } : read(argument);
    case 'ip.isCanonical':
      return read(argument, 2 * PER_LETTER);
    case 'containsIP': {
      const compared = scaled(plus(ADDRESS, ADDRESS), PER_LETTER);
      return {
        cost:
          overload === 'cidr_contains_ip_string' ? plus(compared, scaled(argument, PER_LETTER)) : compared,
      };
    }
    case 'containsCIDR': {
      const compared = plus(scaled(plus(ADDRESS, ADDRESS), PER_LETTER), scaled(ADDRESS, PER_LETTER), ONE);
      return {
        cost:
          overload === 'cidr_contains_cidr_string' ? plus(compared, scaled(argument, PER_LETTER)) : compared,
      };
    }
    case 'validate':
      return { cost: scaled(scaled(argument, PER_LETTER), LONGEST_FORMAT_PATTERN * PER_PATTERN_LETTER) };
    case '_==_':
      return first && second && equalityEstimate(first, second);
    default:
      return CHEAP_FUNCTIONS.has(name) ? { cost: ONE } : undefined;
  }
}

type SizeOf = (value: SizedValue) => Range;

/** A selector of so many letters becomes a list of requirements, the shortest of two letters. */
export function selectorCost(letters: Range): Range {
  return plus(
    exactly(LIST_COST),
    scaled(letters, PER_LETTER),
    scaled(scaled(letters, 0.5), LIST_COST + MESSAGE_COST),
  );
}

function itemOf({ type, path }: SizedValue): SizedValue | undefined {
  const item: CelStatic | undefined =
    type.kind === 'list' ? type.item : type.kind === 'map' ? type.key : undefined;
  return item && { node: undefined, path: path && [...path, '@items'], type: item, size: undefined };
}

function eachCost(target: SizedValue, size: Range, sizeOf: SizeOf): Range {
  const item = itemOf(target);
  if (!item) return scaled(size, PER_LETTER);
  const isText = item.type.kind === 'string' || item.type.kind === 'bytes';
  return times(size, isText ? plus(ONE, scaled(sizeOf(item), PER_LETTER)) : ONE);
}

/** How long a text gets whose parts are replaced: the most of the longest, the fewest of the shortest. */
function replacedSize(text: Range, from: Range, to: Range): Range {
  const divided = (count: bigint, by: bigint): bigint => scaled({ min: 0n, max: count }, 1 / Number(by)).max;
  const count = { min: 0n, max: 0n };
  const kept = { min: 0n, max: 0n };
  if (from.min === 0n) {
    count.max = text.max < UNKNOWN.max ? text.max + 1n : text.max;
    kept.max = text.max;
  } else if (to.max <= from.min) kept.max = text.max;
  else count.max = divided(text.max, from.min);
  if (from.max === 0n) {
    count.min = text.min < UNKNOWN.max ? text.min + 1n : text.min;
    kept.min = text.min;
  } else if (from.max <= to.min) kept.min = text.min;
  else count.min = divided(text.min, from.max);
  return plus(times(count, to), kept);
}

function joinEstimate(target: SizedValue, separator: Range | undefined, sizeOf: SizeOf): CallEstimate {
  const count = sizeOf(target);
  const item = itemOf(target);
  let size = item ? times(count, sizeOf(item)) : exactly(0);
  if (separator) {
    const less = (value: bigint): bigint => (value > 0n ? value - 1n : 0n);
    size = plus(size, times(separator, { min: less(count.min), max: less(count.max) }));
  }
  return { cost: scaled(size, PER_LETTER), size };
}

function equalityEstimate({ type, size }: SizedValue, other: SizedValue): CallEstimate | undefined {
  if (!sameType(type, other.type)) return undefined;
  if (type.kind === 'opaque') return type.name.startsWith('net.') ? { cost: ONE } : undefined;
  if (type.kind !== 'object') return undefined;
  switch (type.name) {
    case 'kubernetes.NamedFormat':
      return { cost: scaled({ min: 1n, max: BigInt(LONGEST_FORMATTED) }, PER_LETTER) };
    case 'kubernetes.URL': {
      const max = size && other.size ? other.size.max : 1n;
      return { cost: scaled({ min: 1n, max }, PER_LETTER) };
    }
    default:
      return /^kubernetes\.(?:Quantity$|Semver$|authorization\.)/.test(type.name) ? { cost: ONE } : undefined;
  }
}

/** Functions that make lists, and sets (cel-go ext/lists.go, ext/sets.go). */
function listEstimate(
  overload: string,
  target: SizedValue | undefined,
  args: readonly SizedValue[],
  sizeOf: SizeOf,
): CallEstimate | undefined {
  const [first, second] = args;
  const made = (size: Range, factor = 1): CallEstimate => ({
    cost: plus(scaled(size, factor), exactly(1 + LIST_COST)),
    size,
  });
  if (/^list_.+_sort(?:ByAssociatedKeys)?$/.test(overload)) {
    const sorted = overload.endsWith('_sort') ? target : first;
    const size = sorted ? sizeOf(sorted) : UNKNOWN;
    return made(times(size, size), /^list_(?:string|bytes)_/.test(overload) ? 2 + PER_LETTER : 2);
  }
  switch (overload) {
    case 'list_sets_contains_list':
    case 'list_sets_intersects_list':
    case 'list_sets_equivalent_list': {
      const size = times(first ? sizeOf(first) : UNKNOWN, second ? sizeOf(second) : UNKNOWN);
      return { cost: plus(scaled(size, overload === 'list_sets_equivalent_list' ? 2 : 1), ONE) };
    }
    case 'list_slice': {
      const all = target ? sizeOf(target) : UNKNOWN;
      const length = literalInt(second, all.max) - literalInt(first, 0n);
      return made(exactly(BigInt.asUintN(64, length)));
    }
    case 'lists_range':
      return made(exactly(literalInt(first, UNKNOWN.max)));
    case 'list_reverse':
      return made(target ? sizeOf(target) : UNKNOWN);
    case 'list_flatten':
    case 'list_flatten_int':
      return made(target ? sizeOf(target) : UNKNOWN, first ? Number(literalInt(first, UNKNOWN.max)) : 1);
    case 'list_distinct': {
      const size = target ? sizeOf(target) : UNKNOWN;
      return made(times(size, size), 2);
    }
    default:
      return undefined;
  }
}

function literalInt(value: SizedValue | undefined, otherwise: bigint): bigint {
  const literal = value?.node?.kind === 'literal' ? value.node.value : undefined;
  if (typeof literal !== 'bigint') return otherwise;
  return literal < 0n ? 0n : literal;
}
