import type { Bind, Clause, FieldNode, Node, VariableNode } from './ast.js';
import { jsonnetError } from './source.js';

/** Names of one environment, in the order of its slots. */
interface Scope {
  readonly names: readonly string[];
  readonly parent: Scope | undefined;
  readonly insideObject: boolean;
}

/** The slot of `$` in the environment of an outermost object comes after its locals. */
const ROOT_NAME = '$';

/**
 * Finds for every name how many environments up and in which slot its value is, so that nothing is looked up by name
 * while a program runs. The root environment holds `std`. Throws CodedError `jsonnet/syntax` on a name nobody defined.
 */
export function resolveNames(root: Node): void {
  visit(root, { names: ['std'], parent: undefined, insideObject: false });
}

function inner(scope: Scope, names: readonly string[], insideObject = scope.insideObject): Scope {
  return { names, parent: scope, insideObject };
}

function visit(node: Node, scope: Scope): void {
  switch (node.kind) {
    case 'literal':
    case 'import':
      return;
    case 'variable':
      locate(node, scope);
      return;
    case 'self':
      if (!scope.insideObject) fail(node, 'self has no meaning outside of an object');
      return;
    case 'super':
    case 'in-super':
      if (!scope.insideObject) fail(node, 'super has no meaning outside of an object');
      visit(node.index, scope);
      return;
    case 'array':
      for (const item of node.items) visit(item, scope);
      return;
    case 'array-comprehension':
      visit(node.body, visitClauses(node.clauses, scope));
      return;
    case 'index':
      visit(node.target, scope);
      visit(node.index, scope);
      return;
    case 'slice':
      visit(node.target, scope);
      for (const bound of node.bounds) if (bound) visit(bound, scope);
      return;
    case 'local': {
      const body = inner(scope, namesOf(node.binds));
      for (const { value } of node.binds) visit(value, body);
      visit(node.body, body);
      return;
    }
    case 'function': {
      const body = inner(scope, namesOf(node.parameters));
      for (const { fallback } of node.parameters) if (fallback) visit(fallback, body);
      visit(node.body, body);
      return;
    }
    case 'apply':
      visit(node.target, scope);
      for (const argument of node.positional) visit(argument, scope);
      for (const { value } of node.named) visit(value, scope);
      return;
    case 'if':
      visit(node.condition, scope);
      visit(node.yes, scope);
      visit(node.no, scope);
      return;
    case 'binary':
      visit(node.left, scope);
      visit(node.right, scope);
      return;
    case 'unary':
      visit(node.operand, scope);
      return;
    case 'error':
      visit(node.message, scope);
      return;
    case 'assert':
      visit(node.check.condition, scope);
      if (node.check.message) visit(node.check.message, scope);
      visit(node.rest, scope);
      return;
    case 'object': {
      node.outermost = !scope.insideObject;
      const body = objectScope(scope, node.locals, node.outermost);
      for (const { value } of node.locals) visit(value, body);
      for (const field of node.fields) visitField(field, scope, body);
      for (const check of node.asserts) {
        visit(check.condition, body);
        if (check.message) visit(check.message, body);
      }
      return;
    }
    case 'object-comprehension': {
      node.outermost = !scope.insideObject;
      const each = visitClauses(node.clauses, scope);
      const body = objectScope(each, node.locals, node.outermost);
      for (const { value } of node.locals) visit(value, body);
      visitField(node.field, each, body);
      return;
    }
  }
}

function visitField(field: FieldNode, outside: Scope, inside: Scope): void {
  visit(field.name, outside);
  visit(field.value, inside);
}

function objectScope(scope: Scope, locals: readonly Bind[], outermost: boolean): Scope {
  return inner(scope, outermost ? [...namesOf(locals), ROOT_NAME] : namesOf(locals), true);
}

function visitClauses(clauses: readonly Clause[], scope: Scope): Scope {
  let current = scope;
  for (const clause of clauses) {
    if (clause.kind === 'if') visit(clause.condition, current);
    else {
      visit(clause.list, current);
      current = inner(current, [clause.name]);
    }
  }
  return current;
}

function namesOf(binds: readonly { readonly name: string }[]): string[] {
  return binds.map(({ name }) => name);
}

function locate(node: VariableNode, start: Scope): void {
  let hops = 0;
  for (let scope: Scope | undefined = start; scope; scope = scope.parent, hops++) {
    const slot = scope.names.indexOf(node.name);
    if (slot < 0) continue;
    node.hops = hops;
    node.slot = slot;
    return;
  }
  fail(
    node,
    node.name === ROOT_NAME ? '$ has no meaning outside of an object' : `unknown name: ${node.name}`,
  );
}

function fail(node: Node, message: string): never {
  throw jsonnetError('syntax', message, node.source, node.at);
}
