/** Where a node begins, as an index into the expression. */
interface Placed {
  readonly at: number;
}

/** How loops over lists and maps are written. */
export const LOOPS = [
  'all',
  'exists',
  'exists_one',
  'existsOne',
  'filter',
  'map',
  'transformList',
  'transformMap',
  'transformMapEntry',
] as const;

export type LoopKind = (typeof LOOPS)[number];

/** One node of an expression, macros already told apart. */
export type CelNode = Placed &
  (
    | { readonly kind: 'literal'; readonly value: unknown }
    | { readonly kind: 'ident'; readonly name: string }
    | {
        readonly kind: 'select';
        readonly operand: CelNode;
        readonly field: string;
        readonly form: 'plain' | 'optional' | 'test';
      }
    | {
        readonly kind: 'index';
        readonly operand: CelNode;
        readonly key: CelNode;
        readonly isOptional: boolean;
      }
    | { readonly kind: 'logic'; readonly op: '&&' | '||'; readonly left: CelNode; readonly right: CelNode }
    | { readonly kind: 'choice'; readonly test: CelNode; readonly yes: CelNode; readonly no: CelNode }
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
    | {
        readonly kind: 'message';
        readonly type: string;
        readonly fields: readonly {
          readonly name: string;
          readonly value: CelNode;
          readonly isOptional: boolean;
        }[];
      }
    | {
        readonly kind: 'loop';
        readonly loop: LoopKind;
        readonly range: CelNode;
        /** One name, or two: index and item of a list, key and value of a map. */
        readonly names: readonly string[];
        /** Only items that this is true of. */
        readonly condition: CelNode | undefined;
        readonly body: CelNode;
      }
    /** `cel.bind(name, value, body)`; `optMap` and `optFlatMap` bind what an optional holds. */
    | {
        readonly kind: 'bind';
        readonly form: 'plain' | 'optMap' | 'optFlatMap';
        readonly name: string;
        readonly value: CelNode;
        readonly body: CelNode;
      }
  );

export interface CelEntry {
  readonly key: CelNode;
  readonly value: CelNode;
  readonly isOptional: boolean;
}

/** `a.b.c` of a chain of plain names; undefined when it is anything else. */
export function pathOf(node: CelNode): string | undefined {
  if (node.kind === 'ident') return node.name;
  if (node.kind !== 'select' || node.form !== 'plain') return undefined;
  const head = pathOf(node.operand);
  return head === undefined ? undefined : `${head}.${node.field}`;
}

/** An expression that is no CEL. The message is drawn as cel-go draws it: place, problem, the line and a mark below it. */
export class CelSyntaxError extends Error {
  constructor(problem: string, source: string, at: number) {
    const before = source.slice(0, at).split('\n');
    const column = (before.at(-1) ?? '').length;
    const line = source.split('\n')[before.length - 1] ?? '';
    super(`ERROR: <input>:${before.length}:${column + 1}: ${problem}\n | ${line}\n | ${'.'.repeat(column)}^`);
    this.name = 'CelSyntaxError';
  }
}
