import type { TemplateSource } from './source.js';

/** Where a node stands: the UTF-16 offset from the `{{` of its action, so that equal actions can share their nodes. */
interface Placed {
  readonly position: number;
}

/** Where the `{{` of a statement's action is: a UTF-16 offset in the template's text. */
interface Statement extends Placed {
  readonly start: number;
}

export interface TextNode {
  readonly type: 'text';
  readonly text: string;
}
export interface ActionNode extends Statement {
  readonly type: 'action';
  readonly pipe: PipeNode;
  /** The text of an action that is nothing but a text, as a `{{` to be printed is written. */
  readonly constant: string | undefined;
}
/** `if` and `with` differ only in what dot is inside. */
export interface BranchNode extends Statement {
  readonly type: 'if' | 'with' | 'range';
  readonly pipe: PipeNode;
  readonly list: ListNode;
  readonly elseList: ListNode | undefined;
}
export interface TemplateNode extends Statement {
  readonly type: 'template';
  readonly name: string;
  readonly pipe: PipeNode | undefined;
}
export interface JumpNode {
  readonly type: 'break' | 'continue';
}
export interface ListNode {
  readonly type: 'list';
  readonly nodes: readonly StatementNode[];
}
/** What stands between delimiters or outside them. */
export type StatementNode = TextNode | ActionNode | BranchNode | TemplateNode | JumpNode;

export interface PipeNode extends Placed {
  readonly type: 'pipe';
  readonly declared: readonly VariableNode[];
  readonly isAssignment: boolean;
  readonly commands: readonly CommandNode[];
  /** The only command of a pipeline that declares nothing: most are so, and large charts have many. */
  readonly single: CommandNode | undefined;
}
export interface CommandNode extends Placed {
  readonly type: 'command';
  readonly first: OperandNode;
  /** All of them, the first too. */
  readonly operands: readonly OperandNode[];
}
export interface IdentifierNode extends Placed {
  readonly type: 'identifier';
  readonly name: string;
}
export interface VariableNode extends Placed {
  readonly type: 'variable';
  /** Name with its dollar sign, then fields. */
  readonly path: readonly string[];
}
export interface FieldNode extends Placed {
  readonly type: 'field';
  readonly path: readonly string[];
}
export interface ChainNode extends Placed {
  readonly type: 'chain';
  readonly operand: OperandNode;
  readonly path: readonly string[];
}
export interface DotNode extends Placed {
  readonly type: 'dot';
}
export interface NilNode extends Placed {
  readonly type: 'nil';
}
export interface BoolNode extends Placed {
  readonly type: 'bool';
  readonly value: boolean;
}
export interface StringNode extends Placed {
  readonly type: 'string';
  readonly literal: string;
  readonly value: string;
}
export interface NumberNode extends Placed {
  readonly type: 'number';
  readonly literal: string;
  /** Value when it can be a signed 64-bit integer. */
  readonly int: bigint | undefined;
  readonly uint: bigint | undefined;
  readonly float: number | undefined;
  /** Complex constants parse and print; no function takes one. */
  readonly complex: string | undefined;
  /** Written as a float, so an untyped use is float64. */
  readonly looksFloat: boolean;
}
/** A space-separated part of a command. */
export type OperandNode =
  | IdentifierNode
  | VariableNode
  | FieldNode
  | ChainNode
  | DotNode
  | NilNode
  | BoolNode
  | StringNode
  | NumberNode
  | PipeNode;
export type AnyNode = StatementNode | ListNode | CommandNode | OperandNode;
/** What an error can be about. */
export type PlacedNode = ActionNode | BranchNode | TemplateNode | CommandNode | OperandNode;

/** A named template, and the text it is in. */
export interface TemplateBody {
  readonly name: string;
  readonly source: TemplateSource;
  readonly root: ListNode;
}

/** The node's source form, as error messages quote it. */
export function nodeText(node: AnyNode): string {
  switch (node.type) {
    case 'text':
      return node.text;
    case 'action':
      return `{{${nodeText(node.pipe)}}}`;
    case 'if':
    case 'with':
    case 'range': {
      const otherwise = node.elseList ? `{{else}}${nodeText(node.elseList)}` : '';
      return `{{${node.type} ${nodeText(node.pipe)}}}${nodeText(node.list)}${otherwise}{{end}}`;
    }
    case 'template':
      return `{{template ${JSON.stringify(node.name)}${node.pipe ? ` ${nodeText(node.pipe)}` : ''}}}`;
    case 'break':
    case 'continue':
      return `{{${node.type}}}`;
    case 'list':
      return node.nodes.map(nodeText).join('');
    case 'pipe': {
      const names = node.declared.map(nodeText).join(', ');
      const declaration = names === '' ? '' : `${names} ${node.isAssignment ? '=' : ':='} `;
      return declaration + node.commands.map(nodeText).join(' | ');
    }
    case 'command':
      return node.operands
        .map((operand) => (operand.type === 'pipe' ? `(${nodeText(operand)})` : nodeText(operand)))
        .join(' ');
    case 'identifier':
      return node.name;
    case 'variable':
      return node.path.join('.');
    case 'field':
      return `.${node.path.join('.')}`;
    case 'chain': {
      const operand = nodeText(node.operand);
      return `${node.operand.type === 'pipe' ? `(${operand})` : operand}.${node.path.join('.')}`;
    }
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'bool':
      return String(node.value);
    case 'string':
    case 'number':
      return node.literal;
  }
}

/** True for a body of nothing but space and comments, which never replaces another definition. */
export function isEmptyBody(list: ListNode): boolean {
  return list.nodes.every((node) => node.type === 'text' && node.text.trim() === '');
}
