import { RE2JS } from 're2js';
import type { Budget } from '../template/budget.js';
import { goQuote } from '../template/go-quote.js';
import { goStrings, type GoInt, type TypedSlice } from '../template/values.js';
import { define, type FunctionTable } from './signature.js';

/** Compiled patterns kept; charts use few, in loops. */
const MAX_CACHED = 500;
const cache = new Map<string, RE2JS>();

/** Compiles a pattern in RE2's syntax, which matches in linear time. Throws in Go's words. */
export function compilePattern(pattern: string): RE2JS {
  const known = cache.get(pattern);
  if (known) return known;
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern);
  } catch (error) {
    const reason =
      error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error);
    throw new PatternError(pattern, `error parsing regexp: ${reason}`);
  }
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(pattern, compiled);
  return compiled;
}

class PatternError extends Error {
  constructor(
    readonly pattern: string,
    message: string,
  ) {
    super(message);
  }
}

/** One match: where it is and its groups. */
interface Match {
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (string | undefined)[];
  readonly named: (name: string) => string | undefined;
}

/** Finding the next match costs about as much as so many functions. */
const STEPS_A_MATCH = 8;
/** So many characters, each tried in one place of a pattern, cost about as much as one function. */
const TRIES_A_STEP = 64;

/** Matching takes as long as the text is long, times the places in the pattern at which it can be. */
function claimText(pattern: RE2JS, text: string, budget: Budget): void {
  budget.steps(Math.floor((text.length * Math.max(pattern.programSize(), 8)) / TRIES_A_STEP));
}

/** All matches as Go finds them: an empty match right after a match does not count. */
function matches(pattern: RE2JS, text: string, budget: Budget, limit = -1): Match[] {
  claimText(pattern, text, budget);
  const found: Match[] = [];
  const matcher = pattern.matcher(text);
  let position = 0;
  let previousEnd = -1;
  while (position <= text.length && (limit < 0 || found.length < limit)) {
    if (!matcher.find(position)) break;
    budget.steps(STEPS_A_MATCH);
    const start = matcher.start();
    const end = matcher.end();
    const accepted = end > start || start !== previousEnd;
    if (accepted) {
      const groups = Array.from(
        { length: matcher.groupCount() + 1 },
        (_, index) => matcher.group(index) ?? undefined,
      );
      const names = pattern.namedGroups();
      found.push({
        start,
        end,
        groups,
        named: (name) => {
          const index = names[name];
          return index === undefined ? undefined : groups[index];
        },
      });
    }
    previousEnd = end;
    position = end;
    if (end === start) position = end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1);
  }
  return found;
}

/** Go's Expand: `$1`, `${1}`, `$name`, `${name}`, `$$`; the longest name counts. */
function expand(template: string, match: Match): string {
  return template.replace(
    /\$(?:(\$)|\{([A-Za-z0-9_]+)\}|([A-Za-z0-9_]+))/g,
    (_, dollar: string, braced: string, bare: string) => {
      if (dollar) return '$';
      const name = braced ?? bare;
      return (/^[0-9]+$/.test(name) ? match.groups[Number(name)] : match.named(name)) ?? '';
    },
  );
}

function replaceAll(
  pattern: string,
  text: string,
  replacement: (match: Match) => string,
  budget: Budget,
): string {
  let out = '';
  let at = 0;
  for (const match of matches(compilePattern(pattern), text, budget)) {
    out += text.slice(at, match.start) + replacement(match);
    at = match.end;
  }
  out += text.slice(at);
  budget.write(out.length);
  return out;
}

function split(pattern: string, text: string, limit: number, budget: Budget): TypedSlice<string> {
  if (limit === 0) return goStrings([]);
  if (pattern !== '' && text === '') return goStrings(['']);
  const parts: string[] = [];
  let begin = 0;
  let end = 0;
  for (const match of matches(compilePattern(pattern), text, budget, limit)) {
    if (limit > 0 && parts.length === limit - 1) break;
    end = match.start;
    if (match.end !== 0) parts.push(text.slice(begin, end));
    begin = match.end;
  }
  if (end !== text.length) parts.push(text.slice(begin));
  return goStrings(parts);
}

function findAll(pattern: string, text: string, limit: GoInt, budget: Budget): TypedSlice<string> {
  const found = matches(compilePattern(pattern), text, budget, Number(limit.value));
  return goStrings(found.map((match) => match.groups[0] ?? ''));
}

/** regexp.MustCompile panics with the pattern in front. */
function must<Args extends unknown[], Result>(action: (...args: Args) => Result): (...args: Args) => Result {
  return (...args) => {
    try {
      return action(...args);
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      const quoted = /[`\p{Cc}\ufeff]/u.test(error.pattern) ? goQuote(error.pattern) : `\`${error.pattern}\``;
      throw new Error(`regexp: Compile(${quoted}): ${error.message}`, { cause: error });
    }
  };
}

/** Sprig's regular expression functions, in RE2's syntax. */
export function regularExpressionFunctions(budget: Budget): FunctionTable {
  const test = (pattern: string, text: string): boolean => {
    const compiled = compilePattern(pattern);
    claimText(compiled, text, budget);
    return compiled.matcher(text).find();
  };
  const find = (pattern: string, text: string): string =>
    matches(compilePattern(pattern), text, budget, 1)[0]?.groups[0] ?? '';
  const replace = (pattern: string, text: string, replacement: string): string =>
    replaceAll(pattern, text, (match) => expand(replacement, match), budget);
  const literal = (pattern: string, text: string, replacement: string): string =>
    replaceAll(pattern, text, () => replacement, budget);
  const splitting = (pattern: string, text: string, limit: GoInt): TypedSlice<string> =>
    split(pattern, text, Number(limit.value), budget);
  const finding = (pattern: string, text: string, limit: GoInt): TypedSlice<string> =>
    findAll(pattern, text, limit, budget);
  return {
    regexMatch: define('string string', (pattern, text) => {
      try {
        return test(pattern, text);
      } catch (error) {
        if (!(error instanceof PatternError)) throw error;
        return false;
      }
    }),
    mustRegexMatch: define('string string', test),
    regexFind: define('string string', must(find)),
    mustRegexFind: define('string string', find),
    regexFindAll: define('string string int', must(finding)),
    mustRegexFindAll: define('string string int', finding),
    regexReplaceAll: define('string string string', must(replace)),
    mustRegexReplaceAll: define('string string string', replace),
    regexReplaceAllLiteral: define('string string string', must(literal)),
    mustRegexReplaceAllLiteral: define('string string string', literal),
    regexSplit: define('string string int', must(splitting)),
    mustRegexSplit: define('string string int', splitting),
    regexQuoteMeta: define('string', (text) => text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')),
  };
}
