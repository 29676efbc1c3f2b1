import { Environment, parse, serialize } from '@marcbachmann/cel-js';

const parser = new Environment({ enableOptionalTypes: true, unlistedVariablesAreDyn: true });
/** Libraries of Kubernetes whose functions are called by a qualified name: `sets.contains(a, b)`. */
const LIBRARIES = new Set(['sets', 'math']);

const LOOPS = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);

/** A node as it is changed here. */
interface OpenNode {
  op: string;
  args: unknown;
}

/**
 * Rewrites what the interpreter lacks or does in a way that can take for ever: `matches` becomes a call of our own that
 * takes linear time, `has(list[0].field)` a look-up, and qualified calls plain ones. Throws where the expression is no CEL.
 * `loops` is how deep its loops are nested.
 */
export function rewriteCel(expression: string): { source: string; loops: number } {
  const tree = parser.parse(expression).ast;
  const loops = nestedLoops(tree);
  return { source: rewrite(tree as OpenNode) ? serialize(tree) : expression, loops };
}

/** How many loops over collections stand inside each other. */
function nestedLoops(value: unknown): number {
  if (Array.isArray(value)) return Math.max(0, ...value.map(nestedLoops));
  if (!isNode(value)) return 0;
  const loops = value.op === 'rcall' && Array.isArray(value.args) && LOOPS.has(String(value.args[0])) ? 1 : 0;
  return loops + nestedLoops(value.args);
}

function rewrite(value: unknown): boolean {
  if (Array.isArray(value)) {
    let changed = false;
    for (const one of value as unknown[]) changed = rewrite(one) || changed;
    return changed;
  }
  if (!isNode(value)) return false;
  // First what is inside: what it becomes is kept as it is.
  const inner = rewrite(value.args);
  return rewriteNode(value) || inner;
}

function rewriteNode(node: OpenNode): boolean {
  const { op, args } = node;
  if (!Array.isArray(args)) return false;
  const [name, first, rest] = args as unknown[];
  if (op === 'rcall' && name === 'matches') {
    args[0] = 'matchesLinear';
    return true;
  }
  if (
    op === 'rcall' &&
    isNode(first) &&
    first.op === 'id' &&
    LIBRARIES.has(String(first.args)) &&
    Array.isArray(rest)
  ) {
    const library = String(first.args);
    const called = String(name);
    node.op = 'call';
    node.args = [`${library}${called.charAt(0).toUpperCase()}${called.slice(1)}`, rest];
    return true;
  }
  const [field] = op === 'call' && name === 'has' && Array.isArray(first) ? (first as unknown[]) : [];
  if (!isNode(field) || field.op !== '.' || !Array.isArray(field.args) || isPlainPath(field)) return false;
  const [object, key] = field.args as unknown[];
  const literal = parse(JSON.stringify(key)).ast;
  node.args = ['hasField', [object, literal]];
  return true;
}

/** `a.b.c`: what the interpreter's own `has` takes. */
function isPlainPath(node: unknown): boolean {
  if (!isNode(node)) return false;
  if (node.op === 'id') return true;
  return node.op === '.' && Array.isArray(node.args) && isPlainPath(node.args[0]);
}

function isNode(value: unknown): value is OpenNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
