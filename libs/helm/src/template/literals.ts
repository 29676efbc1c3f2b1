import type { Failing } from './failing.js';
import { nodeText, type NumberNode, type OperandNode } from './nodes.js';
import { displayType } from './parameter-types.js';
import { goInt, GoInt, type GoValue } from './values.js';

/** A constant in a template. */
type LiteralNode = OperandNode & { type: 'bool' | 'string' | 'number' };

/** True for parameters that take a constant of any type. */
function isUntyped(type: string): boolean {
  return type === 'any' || type === 'value';
}

/** A constant as an argument of a declared type, or what is wrong with that. */
function literalAs(type: string, node: LiteralNode): { value: GoValue } | { complaint: string } {
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

/** A number that stands alone. */
export function numberValue(failing: Failing, node: NumberNode): GoValue {
  if (node.complex !== undefined) return node.complex;
  if (node.looksFloat && node.float !== undefined) return node.float;
  if (node.int !== undefined) return goInt(node.int);
  return failing.fail(`${node.literal} overflows int`);
}

/** A constant as an argument. */
export function literalValue(failing: Failing, type: string, node: LiteralNode): GoValue {
  if (isUntyped(type)) return node.type === 'number' ? numberValue(failing, node) : node.value;
  const literal = literalAs(type, node);
  return 'complaint' in literal ? failing.fail(literal.complaint) : literal.value;
}
