import type { CallEstimate, SizedValue } from './call-estimate.js';
import { PER_LETTER, PER_PATTERN_LETTER } from './factors.js';
import { either, exactly, plus, scaled, times, UNKNOWN, ZERO, type Range } from './range.js';

const ONE = exactly(1);
/** Comparisons of texts and bytes, and equality of anything. */
const COMPARED = /^(?:equals|not_equals|(?:less|greater)(?:_equals)?_(?:string|bytes))$/;

/** What calls of the functions and operators of the language itself cost (cel-go checker/cost.go); `costs` are those of the arguments. */
export function languageEstimate(
  overload: string,
  target: SizedValue | undefined,
  args: readonly SizedValue[],
  costs: readonly Range[],
): CallEstimate {
  const sum = plus(...costs);
  const own = (cost: Range, size?: Range): CallEstimate => ({
    cost: plus(cost, sum),
    ...(size && { size }),
  });
  const sizes = args.map(({ size }) => size ?? UNKNOWN);
  const [first = UNKNOWN, second = UNKNOWN, third = UNKNOWN] = sizes;
  const called = target?.size ?? UNKNOWN;
  switch (overload) {
    case 'string_format':
      return own(scaled(called, PER_LETTER));
    case 'string_to_bytes':
      return own(scaled(first, PER_LETTER), { min: first.min, max: (first.max * 4n) % 2n ** 64n });
    case 'bytes_to_string':
      return own(scaled(first, PER_LETTER), { min: first.min / 4n, max: first.max });
    case 'strings_quote':
      return own(scaled(first, PER_LETTER), {
        min: first.min + 2n,
        max: (first.max * 2n + 2n) % 2n ** 64n,
      });
    case 'starts_with_string':
    case 'ends_with_string':
      return own(scaled(first, PER_LETTER));
    case 'in_list':
      return own(scaled(second, 1));
    case 'matches_string':
      return own(times(scaled(plus(called, ONE), PER_LETTER), scaled(first, PER_PATTERN_LETTER)));
    case 'contains_string':
      return own(times(scaled(called, PER_LETTER), scaled(first, PER_LETTER)));
    case 'logical_or':
    case 'logical_and':
      return { cost: { min: costs[0]?.min ?? 0n, max: sum.max } };
    case 'conditional': {
      const [test = ZERO, yes = ZERO, no = ZERO] = costs;
      return { cost: plus(test, either(yes, no)), size: either(second, third) };
    }
    case 'add_string':
    case 'add_bytes':
    case 'add_list': {
      const size = plus(first, second);
      return own(overload === 'add_list' ? ONE : scaled(size, PER_LETTER), size);
    }
  }
  if (COMPARED.test(overload)) {
    const max = first.max < second.max ? first.max : second.max;
    return own(scaled({ min: max > 0n ? 1n : 0n, max }, PER_LETTER));
  }
  return own(ONE);
}
