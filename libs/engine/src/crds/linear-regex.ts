import { RE2JS } from 're2js';

/** Compiled patterns remembered; schemas use few. */
const REMEMBERED = 1000;

const compiled = new Map<string, RE2JS | undefined>();

/** Compiles a pattern for an engine that takes linear time; undefined when it is not a pattern. */
export function linearRegex(pattern: string): RE2JS | undefined {
  if (compiled.has(pattern)) return compiled.get(pattern);
  let regex: RE2JS | undefined;
  try {
    regex = RE2JS.compile(pattern);
  } catch {
    regex = undefined;
  }
  if (compiled.size >= REMEMBERED) compiled.clear();
  compiled.set(pattern, regex);
  return regex;
}

/** Why a text is no pattern, in Go's words; undefined when it is one. */
export function regexProblem(pattern: string): string | undefined {
  if (linearRegex(pattern)) return undefined;
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : `error parsing regexp: \`${pattern}\``;
  }
}

/** True when the pattern is found anywhere in the text; a broken pattern is found nowhere. */
export function matchesPattern(pattern: string, text: string): boolean {
  return linearRegex(pattern)?.matcher(text).find() ?? false;
}
