import type { GoValue } from '../template/values.js';

/** Keys of a map that are named to a person who missed one. */
const MOST_KEYS = 12;
const PATH = /^\$?\.Values((?:\.[A-Za-z_]\w*)*)$/;

type Failure = Error & { readonly inner?: Failure | undefined };

const FAILED_AT = /: executing "(?:[^"\\]|\\.)*" at <([\s\S]*?)>: ([\s\S]*)$/;

/**
 * What the values hold where a template failed on them, and what was expected: the sentence below Helm's own words. Names
 * of keys and kinds of values only, never a value: it may be a secret.
 * @param values of the chart whose template it is.
 * @returns nothing when the failure is about something else.
 */
export function explainValues(error: Failure, values: GoValue): string | undefined {
  const [, expression = '', message = ''] = innermostFailure(error) ?? [];
  return explained(expression, message, values);
}

/** From the inside out: every error repeats what is inside it, and a recursion has thousands of them. */
function innermostFailure(error: Failure): RegExpExecArray | undefined {
  const chain: Failure[] = [];
  for (let each: Failure | undefined = error; each; each = each.inner) chain.push(each);
  for (let each = chain.pop(); each; each = chain.pop()) {
    const found = FAILED_AT.exec(each.message);
    if (found) return found;
  }
  return undefined;
}

function explained(expression: string, message: string, values: GoValue): string | undefined {
  const path = PATH.exec(expression)?.[1]?.split('.').slice(1);
  if (!path) return undefined;
  const missed = /nil pointer evaluating .*\.(\w+)$/.exec(message)?.[1];
  if (missed !== undefined) return missingPart(path, missed, values);
  const field = /^can't evaluate field (\w+) in type /.exec(message)?.[1];
  if (field !== undefined) return noMap(path, field, values);
  const expected = message.startsWith("range can't iterate over ")
    ? 'a list or a map'
    : /(?:wrong type for|invalid) value; expected (\S+)/.exec(message)?.[1];
  if (expected === undefined) return undefined;
  const found = valueAt(path, values);
  return `${nameOf(path)} is ${kindOf(found)}, expected ${expected}`;
}

function missingPart(path: readonly string[], missed: string, values: GoValue): string | undefined {
  for (let length = 1; length < path.length; length++) {
    const found = valueAt(path.slice(0, length), values);
    if (found !== undefined && found !== null) continue;
    if (path[length] !== missed) return undefined;
    const holder = path.slice(0, length - 1);
    const what = found === null ? 'is null' : 'is not set';
    return `${nameOf(path.slice(0, length))} ${what}, expected a map with ${missed}; ${keysAt(holder, values)}`;
  }
  return undefined;
}

function noMap(path: readonly string[], field: string, values: GoValue): string | undefined {
  const at = path.indexOf(field);
  const holder = path.slice(0, at);
  const found = valueAt(holder, values);
  if (at < 1 || found === undefined || found instanceof Map) return undefined;
  return `${nameOf(holder)} is ${kindOf(found)}, expected a map with ${field}`;
}

function keysAt(path: readonly string[], values: GoValue): string {
  const holder = valueAt(path, values);
  const keys = holder instanceof Map ? [...holder.keys()].map(String).sort() : [];
  if (keys.length === 0) return `${nameOf(path)} is empty`;
  const more = keys.length > MOST_KEYS ? `, and ${keys.length - MOST_KEYS} more` : '';
  return `${nameOf(path)} has ${keys.slice(0, MOST_KEYS).join(', ')}${more}`;
}

function valueAt(path: readonly string[], values: GoValue): GoValue {
  let found: GoValue = values;
  for (const key of path) {
    if (!(found instanceof Map)) return undefined;
    found = found.get(key) as GoValue;
  }
  return found;
}

function nameOf(path: readonly string[]): string {
  return ['.Values', ...path].join('.');
}

function kindOf(value: GoValue): string {
  if (value === undefined) return 'not set';
  if (value === null) return 'null';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'true or false';
  if (Array.isArray(value)) return 'a list';
  return value instanceof Map ? 'a map' : 'a number';
}
