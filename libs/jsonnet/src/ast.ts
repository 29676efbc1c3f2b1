import type { Source } from './source.js';

/** What every node knows: where it was written. */
interface Placed {
  readonly source: Source;
  readonly at: number;
}

/** `name = value`, or a parameter with its default. */
export interface Bind {
  readonly name: string;
  readonly value: Node;
}

/** A parameter; without default it must be given. */
export interface Parameter {
  readonly name: string;
  readonly fallback: Node | undefined;
}

/** `for name in list` or `if condition`. */
export type Clause =
  | { readonly kind: 'for'; readonly name: string; readonly list: Node }
  | { readonly kind: 'if'; readonly condition: Node };

/** How a field shows: as what it inherits from (`:`), never (`::`) or always (`:::`). */
export type Visibility = 'inherit' | 'hidden' | 'visible';

/** One field of an object as written. */
export interface FieldNode {
  readonly name: Node;
  readonly visibility: Visibility;
  /** `+:` adds to what is inherited. */
  readonly adds: boolean;
  readonly value: Node;
}

/** `assert condition : message`. */
export interface AssertNode extends Placed {
  readonly condition: Node;
  readonly message: Node | undefined;
}

/** Operators of two operands. `in` is membership of a field. */
export type BinaryOperator =
  | '*'
  | '/'
  | '%'
  | '+'
  | '-'
  | '<<'
  | '>>'
  | '<'
  | '>'
  | '<='
  | '>='
  | 'in'
  | '=='
  | '!='
  | '&'
  | '^'
  | '|'
  | '&&'
  | '||';

/** An object literal; `outermost` ones are what `$` means. */
export interface ObjectNode extends Placed {
  readonly kind: 'object';
  readonly locals: readonly Bind[];
  readonly asserts: readonly AssertNode[];
  readonly fields: readonly FieldNode[];
  outermost: boolean;
}

/** `{ [name]: value for … }`. */
export interface ObjectComprehensionNode extends Placed {
  readonly kind: 'object-comprehension';
  readonly locals: readonly Bind[];
  readonly field: FieldNode;
  readonly clauses: readonly Clause[];
  outermost: boolean;
}

/** A use of a name; where its value is gets known when names are resolved. */
export interface VariableNode extends Placed {
  readonly kind: 'variable';
  readonly name: string;
  hops: number;
  slot: number;
}

/** A call. */
export interface ApplyNode extends Placed {
  readonly kind: 'apply';
  readonly target: Node;
  readonly positional: readonly Node[];
  readonly named: readonly Bind[];
  readonly tailstrict: boolean;
}

/** A function literal. */
export interface FunctionNode extends Placed {
  readonly kind: 'function';
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: Node;
}

/** An expression. */
export type Node =
  | ObjectNode
  | ObjectComprehensionNode
  | VariableNode
  | ApplyNode
  | FunctionNode
  | (Placed &
      (
        | { readonly kind: 'literal'; readonly value: null | boolean | number | string }
        | { readonly kind: 'self' }
        | { readonly kind: 'super'; readonly index: Node }
        | { readonly kind: 'in-super'; readonly index: Node }
        | { readonly kind: 'array'; readonly items: readonly Node[] }
        | { readonly kind: 'array-comprehension'; readonly body: Node; readonly clauses: readonly Clause[] }
        | { readonly kind: 'index'; readonly target: Node; readonly index: Node }
        | { readonly kind: 'slice'; readonly target: Node; readonly bounds: readonly (Node | undefined)[] }
        | { readonly kind: 'local'; readonly binds: readonly Bind[]; readonly body: Node }
        | { readonly kind: 'if'; readonly condition: Node; readonly yes: Node; readonly no: Node }
        | {
            readonly kind: 'binary';
            readonly operator: BinaryOperator;
            readonly left: Node;
            readonly right: Node;
          }
        | { readonly kind: 'unary'; readonly operator: '-' | '+' | '!' | '~'; readonly operand: Node }
        | { readonly kind: 'error'; readonly message: Node }
        | { readonly kind: 'assert'; readonly check: AssertNode; readonly rest: Node }
        | { readonly kind: 'import'; readonly how: 'code' | 'text' | 'bytes'; readonly path: string }
      ));
