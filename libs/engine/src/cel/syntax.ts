/** Where a node begins, as an index into the expression. */
interface Placed {
  readonly at: number;
}

/** One node of an expression. Macros are written out: what loops, binds or maps over an optional is a `fold`. */
export type CelNode = Placed &
  (
    | { readonly kind: 'literal'; readonly value: unknown }
    | { readonly kind: 'ident'; readonly name: string }
    | {
        readonly kind: 'select';
        readonly operand: CelNode;
        readonly field: string;
        /** `has(a.b)`: only whether it is there. */
        readonly isTest: boolean;
      }
    /** Operators are calls, too: `_+_`, `_[_]`, `_?_:_`. */
    | {
        readonly kind: 'call';
        readonly name: string;
        readonly target: CelNode | undefined;
        readonly args: readonly CelNode[];
      }
    | {
        readonly kind: 'list';
        readonly items: readonly { readonly value: CelNode; readonly isOptional: boolean }[];
      }
    | { readonly kind: 'map'; readonly entries: readonly CelEntry[] }
    | { readonly kind: 'message'; readonly type: string; readonly fields: readonly CelFieldEntry[] }
    | CelFold
  );

/** `result` of what `step` makes out of `start`, once for each item of `range`, for as long as `condition` holds. */
export interface CelFold extends Placed {
  readonly kind: 'fold';
  readonly range: CelNode;
  /** One name for items and keys, or two: index and item of a list, key and value of a map. */
  readonly names: readonly string[];
  readonly accumulator: string;
  readonly start: CelNode;
  readonly condition: CelNode;
  readonly step: CelNode;
  readonly result: CelNode;
}

export interface CelEntry {
  readonly key: CelNode;
  readonly value: CelNode;
  readonly isOptional: boolean;
}

interface CelFieldEntry extends Placed {
  readonly name: string;
  readonly value: CelNode;
  readonly isOptional: boolean;
}

/** What loops put their result together in. */
export const ACCUMULATOR = '@result';

/** `a.b.c` of a chain of plain names; undefined when it is anything else. */
export function pathOf(node: CelNode): string | undefined {
  if (node.kind === 'ident') return node.name;
  if (node.kind !== 'select' || node.isTest) return undefined;
  const head = pathOf(node.operand);
  return head === undefined ? undefined : `${head}.${node.field}`;
}

/** The nodes right below one. */
export function childrenOf(node: CelNode): readonly CelNode[] {
  switch (node.kind) {
    case 'literal':
    case 'ident':
      return [];
    case 'select':
      return [node.operand];
    case 'call':
      return node.target ? [node.target, ...node.args] : node.args;
    case 'list':
      return node.items.map(({ value }) => value);
    case 'map':
      return node.entries.flatMap(({ key, value }) => [key, value]);
    case 'message':
      return node.fields.map(({ value }) => value);
    case 'fold':
      return [node.range, node.start, node.condition, node.step, node.result];
  }
}

/** True for `cel.bind` and its like: a fold over nothing that only names a value. */
export function isBinding({ range, condition, accumulator }: CelFold): boolean {
  const isNever = condition.kind === 'literal' && condition.value === false;
  return range.kind === 'list' && range.items.length === 0 && isNever && accumulator !== ACCUMULATOR;
}

/** Something wrong at one place of an expression. */
export interface CelIssue {
  readonly problem: string;
  readonly at: number;
}

/** Issues told at most. */
const MOST_ISSUES = 100;
/** Lines longer than this are not drawn. */
const LONGEST_LINE = 16_384;

/** An expression that is no CEL. The message is drawn as cel-go draws it: place, problem, the line and a mark below it. */
export class CelSyntaxError extends Error {
  constructor(issues: readonly CelIssue[], source: string) {
    const shown = issues
      .slice(0, MOST_ISSUES)
      .toSorted((a, b) => a.at - b.at)
      .map((issue) => drawn(issue, source));
    const rest = issues.length - shown.length;
    super([...shown, ...(rest > 0 ? [`${rest} more errors were truncated`] : [])].join('\n'));
    this.name = 'CelSyntaxError';
  }
}

function drawn({ problem, at }: CelIssue, source: string): string {
  const before = source.slice(0, at).split('\n');
  const letters = Array.from(before.at(-1) ?? '');
  const line = source.split('\n')[before.length - 1] ?? '';
  const head = `ERROR: <input>:${before.length}:${letters.length + 1}: ${problem}`;
  if (source === '' || line.length > LONGEST_LINE) return head;
  const dots = letters.map((letter) => (isWide(letter) ? '．' : '.')).join('');
  const [marked = ''] = Array.from(line.slice((before.at(-1) ?? '').length));
  return `${head}\n | ${line.replaceAll('\t', ' ')}\n | ${dots}${isWide(marked) ? '＾' : '^'}`;
}

const isWide = (letter: string): boolean => (letter.codePointAt(0) ?? 0) > 127;
