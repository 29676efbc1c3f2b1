import type { CelNode } from '../../cel/syntax.js';

/** True when an expression looks at `name.field`: read, optional (`name.?field`), or `has(name.field)`. */
export function readsField(node: CelNode, name: string, field: string): boolean {
  const pending: unknown[] = [node];
  while (pending.length > 0) {
    const one = pending.pop();
    if (typeof one !== 'object' || one === null) continue;
    const { kind, operand, args } = one as { kind?: unknown; operand?: unknown; args?: unknown };
    if (kind === 'select' && isName(operand, name) && (one as { field: unknown }).field === field)
      return true;
    if (kind === 'call' && Array.isArray(args) && isName(args[0], name) && isText(args[1], field))
      return true;
    if (kind !== 'literal') pending.push(...(Object.values(one) as unknown[]));
  }
  return false;
}

const isName = (node: unknown, name: string): boolean => holds(node, 'ident', 'name', name);

const isText = (node: unknown, text: string): boolean => holds(node, 'literal', 'value', text);

function holds(node: unknown, kind: string, key: string, value: string): boolean {
  const one = node as Readonly<Record<string, unknown>> | null | undefined;
  return one?.['kind'] === kind && one[key] === value;
}
