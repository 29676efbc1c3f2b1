import type { AssertNode, Bind, Clause, FieldNode, Node, Parameter, Visibility } from './ast.js';
import { jsonnetError, type Source } from './source.js';
import type { TokenReader } from './token-reader.js';

const VISIBILITY = new Map<string, Visibility>([
  [':', 'inherit'],
  ['::', 'hidden'],
  [':::', 'visible'],
]);

interface Place {
  readonly source: Source;
  readonly at: number;
}

/** Reads what an object is made of. */
export interface PartReader {
  readonly tokens: TokenReader;
  /** Where the next word stands. */
  place(): Place;
  expression(): Node;
  bind(): Bind;
  parameters(): Parameter[];
  clauses(): Clause[];
}

/** Reads an object or object comprehension, from its brace on. */
export function parseObject(parser: PartReader): Node {
  const { tokens } = parser;
  const place = parser.place();
  tokens.expect('{');
  const locals: Bind[] = [];
  const asserts: AssertNode[] = [];
  const fields: FieldNode[] = [];
  const known = new Set<string>();
  let comma = true;
  while (!tokens.is('}')) {
    if (tokens.is('for')) return comprehension(parser, place, { locals, asserts, fields });
    if (!comma) tokens.fail('expected , or }');
    if (tokens.skip('local')) {
      const bind = parser.bind();
      if (locals.some(({ name }) => name === bind.name)) tokens.fail(`local ${bind.name} is defined twice`);
      locals.push(bind);
    } else if (tokens.is('assert')) {
      const at = parser.place();
      tokens.take();
      const condition = parser.expression();
      asserts.push({ condition, message: tokens.skip(':') ? parser.expression() : undefined, ...at });
    } else {
      const at = tokens.peek().at;
      const field = parseField(parser);
      if (field.name.kind === 'literal' && typeof field.name.value === 'string') {
        if (known.has(field.name.value))
          throw jsonnetError('syntax', `the field ${field.name.value} is there twice`, tokens.source, at);
        known.add(field.name.value);
      }
      fields.push(field);
    }
    comma = tokens.skip(',');
  }
  tokens.expect('}');
  return { kind: 'object', locals, asserts, fields, outermost: false, ...place };
}

function parseField(parser: PartReader): FieldNode {
  const { tokens } = parser;
  const name = parseFieldName(parser);
  const parameters = tokens.is('(') ? parser.parameters() : undefined;
  const place = parser.place();
  const token = tokens.peek();
  const adds = token.kind === 'symbol' && token.text.startsWith('+');
  const visibility =
    token.kind === 'symbol' ? VISIBILITY.get(adds ? token.text.slice(1) : token.text) : undefined;
  if (!visibility || (adds && parameters)) return tokens.fail('expected : after the name of a field');
  tokens.take();
  const body = parser.expression();
  const value: Node = parameters
    ? { kind: 'function', name: nameOf(name), parameters, body, ...place }
    : body;
  return { name, visibility, adds, value };
}

function nameOf(node: Node): string {
  return node.kind === 'literal' && typeof node.value === 'string' ? node.value : 'anonymous';
}

function parseFieldName(parser: PartReader): Node {
  const { tokens } = parser;
  const place = parser.place();
  const token = tokens.peek();
  if (token.kind === 'identifier' || token.kind === 'string')
    return { kind: 'literal', value: tokens.take().text, ...place };
  tokens.expect('[');
  const name = parser.expression();
  tokens.expect(']');
  // a computed name is looked at when the program runs, even when it is a string
  return name.kind === 'literal' && typeof name.value === 'string'
    ? { kind: 'binary', operator: '+', left: name, right: empty(name), ...place }
    : name;
}

function empty({ source, at }: Node): Node {
  return { kind: 'literal', value: '', source, at };
}

function comprehension(
  parser: PartReader,
  place: Place,
  parts: { locals: Bind[]; asserts: AssertNode[]; fields: FieldNode[] },
): Node {
  const { tokens } = parser;
  const [field] = parts.fields;
  if (!field || parts.fields.length > 1) return tokens.fail('an object comprehension has one field');
  if (parts.asserts.length > 0) tokens.fail('an object comprehension has no asserts');
  if (field.name.kind === 'literal' && typeof field.name.value === 'string')
    tokens.fail('the field of an object comprehension needs a computed name');
  const clauses = parser.clauses();
  tokens.expect('}');
  return { kind: 'object-comprehension', locals: parts.locals, field, clauses, outermost: false, ...place };
}
