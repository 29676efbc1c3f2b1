import { makeList, makeMap, makeMessage } from './aggregates.js';
import { Choice, ValuePath, VariablePath, type Attribute } from './attributes.js';
import { Budget } from './budget.js';
import type { CheckedCel } from './checked.js';
import { callCost, costsOne } from './cost/call-cost.js';
import { LIST_COST, MAP_COST, MESSAGE_COST } from './cost/factors.js';
import { regexProblem } from '../crds/linear-regex.js';
import { TYPE_NAMES } from './declarations.js';
import { foldOf } from './folds.js';
import { functionOf, type CelFunction } from './functions.js';
import { operatorOf } from './operators.js';
import { caught, type Evaluation, type Scope } from './scope.js';
import { logic, standIn } from './short-circuit.js';
import type { CelNode } from './syntax.js';
import { CelError, CelOptional, CelType, equal, isNumber, NONE } from './values.js';

/** A part of an expression: what it gives, or the way to find that out. */
type Step =
  | { readonly kind: 'constant'; readonly value: unknown; readonly run: Evaluation }
  | { readonly kind: 'attribute'; readonly attribute: Attribute; readonly run: Evaluation }
  | { readonly kind: 'other'; readonly run: Evaluation };

/** Turns an expression into something that can be run again and again. Throws a CelError when a constant part has no value. */
export function prepare(checked: CheckedCel): Evaluation {
  return new Planner(checked).plan(checked.root).run;
}

const constant = (value: unknown): Step => ({ kind: 'constant', value, run: () => value });
const other = (run: Evaluation): Step => ({ kind: 'other', run });
/** Conversions whose constant results are known before. */
const CONVERSIONS = new Set('bool bytes double duration dyn int string timestamp type uint'.split(' '));
const PATTERNED = new Set(['matches', 'find', 'findAll']);
const EMPTY: Scope = { budget: new Budget(Infinity), variables: {}, frame: undefined };

function attribute(found: Attribute): Step {
  return {
    kind: 'attribute',
    attribute: found,
    run: (scope) => {
      const value = found.resolve(scope);
      scope.budget.spend(found.cost);
      return value;
    },
  };
}

class Planner {
  readonly #checked: CheckedCel;

  constructor(checked: CheckedCel) {
    this.#checked = checked;
  }

  plan(node: CelNode): Step {
    switch (node.kind) {
      case 'literal':
        return constant(node.value);
      case 'ident':
        return this.#named(node, node.name.replace(/^\./, ''));
      case 'select':
        return this.#select(node);
      case 'call':
        return this.#call(node);
      case 'list':
        return this.#list(node);
      case 'map':
        return this.#map(node);
      case 'message':
        return this.#message(node);
      case 'fold':
        return other(
          foldOf(node, {
            range: this.plan(node.range).run,
            start: this.plan(node.start).run,
            condition: this.plan(node.condition).run,
            step: this.plan(node.step).run,
            result: this.plan(node.result).run,
          }),
        );
    }
  }

  #named(node: CelNode, name: string): Step {
    const isType = this.#checked.typeOf(node).kind === 'type' && TYPE_NAMES.has(name);
    return isType ? constant(new CelType(name)) : attribute(new VariablePath(name));
  }

  #path(step: Step): Attribute {
    return step.kind === 'attribute' ? step.attribute : new ValuePath(step.run);
  }

  #select(node: CelNode & { kind: 'select' }): Step {
    const identity = this.#checked.identityOf(node);
    if (identity !== undefined) return this.#named(node, identity);
    const path = this.#path(this.plan(node.operand));
    path.add({ key: node.field, form: node.isTest ? 'test' : 'field', isOptional: false });
    if (!node.isTest) return attribute(path);
    return other((scope) => {
      const found = path.resolve(scope);
      return found instanceof CelOptional ? found.isPresent : found;
    });
  }

  #call(node: CelNode & { kind: 'call' }): Step {
    const name = (this.#checked.qualifiedName(node) ?? node.name).replace(/^\./, '');
    const isQualified = this.#checked.qualifiedName(node) !== undefined;
    const steps = [...(node.target && !isQualified ? [node.target] : []), ...node.args].map((arg) =>
      this.plan(arg),
    );
    const [first, second, third] = steps;
    if (first && second) {
      switch (name) {
        case '_&&_':
        case '_||_':
          return other(logic(name === '_||_', first.run, second.run));
        case '_?_:_':
          return attribute(new Choice(first.run, this.#path(second), this.#path(third ?? second)));
        case '_[_]':
        case '_[?_]':
        case '_?._':
          return this.#index(first, second, name);
        case 'or':
        case 'orValue':
          if (node.target) return other(standIn(name, first.run, second.run));
      }
    }
    const overloads = this.#checked.overloadsOf(node);
    if (
      name === '@in' &&
      second?.kind === 'constant' &&
      overloads.length === 1 &&
      overloads[0] === 'in_list'
    ) {
      const found = first && membership(first.run, second.value);
      if (found) return found;
    }
    if (name === 'find' || name === 'findAll') checkPattern(second);
    const called = this.#function(name, node.target !== undefined && !isQualified, overloads, steps);
    if (CONVERSIONS.has(name) && steps.length === 1 && first?.kind === 'constant') {
      const value = called(EMPTY);
      if (value instanceof CelError) throw value;
      return constant(value);
    }
    return other(called);
  }

  #index(from: Step, key: Step, name: string): Step {
    const path = this.#path(from);
    const isOptional = name !== '_[_]';
    const form = name === '_?._' ? 'field' : 'index';
    if (key.kind === 'constant') path.add({ key: key.value, form, isOptional });
    else {
      // A key that is a path itself costs its steps only; one that is made costs what making it costs.
      const dynamicKey = key.kind === 'attribute' ? (scope: Scope) => key.attribute.resolve(scope) : key.run;
      path.add({ key: undefined, dynamicKey, form, isOptional });
    }
    return attribute(path);
  }

  #function(
    name: string,
    isMember: boolean,
    overloads: readonly string[],
    steps: readonly Step[],
  ): Evaluation {
    const operator = operatorOf(name);
    const found: CelFunction | undefined = operator
      ? ([left, right], budget) => operator(left, right, budget)
      : functionOf(name, isMember);
    const [only = ''] = overloads.length === 1 ? overloads : [];
    const overload = name === '_==_' ? 'equals' : name === '_!=_' ? 'not_equals' : only;
    // With several ways to be called, and with more than two arguments, the first that fails ends the call.
    // So does one of a pattern that is known.
    const hasPattern = PATTERNED.has(name) && steps[1]?.kind === 'constant';
    const stopsEarly = steps.length > 2 || (!operator && overloads.length > 1) || hasPattern;
    const isLenient = name === '@not_strictly_false';
    const runs = steps.map(({ run }) => run);
    const isPlain = costsOne(name, overload);
    return (scope) => {
      const args: unknown[] = [];
      let failed: CelError | undefined;
      for (const run of runs) {
        const value = run(scope);
        args.push(value);
        if (!(value instanceof CelError)) continue;
        failed ??= value;
        // What the last argument stops has been paid for all the same.
        if (stopsEarly && args.length < runs.length) return failed;
      }
      const { budget } = scope;
      const early = isPlain ? 1 : callCost(name, overload, args);
      if (early !== undefined) budget.spend(early);
      if (failed && !isLenient) {
        if (early === undefined) budget.spend(callCost(name, overload, args, failed) ?? 1);
        return failed;
      }
      if (!found) return new CelError(`no such overload: ${name}`);
      const result = caught(() => found(args, budget));
      if (early === undefined) budget.spend(callCost(name, overload, args, result) ?? 1);
      return result;
    };
  }

  #list(node: CelNode & { kind: 'list' }): Step {
    const items = node.items.map(({ value, isOptional }) => ({ step: this.plan(value), isOptional }));
    const make = makeList(items.map(({ step: { run }, isOptional }) => ({ run, isOptional })));
    if (items.every(({ step }) => step.kind === 'constant')) return constant(make(EMPTY));
    return other(costing(make, LIST_COST));
  }

  #map(node: CelNode & { kind: 'map' }): Step {
    const entries = node.entries.map(({ key, value, isOptional }) => ({
      key: this.plan(key),
      value: this.plan(value),
      isOptional,
    }));
    const make = makeMap(
      entries.map(({ key, value, isOptional }) => ({ key: key.run, run: value.run, isOptional })),
    );
    if (entries.every(({ key, value }) => key.kind === 'constant' && value.kind === 'constant'))
      return constant(make(EMPTY));
    return other(costing(make, MAP_COST));
  }

  #message({ type, fields }: CelNode & { kind: 'message' }): Step {
    const make = makeMessage(
      type,
      fields.map(({ name, value, isOptional }) => ({ name, run: this.plan(value).run, isOptional })),
    );
    return other(costing(make, MESSAGE_COST));
  }
}

/** A pattern that is known is compiled before anything runs. */
function checkPattern(pattern: Step | undefined): void {
  if (pattern?.kind !== 'constant' || typeof pattern.value !== 'string') return;
  const problem = regexProblem(pattern.value);
  if (problem !== undefined) throw new CelError(problem);
}

const costing =
  (make: Evaluation, cost: number): Evaluation =>
  (scope) => {
    const made = make(scope);
    scope.budget.spend(cost);
    return made;
  };

/** Looking a value up among constants costs nothing. */
function membership(item: Evaluation, list: unknown): Step | undefined {
  if (!Array.isArray(list)) return undefined;
  if (list.length === 0) return constant(false);
  const isSimple = list.every((one) => typeof one === 'string' || typeof one === 'boolean' || isNumber(one));
  if (!isSimple) return undefined;
  const texts = list.every((one) => typeof one === 'string') ? new Set<unknown>(list) : undefined;
  return other((scope) => {
    const wanted = item(scope);
    if (wanted instanceof CelError) return wanted;
    return texts ? texts.has(wanted) : list.some((one) => equal(one, wanted));
  });
}

/** Runs an expression with what its names mean. Throws a CelError when it can't be evaluated. */
export function run(
  evaluation: Evaluation,
  variables: Readonly<Record<string, unknown>>,
  budget: Budget,
): unknown {
  const value = evaluation({ variables, budget, frame: undefined });
  if (value instanceof CelError) throw value;
  return value === undefined ? NONE : value;
}
