import type { JsonValue } from '@lotse/manifests';
import { compareValues } from './json-path-compare.js';
import { isComparison, PathError, type Slice, type Step } from './json-path-step.js';
import { take } from './take-json-path-step.js';

export type { Step } from './json-path-step.js';

/** Characters and steps a path may have; the longest public ones have a hundred and ten. */
const LONGEST_PATH = 4_096;
const MOST_STEPS = 256;
/** Filters in filters, unions in unions. */
const DEEPEST = 8;

/**
 * Reads a JSONPath as printer columns of CustomResourceDefinitions use it (client-go's util/jsonpath, without ranges and text
 * around paths). Undefined for what it does not understand either.
 */
export function parseJsonPath(text: string): readonly Step[] | undefined {
  if (text.length > LONGEST_PATH) return undefined;
  return new PathReader(text.replace(/^\{(.*)\}$/s, '$1'), 0).read();
}

/** Every value a path leads to; none where it can't be followed. */
export function valuesAt(root: JsonValue, steps: readonly Step[]): JsonValue[] {
  try {
    return follow([root], steps);
  } catch (error) {
    if (error instanceof PathError) return [];
    throw error;
  }
}

function follow(values: readonly JsonValue[], steps: readonly Step[]): JsonValue[] {
  let found = [...values];
  for (const step of steps) {
    if (step.kind === 'union') found = step.paths.flatMap((path) => follow(found, path));
    else if (step.kind === 'exists' || step.kind === 'compare')
      found = found.flatMap((value) => filtered(value, step));
    else found = take(found, step);
  }
  return found;
}

function filtered(value: JsonValue, step: Extract<Step, { kind: 'exists' | 'compare' }>): JsonValue[] {
  if (!Array.isArray(value)) throw new PathError('only lists can be filtered');
  return value.filter((item) => {
    if (step.kind === 'exists') {
      try {
        return follow([item], step.path).length > 0;
      } catch (error) {
        if (error instanceof PathError) return true;
        throw error;
      }
    }
    const [left, right] = [follow([item], step.left), follow([item], step.right)];
    if (left.length > 1 || right.length > 1) throw new PathError('only one value can be compared');
    const [one, other] = [left[0], right[0]];
    return one !== undefined && other !== undefined && compareValues(one, step.operator, other);
  });
}

class PathReader {
  readonly #text: string;
  readonly #depth: number;
  #at = 0;

  constructor(text: string, depth: number) {
    this.#text = text;
    this.#depth = depth;
  }

  read(): Step[] | undefined {
    const steps: Step[] = [];
    while (this.#at < this.#text.length) {
      const rest = this.#text.slice(this.#at);
      if (/^[ @$]/.test(rest)) {
        this.#at++;
        continue;
      }
      if (steps.length >= MOST_STEPS) return undefined;
      const step = this.#step(rest, steps.at(-1));
      if (!step) return undefined;
      steps.push(...step);
    }
    return steps;
  }

  #step(rest: string, last: Step | undefined): readonly Step[] | undefined {
    if (rest.startsWith('[?(')) return this.#filter();
    if (rest.startsWith('..')) {
      if (last?.kind === 'below') return undefined;
      this.#at += 2;
      const below: Step = { kind: 'below' };
      return /^\.\.[\p{L}\p{N}_]/u.test(rest) ? [below, this.#field()] : [below];
    }
    const [first = ''] = rest;
    if (first === '[') return this.#brackets(rest);
    if (first === '.') {
      this.#at++;
      return [this.#field()];
    }
    if (first === '"' || first === "'") return this.#quoted(rest, first);
    const number = /^[+-]?[\d.]+/.exec(rest)?.[0];
    if (number !== undefined && /^[+-]?\d/.test(number)) {
      this.#at += number.length;
      return Number.isFinite(Number(number)) ? [{ kind: 'value', value: Number(number) }] : undefined;
    }
    const word = /^(?:true|false)(?=[\s.,[\]$@{}]|$)/.exec(rest)?.[0];
    if (word === undefined) return undefined;
    this.#at += word.length;
    return [{ kind: 'value', value: word === 'true' }];
  }

  #field(): Step {
    const [name = ''] = /^(?:\\.|[^\s.,[\]$@{}\\])*/s.exec(this.#text.slice(this.#at)) ?? [];
    this.#at += name.length;
    return name === '*' ? { kind: 'all' } : { kind: 'field', name: name.replaceAll('\\', '') };
  }

  #quoted(rest: string, quote: string): readonly Step[] | undefined {
    const pattern = quote === '"' ? /^"((?:\\.|[^"\\\n])*)"/s : /^'((?:\\.|[^'\\\n])*)'/s;
    const [whole, inside] = pattern.exec(rest) ?? [];
    if (whole === undefined || inside === undefined) return undefined;
    this.#at += whole.length;
    return [{ kind: 'value', value: inside.replaceAll(/\\(.)/gs, '$1') }];
  }

  #brackets(rest: string): readonly Step[] | undefined {
    const end = rest.indexOf(']');
    if (end < 0) return undefined;
    this.#at += end + 1;
    const inside = rest.slice(1, end);
    if (inside === '*') return [{ kind: 'all' }];
    const parts = inside.split(',');
    if (parts.length > 1) {
      const paths = parts.map((part) => this.#inner(`[${part.trim()}]`));
      return paths.every((path) => path !== undefined) ? [{ kind: 'union', paths }] : undefined;
    }
    const key = /^'([^']*)'$/.exec(inside)?.[1];
    if (key !== undefined) return this.#inner(`.${key}`);
    const slice = sliceOf(inside);
    return slice && [{ kind: 'slice', slice }];
  }

  #filter(): readonly Step[] | undefined {
    this.#at += 3;
    const [whole, inside] =
      /^((?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^)"'\n])*)\)\]/s.exec(this.#text.slice(this.#at)) ?? [];
    if (whole === undefined || inside === undefined) return undefined;
    this.#at += whole.length;
    const [, leftText = '', operator = '', rightText = ''] = /^([^!<>=]+)([!<>=]+)(.+)$/s.exec(inside) ?? [];
    if (operator === '') {
      const path = this.#inner(inside);
      return path && [{ kind: 'exists', path }];
    }
    const [left, right] = [this.#inner(leftText), this.#inner(rightText)];
    if (!left || !right || !isComparison(operator)) return undefined;
    return [{ kind: 'compare', left, operator, right }];
  }

  #inner(text: string): Step[] | undefined {
    return this.#depth >= DEEPEST ? undefined : new PathReader(text, this.#depth + 1).read();
  }
}

function sliceOf(text: string): Slice | undefined {
  const match = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text);
  if (!match) return undefined;
  const [, from = '', to, step] = match;
  const read = (part: string): number | undefined => (part === '' ? undefined : Number(part));
  if ([from, to?.slice(1), step?.slice(1)].includes('-')) return undefined;
  const isIndex = to === undefined;
  return {
    from: read(from),
    to: isIndex ? (read(from) ?? 0) + 1 : read(to.slice(1)),
    step: read(step?.slice(1) ?? ''),
    isIndex,
  };
}
