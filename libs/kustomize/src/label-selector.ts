import { kustomizeError } from './kustomize-error.js';

type Labels = ReadonlyMap<string, string>;
type Test = (labels: Labels) => boolean;

/**
 * Reads a selector as kubectl does: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, `a>1`, `a<1`, joined by
 * commas. An empty selector accepts everything.
 */
export function parseLabelSelector(text: string): Test {
  if (text.trim() === '') return () => true;
  const tests = splitRequirements(text).map((part) => requirement(part.trim(), text));
  return (labels) => tests.every((test) => test(labels));
}

/** Splits at commas outside of parentheses. */
function splitRequirements(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const char of text) {
    if (char === '(') depth++;
    if (char === ')') depth--;
    if (char === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else part += char;
  }
  parts.push(part);
  return parts;
}

function requirement(part: string, selector: string): Test {
  const set = /^([^\s!=<>(),]+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(part);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = new Set(list.split(',').map((value) => value.trim()));
    return operator === 'in'
      ? (labels) => labels.has(key) && values.has(labels.get(key) ?? '')
      : (labels) => !labels.has(key) || !values.has(labels.get(key) ?? '');
  }
  const comparison = /^([^\s!=<>(),]+)\s*(==|=|!=|>|<)\s*([^\s!=<>(),]*)$/.exec(part);
  if (comparison) {
    const [, key = '', operator = '', wanted = ''] = comparison;
    return (labels) => compare(labels.get(key), operator, wanted);
  }
  const existence = /^(!?)\s*([^\s!=<>(),]+)$/.exec(part);
  if (existence) {
    const [, not, key = ''] = existence;
    return (labels) => labels.has(key) === (not === '');
  }
  throw kustomizeError('selector', `unable to parse requirement '${part}' of the selector '${selector}'`);
}

function compare(value: string | undefined, operator: string, wanted: string): boolean {
  switch (operator) {
    case '!=':
      return value !== wanted;
    case '>':
      return value !== undefined && Number(value) > Number(wanted);
    case '<':
      return value !== undefined && Number(value) < Number(wanted);
    default:
      return value === wanted;
  }
}
