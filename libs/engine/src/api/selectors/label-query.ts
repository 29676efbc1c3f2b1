import { invalidValue } from '../../registry/field-errors.js';
import { labelValueProblems, qualifiedNameProblems } from '../../registry/names.js';
import { badRequest } from '../api-error.js';

/** One condition on labels. */
interface Requirement {
  readonly key: string;
  readonly operator: '=' | '!=' | 'in' | 'notin' | 'exists' | '!' | '>' | '<';
  readonly values: ReadonlySet<string>;
}

/** Labels of an object. */
export type Labels = Readonly<Record<string, string>> | undefined;

/** Longest selector that is read: a URL is not longer in practice. */
const LONGEST_SELECTOR = 65_536;

/** Where a word is known, it is the operator `in` or `notin`; elsewhere it is a name like others. */
const BINARY = new Map<string, Requirement['operator']>([
  ['in', 'in'],
  ['notin', 'notin'],
  ['=', '='],
  ['==', '='],
  ['!=', '!='],
  ['>', '>'],
  ['<', '<'],
]);
const SYMBOL = /[=!(),<>]/;
const INTEGER = /^-?\d+$/;

/**
 * A test for the `labelSelector` of a request: `a=b,c!=d,e in (f,g),h notin (i),j,!k` (apimachinery labels.Parse).
 * Undefined when the selector is empty and matches everything. Throws BadRequest when it can't be read.
 */
export function parseLabelQuery(text: string | null): ((labels: Labels) => boolean) | undefined {
  if (!text) return undefined;
  if (text.length > LONGEST_SELECTOR)
    throw badRequest('unable to parse requirement: the selector is too long');
  const requirements = new Parser(text).parse();
  if (requirements.length === 0) return undefined;
  return (labels) => requirements.every((requirement) => holds(requirement, labels));
}

/** The tokens of a selector: names and values, and the symbols between them. The end is an empty token. */
function tokensOf(text: string): string[] {
  const tokens = text.match(/==|!=|[=!(),<>]|[^=!(),<>\s]+/g) ?? [];
  return [...tokens, ''];
}

class Parser {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }

  parse(): Requirement[] {
    const requirements: Requirement[] = [];
    for (;;) {
      const token = this.#peek();
      if (token === '') return requirements;
      if (!isName(token) && token !== '!')
        throw badRequest(`found '${token}', expected: !, identifier, or 'end of string'`);
      requirements.push(this.#requirement());
      const next = this.#take();
      if (next === '') return requirements;
      if (next !== ',') throw badRequest(`found '${next}', expected: ',' or 'end of string'`);
      const after = this.#peek();
      if (!isName(after) && after !== '!')
        throw badRequest(`found '${after}', expected: identifier after ','`);
    }
  }

  #requirement(): Requirement {
    const isNegated = this.#peek() === '!';
    if (isNegated) this.#take();
    const key = this.#take();
    if (!isName(key)) refuse(`found '${key}', expected: identifier`);
    checkKey(key);
    const next = this.#peek();
    if (isNegated || next === '' || next === ',')
      return { key, operator: isNegated ? '!' : 'exists', values: new Set() };
    const operator = BINARY.get(this.#take());
    if (!operator) refuse(`found '${next}', expected: in, notin, =, ==, !=, gt, lt`);
    const values = operator === 'in' || operator === 'notin' ? this.#values() : [this.#value()];
    if (operator === '>' || operator === '<') checkInteger(values[0] ?? '');
    for (const [index, value] of values.entries()) checkValue(key, value, index);
    return { key, operator, values: new Set(values) };
  }

  /** What follows a comparison; nothing is the empty value. */
  #value(): string {
    const token = this.#peek();
    if (token === '' || token === ',') return '';
    if (!isName(token)) refuse(`found '${token}', expected: identifier`);
    return this.#take();
  }

  /** Values in parentheses, in their order. */
  #values(): string[] {
    const open = this.#take();
    if (open !== '(') refuse(`found '${open}' expected: '('`);
    const values = new Set<string>();
    for (;;) {
      const token = this.#take();
      if (token === ')') {
        values.add('');
        break;
      }
      if (token === ',') {
        values.add('');
        continue;
      }
      if (!isName(token)) refuse(`found '${token}', expected: ',', ')' or identifier`);
      values.add(token);
      const next = this.#take();
      if (next === ')') break;
      if (next !== ',') refuse(`found '${next}', expected: ',' or ')'`);
    }
    return [...values].toSorted();
  }

  #peek(): string {
    return this.#tokens[this.#at] ?? '';
  }

  #take(): string {
    const token = this.#peek();
    this.#at++;
    return token;
  }
}

const isName = (token: string): boolean => token !== '' && !SYMBOL.test(token);

function refuse(why: string): never {
  throw badRequest(`unable to parse requirement: ${why}`);
}

function checkKey(key: string): void {
  const problems = qualifiedNameProblems(key);
  if (problems.length > 0) refuseValue('<nil>', key, problems.join('; '));
}

function checkInteger(value: string): void {
  if (!INTEGER.test(value))
    refuseValue('values[0]', value, "for 'Gt', 'Lt' operators, the value must be an integer");
}

function checkValue(key: string, value: string, index: number): void {
  const problems = labelValueProblems(value);
  if (problems.length > 0) refuseValue(`values[${index}][${key}]`, value, problems.join('; '));
}

function refuseValue(field: string, value: string, problem: string): never {
  return refuse(`${field}: ${invalidValue(field, value, problem).message}`);
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
      if (value === undefined || !INTEGER.test(value)) return false;
      const [bound] = values;
      return operator === '>' ? Number(value) > Number(bound) : Number(value) < Number(bound);
    }
    default:
      return operator satisfies never;
  }
}
