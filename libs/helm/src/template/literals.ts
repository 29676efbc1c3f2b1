import { nodeText, type OperandNode } from './nodes.js';
import { displayType } from './parameter-types.js';
import { GoInt, type GoValue } from './values.js';

/** A constant in a template. */
export type LiteralNode = OperandNode & { type: 'bool' | 'string' | 'number' };

/** True for parameters that take a constant of any type. */
export function isUntyped(type: string): boolean {
  return type === 'any' || type === 'value';
}

/** A constant as an argument of a declared type, or what is wrong with that. */
export function literalAs(type: string, node: LiteralNode): { value: GoValue } | { complaint: string } {
  const expected = (what: string) => ({ complaint: `expected ${what}; found ${nodeText(node)}` });
  switch (type) {
    case 'bool':
      return node.type === 'bool' ? { value: node.value } : expected('bool');
    case 'string':
      return node.type === 'string' ? { value: node.value } : expected('string');
    case 'float64':
      return node.type === 'number' && node.float !== undefined ? { value: node.float } : expected('float');
    case 'int':
    case 'int64':
    case 'int32':
      return node.type === 'number' && node.int !== undefined
        ? { value: new GoInt(node.int, type) }
        : expected('integer');
    case 'uint32':
      return node.type === 'number' && node.uint !== undefined
        ? { value: new GoInt(node.uint, type) }
        : expected('unsigned integer');
    default:
      return { complaint: `can't handle ${nodeText(node)} for arg of type ${displayType(type)}` };
  }
}
