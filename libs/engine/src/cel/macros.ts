import { ACCUMULATOR, type CelNode } from './syntax.js';

/** A macro that was meant, with arguments it can't work with. */
export class MacroProblem extends Error {
  readonly at: number;
  constructor(problem: string, at: number) {
    super(problem);
    this.at = at;
  }
}

const UNUSED = '#unused';
const SORTED = '@__sortBy_input__';

type Args = readonly CelNode[];
type Macro = (target: CelNode, args: Args, make: Maker) => CelNode | undefined;

/** What a call of this name and so many arguments stands for; undefined when it is a plain call. Throws a MacroProblem. */
export function expandMacro(
  name: string,
  target: CelNode | undefined,
  args: Args,
  at: number,
): CelNode | undefined {
  if (!target) {
    const [argument] = args;
    if (name !== 'has' || !argument || args.length !== 1) return undefined;
    if (argument.kind !== 'select') throw new MacroProblem('invalid argument to has() macro', argument.at);
    return { ...argument, isTest: true, at };
  }
  return MACROS.get(`${name}/${args.length}`)?.(target, args, new Maker(at));
}

/** Makes the nodes a macro stands for; they all are where the macro is. */
class Maker {
  readonly #at: number;
  constructor(at: number) {
    this.#at = at;
  }

  literal(value: unknown): CelNode {
    return { kind: 'literal', value, at: this.#at };
  }

  ident(name = ACCUMULATOR): CelNode {
    return { kind: 'ident', name, at: this.#at };
  }

  call(name: string, ...args: CelNode[]): CelNode {
    return { kind: 'call', name, target: undefined, args, at: this.#at };
  }

  member(target: CelNode, name: string, ...args: CelNode[]): CelNode {
    return { kind: 'call', name, target, args, at: this.#at };
  }

  list(...items: CelNode[]): CelNode {
    return { kind: 'list', items: items.map((value) => ({ value, isOptional: false })), at: this.#at };
  }

  map(): CelNode {
    return { kind: 'map', entries: [], at: this.#at };
  }

  fold(
    range: CelNode,
    names: readonly string[],
    start: CelNode,
    condition: CelNode,
    step: CelNode,
    result: CelNode = this.ident(),
  ): CelNode {
    return {
      kind: 'fold',
      range,
      names,
      accumulator: ACCUMULATOR,
      start,
      condition,
      step,
      result,
      at: this.#at,
    };
  }

  bind(name: string, value: CelNode, body: CelNode): CelNode {
    return {
      kind: 'fold',
      range: this.list(),
      names: [UNUSED],
      accumulator: name,
      start: value,
      condition: this.literal(false),
      step: this.ident(name),
      result: body,
      at: this.#at,
    };
  }
}

function nameOf(node: CelNode | undefined, problem: string): string {
  if (node?.kind === 'ident') return node.name;
  throw new MacroProblem(problem, node?.at ?? 0);
}

function variable(node: CelNode | undefined, problem: string): string {
  const name = nameOf(node, problem);
  if (name === ACCUMULATOR || name === '__result__')
    throw new MacroProblem('iteration variable overwrites accumulator variable', node?.at ?? 0);
  return name;
}

/** The names of a loop: one, or two that differ. */
function variables(args: Args, count: number, problem: string): string[] {
  const names = args
    .slice(0, count)
    .map((arg) => (count === 1 ? variable(arg, problem) : nameOf(arg, problem)));
  if (count === 2 && names[0] === names[1])
    throw new MacroProblem(`duplicate variable name: ${names[0]}`, args[1]?.at ?? 0);
  return count === 1 ? names : args.slice(0, count).map((arg) => variable(arg, problem));
}

const SIMPLE = 'argument must be a simple name';

const all =
  (count: number): Macro =>
  (range, args, make) =>
    make.fold(
      range,
      variables(args, count, SIMPLE),
      make.literal(true),
      make.call('@not_strictly_false', make.ident()),
      make.call('_&&_', make.ident(), bodyOf(args)),
    );

const exists =
  (count: number): Macro =>
  (range, args, make) =>
    make.fold(
      range,
      variables(args, count, SIMPLE),
      make.literal(false),
      make.call('@not_strictly_false', make.call('!_', make.ident())),
      make.call('_||_', make.ident(), bodyOf(args)),
    );

const existsOne =
  (count: number): Macro =>
  (range, args, make) =>
    make.fold(
      range,
      variables(args, count, SIMPLE),
      make.literal(0n),
      make.literal(true),
      make.call('_?_:_', bodyOf(args), make.call('_+_', make.ident(), make.literal(1n)), make.ident()),
      make.call('_==_', make.ident(), make.literal(1n)),
    );

/** Loops that put something together; with one argument more, only of the items a condition holds for. */
const collect =
  (
    count: number,
    problem: string,
    start: (make: Maker) => CelNode,
    step: (make: Maker, names: readonly string[], body: CelNode) => CelNode,
  ): Macro =>
  (range, args, make) => {
    const names = variables(args, count, problem);
    const condition = args.length === count + 2 ? args[count] : undefined;
    const made = step(make, names, bodyOf(args));
    return make.fold(
      range,
      names,
      start(make),
      make.literal(true),
      condition ? make.call('_?_:_', condition, made, make.ident()) : made,
    );
  };

const append = (make: Maker, _: readonly string[], body: CelNode): CelNode =>
  make.call('_+_', make.ident(), make.list(body));
const map = collect(1, 'argument is not an identifier', (make) => make.list(), append);
const transformList = collect(2, SIMPLE, (make) => make.list(), append);
const transformMap = collect(
  2,
  SIMPLE,
  (make) => make.map(),
  (make, [key = ''], body) => make.call('cel.@mapInsert', make.ident(), make.ident(key), body),
);
const transformMapEntry = collect(
  2,
  SIMPLE,
  (make) => make.map(),
  (make, _, body) => make.call('cel.@mapInsert', make.ident(), body),
);

const filter: Macro = (range, args, make) => {
  const [item] = args;
  const names = variables(args, 1, 'argument is not an identifier');
  const kept = make.call('_+_', make.ident(), make.list(...(item ? [item] : [])));
  const step = make.call('_?_:_', bodyOf(args), kept, make.ident());
  return make.fold(range, names, make.list(), make.literal(true), step);
};

const overOptional =
  (macro: string, wrap: (make: Maker, body: CelNode) => CelNode): Macro =>
  (target, args, make) => {
    const name = nameOf(args[0], `${macro}() variable name must be a simple identifier`);
    const value = make.member(copyOf(target), 'value');
    const none = make.member(make.ident('optional'), 'none');
    return make.call(
      '_?_:_',
      make.member(target, 'hasValue'),
      wrap(make, make.bind(name, value, bodyOf(args))),
      none,
    );
  };

const sortBy: Macro = (target, args, make) => {
  if (!['list', 'select', 'ident', 'fold', 'call'].includes(target.kind))
    throw new MacroProblem(
      'sortBy can only be applied to a list, identifier, comprehension, call or select expression',
      target.at,
    );
  const keys = map(make.ident(SORTED), args, make);
  if (!keys) return undefined;
  return make.bind(SORTED, target, make.member(make.ident(SORTED), '@sortByAssociatedKeys', keys));
};

const MACROS = new Map<string, Macro>([
  ['all/2', all(1)],
  ['all/3', all(2)],
  ['exists/2', exists(1)],
  ['exists/3', exists(2)],
  ['exists_one/2', existsOne(1)],
  ['exists_one/3', existsOne(2)],
  ['existsOne/3', existsOne(2)],
  ['filter/2', filter],
  ['map/2', map],
  ['map/3', map],
  ['transformList/3', transformList],
  ['transformList/4', transformList],
  ['transformMap/3', transformMap],
  ['transformMap/4', transformMap],
  ['transformMapEntry/3', transformMapEntry],
  ['transformMapEntry/4', transformMapEntry],
  ['optMap/2', overOptional('optMap', (make, body) => make.member(make.ident('optional'), 'of', body))],
  ['optFlatMap/2', overOptional('optFlatMap', (_, body) => body)],
  ['sortBy/2', sortBy],
]);

function bodyOf(args: Args): CelNode {
  const body = args.at(-1);
  if (!body) throw new Error('a macro without arguments');
  return body;
}

/** The same nodes once more: each place of an expression has a type of its own. */
function copyOf(node: CelNode): CelNode {
  switch (node.kind) {
    case 'literal':
    case 'ident':
      return { ...node };
    case 'select':
      return { ...node, operand: copyOf(node.operand) };
    case 'call':
      return { ...node, target: node.target && copyOf(node.target), args: node.args.map(copyOf) };
    case 'list':
      return { ...node, items: node.items.map((item) => ({ ...item, value: copyOf(item.value) })) };
    case 'map':
      return {
        ...node,
        entries: node.entries.map((entry) => ({
          ...entry,
          key: copyOf(entry.key),
          value: copyOf(entry.value),
        })),
      };
    case 'message':
      return { ...node, fields: node.fields.map((field) => ({ ...field, value: copyOf(field.value) })) };
    case 'fold':
      return {
        ...node,
        range: copyOf(node.range),
        start: copyOf(node.start),
        condition: copyOf(node.condition),
        step: copyOf(node.step),
        result: copyOf(node.result),
      };
  }
}
