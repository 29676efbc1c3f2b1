import { FUNCTIONS, MEMBERS, NAMESPACES } from './functions.js';
import { evaluateLoop } from './loops.js';
import { operatorOf } from './operators.js';
import { pathOf, type CelEntry, type CelNode } from './syntax.js';
import {
  CelError,
  CelMessage,
  CelOpaque,
  CelOptional,
  CelType,
  isMap,
  isNumber,
  keyOf,
  lookUp,
  mapOf,
  NONE,
  typeOf,
  type CelMap,
  type CelRecord,
} from './values.js';
import type { Budget } from './budget.js';
import { attempt, bind, type Evaluation, type Scope } from './scope.js';

const TYPES = new Map(
  [
    'bool',
    'bytes',
    'double',
    'google.protobuf.Duration',
    'google.protobuf.Timestamp',
    'int',
    'list',
    'map',
    'null_type',
    'optional_type',
    'string',
    'type',
    'uint',
  ].map((name) => [name, new CelType(name)]),
);

/** Turns an expression into something that can be run again and again. */
export function prepare(node: CelNode): Evaluation {
  switch (node.kind) {
    case 'literal':
      return () => node.value;
    case 'ident':
      return (scope) => named(scope, node.name);
    case 'select':
      return selection(node);
    case 'index': {
      const operand = prepare(node.operand);
      const key = prepare(node.key);
      const { isOptional } = node;
      return (scope) => {
        scope.budget.spend(1);
        return pick(operand(scope), key(scope), isOptional);
      };
    }
    case 'logic':
      return logic(node.op === '||', prepare(node.left), prepare(node.right));
    case 'choice': {
      const [test, yes, no] = [prepare(node.test), prepare(node.yes), prepare(node.no)];
      return (scope) => {
        const value = test(scope);
        if (typeof value !== 'boolean') throw new CelError('no such overload');
        return value ? yes(scope) : no(scope);
      };
    }
    case 'list':
      return listOf(node.items.map(({ value, isOptional }) => ({ value: prepare(value), isOptional })));
    case 'map':
      return recordOf(node.entries);
    case 'message':
      return messageOf(node);
    case 'loop':
      return evaluateLoop(
        node,
        prepare(node.range),
        node.condition && prepare(node.condition),
        prepare(node.body),
      );
    case 'bind':
      return binding(node.form, node.name, prepare(node.value), prepare(node.body));
    case 'call':
      return calling(node);
  }
}

function named({ bound, variables, budget }: Scope, name: string): unknown {
  budget.spend(1);
  for (let one = bound; one; one = one.outer) if (one.name === name) return one.value;
  if (Object.hasOwn(variables, name)) {
    const value = variables[name];
    if (value !== undefined) return value;
  }
  const type = TYPES.get(name);
  if (type) return type;
  throw new CelError(`undeclared reference to '${name}' (in container '')`);
}

function isBound({ bound, variables }: Scope, name: string): boolean {
  for (let one = bound; one; one = one.outer) if (one.name === name) return true;
  return Object.hasOwn(variables, name);
}

function selection({ operand: from, field, form, ...node }: CelNode & { kind: 'select' }): Evaluation {
  const operand = prepare(from);
  const path = pathOf({ operand: from, field, form, ...node });
  const type = path === undefined ? undefined : TYPES.get(path);
  const [root = ''] = (path ?? '').split('.');
  return (scope) => {
    if (type && !isBound(scope, root)) return type;
    if (form === 'test') return isThere(operand(scope), field);
    scope.budget.spend(1);
    return pick(operand(scope), field, form === 'optional', true);
  };
}

function isThere(value: unknown, field: string): boolean {
  if (value instanceof CelOptional) return value.isPresent && isThere(value.value, field);
  const map = value instanceof CelMessage ? value.fields : value;
  if (!isMap(map)) throw new CelError(`no such overload`);
  return fieldOf(map, field) !== undefined;
}

/** Fields whose names are no CEL names are written with `__dash__` and the like (apiserver cel/escaping.go). */
const ESCAPES: Record<string, string> = {
  __underscores__: '__',
  __dot__: '.',
  __dash__: '-',
  __slash__: '/',
};

function fieldOf(map: CelRecord | CelMap, field: string): unknown {
  const plain = lookUp(map, field);
  if (plain !== undefined || !field.includes('__')) return plain;
  const reserved = /^__([a-z]+)__$/.exec(field)?.[1];
  if (reserved !== undefined && !Object.hasOwn(ESCAPES, field)) return lookUp(map, reserved);
  return lookUp(
    map,
    field.replaceAll(/__(?:underscores|dot|dash|slash)__/g, (escape) => ESCAPES[escape] ?? escape),
  );
}

function pick(from: unknown, key: unknown, isOptional: boolean, isField = false): unknown {
  if (from instanceof CelOptional) {
    if (!from.isPresent) return NONE;
    const found = pick(from.value, key, true, isField);
    return found;
  }
  const found = find(from, key, isField);
  if (isOptional) return found === undefined ? NONE : new CelOptional(found);
  if (found !== undefined) return found;
  if (Array.isArray(from)) throw new CelError(`index out of bounds: ${String(asIndex(key))}`);
  throw new CelError(
    `no such key: ${typeof key === 'string' ? key : String(isNumber(key) ? asText(key) : key)}`,
  );
}

const asText = (key: unknown): string => keyOf(key).slice(1);

function find(from: unknown, key: unknown, isField: boolean): unknown {
  if (Array.isArray(from)) {
    if (isField) throw new CelError('no such overload');
    const index = asIndex(key);
    return from[index] as unknown;
  }
  if (from instanceof CelOpaque && isField) return from.field(String(key));
  if (!isMap(from)) throw new CelError('no such overload');
  return isField ? fieldOf(from, String(key)) : lookUp(from, key);
}

function asIndex(key: unknown): number {
  if (!isNumber(key)) throw new CelError(`unsupported index type '${typeOf(key)}' in list`);
  return Number(asText(key));
}

/** `&&` and `||` don't care about an error on one side when the other decides. */
function logic(decisive: boolean, left: Evaluation, right: Evaluation): Evaluation {
  return (scope) => {
    const first = attempt(left, scope);
    if (first.value === decisive) return decisive;
    const second = attempt(right, scope);
    if (second.value === decisive) return decisive;
    const failed = first.error ?? second.error;
    if (failed) throw failed;
    if (typeof first.value !== 'boolean' || typeof second.value !== 'boolean')
      throw new CelError('no such overload');
    return !decisive;
  };
}

function listOf(items: readonly { value: Evaluation; isOptional: boolean }[]): Evaluation {
  return (scope) => {
    scope.budget.spend(10);
    return items.flatMap(({ value, isOptional }) => {
      const item = value(scope);
      if (!isOptional) return [item];
      const { value: held } = asOptional(item);
      return held === undefined ? [] : [held];
    });
  };
}

function recordOf(nodes: readonly CelEntry[]): Evaluation {
  const entries = nodes.map(({ key, value, isOptional }) => ({
    key: prepare(key),
    value: prepare(value),
    isOptional,
  }));
  return (scope) => {
    scope.budget.spend(30);
    const found: [unknown, unknown][] = [];
    for (const { key, value, isOptional } of entries) {
      const name = key(scope);
      const given = value(scope);
      const held = isOptional ? asOptional(given).value : given;
      if (held !== undefined) found.push([name, held]);
    }
    return mapOf(found);
  };
}

function messageOf(node: CelNode & { kind: 'message' }): Evaluation {
  const fields = node.fields.map(({ name, value, isOptional }) => ({
    name,
    value: prepare(value),
    isOptional,
  }));
  const { type } = node;
  return (scope) => {
    scope.budget.spend(40);
    const record = Object.create(null) as Record<string, unknown>;
    for (const { name, value, isOptional } of fields) {
      const given = value(scope);
      const held = isOptional ? asOptional(given).value : given;
      if (held !== undefined) record[name] = held;
    }
    return new CelMessage(type, record);
  };
}

function asOptional(value: unknown): CelOptional {
  if (value instanceof CelOptional) return value;
  throw new CelError(`cannot initialize optional entry from non-optional value ${typeOf(value)}`);
}

function binding(form: string, name: string, value: Evaluation, body: Evaluation): Evaluation {
  if (form === 'plain') return (scope) => body(bind(scope, name, value(scope)));
  return (scope) => {
    const given = asOptional(value(scope));
    if (!given.isPresent) return NONE;
    const result = body(bind(scope, name, given.value));
    return form === 'optMap' ? new CelOptional(result) : asOptional(result);
  };
}

function calling(node: CelNode & { kind: 'call' }): Evaluation {
  const args = node.args.map(prepare);
  const operator = node.target ? undefined : operatorOf(node.name);
  if (operator) {
    const [left = () => null, right] = args;
    return (scope) => operator(left(scope), right?.(scope), scope.budget);
  }
  const { name } = node;
  if (!node.target) {
    const handler = FUNCTIONS.get(name);
    return (scope) => {
      if (!handler) throw new CelError(`undeclared reference to '${name}' (in container '')`);
      scope.budget.spend(1);
      return handler(
        args.map((arg) => arg(scope)),
        scope.budget,
      );
    };
  }
  const path = pathOf(node.target);
  const qualified = path === undefined ? undefined : NAMESPACES.get(`${path}.${name}`);
  const member = MEMBERS.get(name);
  const target = prepare(node.target);
  return (scope) => {
    scope.budget.spend(1);
    const evaluated = (): unknown[] => args.map((arg) => arg(scope));
    if (qualified && !isBound(scope, path ?? '')) return qualified(evaluated(), scope.budget);
    const self = target(scope);
    if (!member) throw new CelError(`undeclared reference to '${name}' (in container '')`);
    if (name === 'or' || name === 'orValue') {
      // What stands in for an optional is looked at only where it is needed.
      if (self instanceof CelOptional && self.isPresent) return name === 'or' ? self : self.value;
    }
    return member([self, ...evaluated()], scope.budget);
  };
}

/** Runs an expression with what its names mean. Throws a CelError when it can't be evaluated. */
export function run(
  evaluation: Evaluation,
  variables: Readonly<Record<string, unknown>>,
  budget: Budget,
): unknown {
  return evaluation({ variables, budget, bound: undefined });
}
