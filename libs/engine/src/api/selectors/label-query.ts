import { badRequest } from '../api-error.js';

/** One condition on labels. */
interface Requirement {
  readonly key: string;
  readonly operator: '=' | '!=' | 'in' | 'notin' | 'exists' | '!' | '>' | '<';
  readonly values: ReadonlySet<string>;
}

/** Labels of an object. */
export type Labels = Readonly<Record<string, string>> | undefined;

const KEY = /^(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/** Longest selector that is read: a URL is not longer in practice. */
const LONGEST_SELECTOR = 65_536;

/**
 * A test for the `labelSelector` of a request: `a=b,c!=d,e in (f,g),h notin (i),j,!k` (apimachinery labels.Parse).
 * Undefined when the selector is empty and matches everything. Throws BadRequest when it can't be read.
 */
export function parseLabelQuery(text: string | null): ((labels: Labels) => boolean) | undefined {
  if (!text) return undefined;
  const refuse = (why: string): never => {
    throw badRequest(`unable to parse requirement: ${why}`);
  };
  if (text.length > LONGEST_SELECTOR) refuse('the selector is too long');
  const requirements = split(text).map((part) => readRequirement(part, refuse));
  if (requirements.length === 0) return undefined;
  return (labels) => requirements.every((requirement) => holds(requirement, labels));
}

/** Parts between commas outside parentheses. */
function split(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text[index];
    if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.map((part) => part.trim());
}

function readRequirement(part: string, refuse: (why: string) => never): Requirement {
  const key = (found: string): string =>
    KEY.test(found)
      ? found
      : refuse(
          `<nil>: Invalid value: "${found}": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
        );
  const value = (found: string): string =>
    VALUE.test(found)
      ? found
      : refuse(
          `values[0][${part.split(/[=!<> ]/)[0]}]: Invalid value: "${found}": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
        );

  const set = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(part);
  if (set) {
    const values = (set[3] ?? '').split(',').map((item) => value(item.trim()));
    return { key: key(set[1] ?? ''), operator: set[2] === 'in' ? 'in' : 'notin', values: new Set(values) };
  }
  const compare = /^([^=!<>\s]+)\s*(==|=|!=|>|<)\s*(\S*)$/.exec(part);
  if (compare) {
    const operator = compare[2] === '==' ? '=' : (compare[2] as '=' | '!=' | '>' | '<');
    const given = value(compare[3] ?? '');
    if ((operator === '>' || operator === '<') && !/^-?\d+$/.test(given))
      refuse(
        `values[0][${compare[1]}]: Invalid value: "${given}": for 'Gt', 'Lt' operators, the value must be an integer`,
      );
    return { key: key(compare[1] ?? ''), operator, values: new Set([given]) };
  }
  if (part.startsWith('!')) return { key: key(part.slice(1).trim()), operator: '!', values: new Set() };
  if (/[\s(),=<>]/.test(part) || part === '') refuse(`found '${part}', expected: identifier`);
  return { key: key(part), operator: 'exists', values: new Set() };
}

function holds({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case '=':
    case 'in':
      return value !== undefined && values.has(value);
    case '!=':
    case 'notin':
      return value === undefined || !values.has(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case '>':
    case '<': {
      if (value === undefined || !/^-?\d+$/.test(value)) return false;
      const [bound] = values;
      return operator === '>' ? Number(value) > Number(bound) : Number(value) < Number(bound);
    }
    default:
      return operator satisfies never;
  }
}
