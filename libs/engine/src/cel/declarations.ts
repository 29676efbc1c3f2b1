import { FUNCTIONS, MEMBERS, NAMESPACES } from './functions.js';
import { operatorOf } from './operators.js';
import { CelSyntaxError, pathOf, type CelNode } from './syntax.js';

const TYPES = new Set(
  'bool bytes double dyn google int list map null_type optional optional_type string type uint cel'.split(
    ' ',
  ),
);

/**
 * Refuses functions that do not exist, and names that mean nothing when `variables` says which ones mean something. Throws a
 * CelSyntaxError.
 */
export function checkDeclarations(node: CelNode, source: string, variables?: ReadonlySet<string>): void {
  const undeclared = (name: string, at: number): never => {
    throw new CelSyntaxError(`undeclared reference to '${name}' (in container '')`, source, at);
  };
  const visit = (one: CelNode, bound: ReadonlySet<string>): void => {
    const all = (...nodes: (CelNode | undefined)[]): void => {
      for (const next of nodes) if (next) visit(next, bound);
    };
    switch (one.kind) {
      case 'literal':
        return;
      case 'ident':
        if (variables && !bound.has(one.name) && !variables.has(one.name) && !TYPES.has(one.name))
          undeclared(one.name, one.at);
        return;
      case 'select':
        return all(one.operand);
      case 'index':
        return all(one.operand, one.key);
      case 'logic':
        return all(one.left, one.right);
      case 'choice':
        return all(one.test, one.yes, one.no);
      case 'list':
        return all(...one.items.map(({ value }) => value));
      case 'map':
        return all(...one.entries.flatMap(({ key, value }) => [key, value]));
      case 'message':
        if (!/^(Object(\..+)?|JSONPatch)$/.test(one.type)) undeclared(one.type, one.at);
        return all(...one.fields.map(({ value }) => value));
      case 'loop': {
        all(one.range);
        const inner = new Set([...bound, ...one.names]);
        for (const next of [one.condition, one.body]) if (next) visit(next, inner);
        return;
      }
      case 'bind':
        all(one.value);
        return visit(one.body, new Set([...bound, one.name]));
      case 'call': {
        const path = one.target && pathOf(one.target);
        const [root = ''] = (path ?? '').split('.');
        if (path !== undefined && NAMESPACES.has(`${path}.${one.name}`) && !bound.has(root))
          return all(...one.args);
        const isKnown = one.target
          ? MEMBERS.has(one.name)
          : FUNCTIONS.has(one.name) || operatorOf(one.name) !== undefined;
        const found = one.target ? MEMBERS.get(one.name) : FUNCTIONS.get(one.name);
        if (!isKnown) undeclared(one.name, one.at);
        const given = one.args.length + (one.target ? 1 : 0);
        if (found && !found.overloads.some(([, types]) => types.length === given))
          throw new CelSyntaxError(
            `found no matching overload for '${one.name}' applied to ${given} arguments`,
            source,
            one.at,
          );
        return all(one.target, ...one.args);
      }
    }
  };
  visit(node, new Set());
}
