import type { Budget } from './budget.js';
import type { ScopedFunction, TemplateEnvironment } from './environment.js';
import { TemplateExecutionError } from './execution-error.js';
import { goQuote } from './go-quote.js';
import type { Failing } from './failing.js';
import { valueOfField } from './field-values.js';
import { hasBoxedElements, methodsOf, nilOf, zeroOf } from './go-reflection.js';
import { sortedKeys } from './go-strings.js';
import {
  type BranchNode,
  type ChainNode,
  type CommandNode,
  type IdentifierNode,
  type ListNode,
  nodeText,
  type OperandNode,
  type PipeNode,
  type PlacedNode,
  type StatementNode,
  type TemplateBody,
  type TemplateNode,
} from './nodes.js';
import { canBeNil, displayType } from './parameter-types.js';
import { printResult, goPrint } from './printing.js';
import { literalValue, numberValue } from './literals.js';
import { slots } from './slots.js';
import { locate, type TemplateSource } from './source.js';
import { stopsRender } from './stops-render.js';
import type { TemplateSet } from './template-set.js';
import { GoInt, goInt, type GoFunction, type GoValue, isTrue, TypedMap, TypedSlice } from './values.js';
import { validated, wrongCount } from './validated.js';
import { innermost, setTop, type Variable } from './variables.js';

type Signal = 'break' | 'continue' | undefined;

/** Go refuses deeper `template` nesting; the JavaScript stack ends first and is reported the same way. */
const MAX_TEMPLATE_DEPTH = 100_000;
/** Texts up to this length cost no more than the step that made them. */
const SHORT_TEXT = 256;
/** Stands for "no value was piped in". */
const MISSING: unique symbol = Symbol('missing');

/** Runs the template called `name` with `data` as dot and returns its text. Throws {@link TemplateExecutionError}. */
export function executeTemplate(
  set: TemplateSet,
  name: string,
  data: GoValue,
  environment: TemplateEnvironment,
): string {
  const body = set.lookup(name);
  if (!body) throw new Error(`template: no template ${goQuote(name)} associated with template "gotpl"`);
  return executeBody(set, body, data, environment);
}

/** Runs a parsed body that may not be in the set under its own name. */
export function executeBody(
  set: TemplateSet,
  body: TemplateBody,
  data: GoValue,
  environment: TemplateEnvironment,
): string {
  const execution = new Execution(set, environment, body);
  execution.run(body, data ?? undefined);
  return execution.output;
}

class Execution implements Failing {
  output = '';
  readonly #set: TemplateSet;
  readonly #environment: TemplateEnvironment;
  readonly #budget: Budget;
  #template: string;
  #source: TemplateSource;
  /** Where the statement at hand begins, and what of it is at work. */
  #start = 0;
  #node: PlacedNode | undefined;
  #variables: Variable[] = [];
  #dotBoxed = false;
  #depth = 0;

  constructor(set: TemplateSet, environment: TemplateEnvironment, body: TemplateBody) {
    this.#template = body.name;
    this.#source = body.source;
    this.#set = set;
    this.#environment = environment;
    this.#budget = environment.budget;
  }

  run(body: TemplateBody, dot: GoValue): void {
    this.#variables = [{ name: '$', value: dot, boxed: false }];
    this.#walkList(dot, body.root);
  }

  fail(message: string, inner?: Error): never {
    const node = this.#node;
    if (!node) throw new TemplateExecutionError(`template: ${this.#template}: ${message}`, inner);
    const place = locate(this.#source, this.#start + node.position);
    throw new TemplateExecutionError(
      `template: ${place}: executing ${goQuote(this.#template)} at <${nodeText(node)}>: ${message}`,
      inner,
    );
  }

  #walkList(dot: GoValue, list: ListNode): Signal {
    for (let index = 0; index < list.nodes.length; index++) {
      const signal = this.#walk(dot, list.nodes[index] as StatementNode);
      if (signal !== undefined) return signal;
    }
    return undefined;
  }

  #walk(dot: GoValue, node: StatementNode): Signal {
    this.#budget.step();
    switch (node.type) {
      case 'text':
        this.#write(node.text);
        return undefined;
      case 'action': {
        if (node.constant !== undefined) {
          this.#budget.step();
          this.#write(node.constant);
          return undefined;
        }
        this.#start = node.start;
        const value = this.#pipeline(dot, node.pipe);
        if (node.pipe.declared.length === 0) {
          this.#node = node;
          this.#write(printResult(value, this.#budget));
        }
        return undefined;
      }
      case 'if':
      case 'with':
        this.#start = node.start;
        return this.#branch(dot, node);
      case 'range':
        this.#start = node.start;
        this.#range(dot, node);
        return undefined;
      case 'template':
        this.#start = node.start;
        this.#node = node;
        this.#callTemplate(dot, node);
        return undefined;
      case 'break':
      case 'continue':
        return node.type;
    }
  }

  #write(text: string): void {
    this.#budget.write(text.length);
    this.output += text;
  }

  #branch(dot: GoValue, node: BranchNode): Signal {
    const mark = this.#variables.length;
    const value = this.#pipeline(dot, node.pipe);
    let signal: Signal;
    if (isTrue(value)) {
      if (node.type === 'with') {
        const boxed = this.#dotBoxed;
        this.#dotBoxed = false;
        signal = this.#walkList(value, node.list);
        this.#dotBoxed = boxed;
      } else signal = this.#walkList(dot, node.list);
    } else if (node.elseList) signal = this.#walkList(dot, node.elseList);
    this.#variables.length = mark;
    return signal;
  }

  #range(dot: GoValue, node: BranchNode): void {
    const outer = this.#variables.length;
    const boxed = this.#dotBoxed;
    const value = this.#pipeline(dot, node.pipe);
    const ran = this.#iterate(node, value);
    this.#dotBoxed = boxed;
    if (!ran && node.elseList) this.#walkList(dot, node.elseList);
    this.#variables.length = outer;
  }

  /** Runs the body for each element; false when there was none. */
  #iterate(node: BranchNode, value: GoValue): boolean {
    if (value === undefined || value === null) return false;
    if (value instanceof GoInt) {
      if (node.pipe.declared.length > 1) {
        this.fail(`can't use ${goPrint(value)} to iterate over more than one variable`);
      }
      for (let index = 0n; index < value.value; index++) {
        if (!this.#iteration(node, undefined, new GoInt(index, value.kind), false)) break;
      }
      return value.value > 0n;
    }
    if (value instanceof Uint8Array) {
      for (const [index, byte] of value.entries()) {
        if (!this.#iteration(node, goInt(index), new GoInt(BigInt(byte), 'uint8'), false)) break;
      }
      return value.length > 0;
    }
    if (Array.isArray(value)) {
      const boxed = !(value instanceof TypedSlice);
      const length = value.length;
      for (let index = 0; index < length; index++) {
        if (!this.#iteration(node, goInt(index), value[index] as GoValue, boxed)) break;
      }
      return length > 0;
    }
    if (value instanceof Map) {
      const boxed = hasBoxedElements(value as Map<string, GoValue>);
      const keys = sortedKeys(value as Map<string, GoValue>);
      const snapshot = keys.map((key) => value.get(key) as GoValue);
      for (const [index, key] of keys.entries()) {
        if (!this.#iteration(node, key, snapshot[index], boxed)) break;
      }
      return keys.length > 0;
    }
    return this.fail(`range can't iterate over ${goPrint(value)}`);
  }

  /** One pass of a range body; false ends the loop. */
  #iteration(node: BranchNode, index: GoValue, element: GoValue, boxed: boolean): boolean {
    // An empty body has no step of its own.
    this.#budget.step();
    const { declared, isAssignment } = node.pipe;
    const mark = this.#variables.length;
    const [first, second] = declared;
    if (first && isAssignment) {
      this.#assign(first.path[0] ?? '', second ? index : element);
      if (second) this.#assign(second.path[0] ?? '', element);
    } else if (first) {
      setTop(this.#variables, 1, element, boxed);
      if (second) setTop(this.#variables, 2, index, false);
    }
    this.#dotBoxed = boxed;
    const signal = this.#walkList(element, node.list);
    this.#variables.length = mark;
    return signal !== 'break';
  }

  #assign(name: string, value: GoValue): void {
    const variable = innermost(this.#variables, name);
    if (!variable) this.fail(`undefined variable: ${name}`);
    variable.value = value;
    variable.boxed = false;
  }

  #callTemplate(dot: GoValue, node: TemplateNode): void {
    const body = this.#set.lookup(node.name);
    if (!body) this.fail(`template ${goQuote(node.name)} not defined`);
    if (this.#depth >= MAX_TEMPLATE_DEPTH)
      this.fail(`exceeded maximum template depth (${MAX_TEMPLATE_DEPTH})`);
    const data = node.pipe ? this.#pipeline(dot, node.pipe) : undefined;
    const template = this.#template;
    const source = this.#source;
    const variables = this.#variables;
    const boxed = this.#dotBoxed;
    this.#template = body.name;
    this.#source = body.source;
    this.#variables = [{ name: '$', value: data, boxed: false }];
    this.#dotBoxed = false;
    this.#depth++;
    this.#walkList(data, body.root);
    this.#depth--;
    this.#template = template;
    this.#source = source;
    this.#variables = variables;
    this.#dotBoxed = boxed;
  }

  #pipeline(dot: GoValue, pipe: PipeNode): GoValue {
    this.#node = pipe;
    if (pipe.single) return this.#command(dot, pipe.single, MISSING) ?? undefined;
    let value: GoValue = MISSING;
    for (const command of pipe.commands) {
      // A nil held in an interface becomes plain nil between the stages.
      value = this.#command(dot, command, value) ?? undefined;
    }
    for (const variable of pipe.declared) {
      const name = variable.path[0] ?? '';
      if (pipe.isAssignment) this.#assign(name, value);
      else this.#variables.push({ name, value, boxed: false });
    }
    return value;
  }

  #command(dot: GoValue, command: CommandNode, final: GoValue): GoValue {
    this.#budget.step();
    const { first, operands } = command;
    switch (first.type) {
      case 'field':
        this.#node = first;
        return this.#fieldChain(dot, dot, this.#dotBoxed, first, first.path, 0, operands, final);
      case 'chain':
        return this.#chain(dot, first, operands, final);
      case 'identifier':
        return this.#function(dot, first, command, operands, final);
      case 'pipe':
        this.#notAFunction(operands, final);
        return this.#pipeline(dot, first);
      case 'variable':
        return this.#variable(dot, first, operands, final);
      case 'bool':
      case 'dot':
      case 'nil':
      case 'number':
      case 'string':
    }
    this.#node = first;
    this.#notAFunction(operands, final);
    switch (first.type) {
      case 'bool':
      case 'string':
        return first.value;
      case 'dot':
        return dot;
      case 'number':
        return numberValue(this, first);
      case 'nil':
        return this.fail('nil is not a command');
    }
  }

  #notAFunction(operands: readonly OperandNode[], final: GoValue): void {
    const first = operands[0];
    if (first && (operands.length > 1 || final !== MISSING)) {
      this.fail(`can't give argument to non-function ${nodeText(first)}`);
    }
  }

  #chain(dot: GoValue, node: ChainNode, operands: readonly OperandNode[], final: GoValue): GoValue {
    this.#node = node;
    if (node.operand.type === 'nil') this.fail(`indirection through explicit nil in ${nodeText(node)}`);
    const receiver = this.#argument(dot, 'any', node.operand) ?? undefined;
    return this.#fieldChain(dot, receiver, false, node, node.path, 0, operands, final);
  }

  #variable(
    dot: GoValue,
    node: OperandNode & { type: 'variable' },
    operands: readonly OperandNode[],
    final: GoValue,
  ): GoValue {
    this.#node = node;
    const name = node.path[0];
    const variable = innermost(this.#variables, name);
    if (!variable) this.fail(`undefined variable: ${name}`);
    if (node.path.length === 1) {
      this.#notAFunction(operands, final);
      return variable.value;
    }
    return this.#fieldChain(dot, variable.value, variable.boxed, node, node.path, 1, operands, final);
  }

  #fieldChain(
    dot: GoValue,
    start: GoValue,
    startBoxed: boolean,
    node: OperandNode,
    path: readonly string[],
    from: number,
    operands: readonly OperandNode[],
    final: GoValue,
  ): GoValue {
    let receiver = start;
    let boxed = startBoxed;
    const last = path.length - 1;
    for (let index = from; index <= last; index++) {
      const holder = receiver;
      receiver = this.#field(
        dot,
        path[index] ?? '',
        node,
        index === last ? operands : NO_OPERANDS,
        index === last ? final : MISSING,
        receiver,
        boxed,
      );
      boxed = holder instanceof Map && hasBoxedElements(holder as Map<string, GoValue>);
    }
    return receiver;
  }

  #field(
    dot: GoValue,
    name: string,
    node: OperandNode,
    operands: readonly OperandNode[],
    final: GoValue,
    receiver: GoValue,
    boxed: boolean,
  ): GoValue {
    if (receiver === undefined) return undefined;
    if (receiver === null) return this.fail(`nil pointer evaluating interface {}.${name}`);
    const hasArguments = operands.length > 1 || final !== MISSING;
    const map = receiver instanceof Map ? (receiver as Map<string, GoValue>) : undefined;
    const typed = map instanceof TypedMap ? map : undefined;
    // Plain maps, by far the most, have no methods.
    const method = map && !typed ? undefined : methodsOf(receiver)?.get(name);
    if (method) return this.#call(dot, name, node, method, operands, final);
    if (map && !hasArguments) {
      const value = map.get(name);
      if (value !== undefined) return value;
      if (this.#environment.missingKey !== 'error') return typed ? zeroOf(typed.elementType) : null;
    }
    return valueOfField(this, receiver, name, hasArguments, boxed);
  }

  #function(
    dot: GoValue,
    identifier: IdentifierNode,
    node: PlacedNode,
    operands: readonly OperandNode[],
    final: GoValue,
  ): GoValue {
    this.#node = identifier;
    const { name } = identifier;
    const found = this.#environment.functions.get(name);
    if (!found) return this.fail(`${goQuote(name)} is not a defined function`);
    if (name === 'and' || name === 'or') return this.#shortCircuit(dot, name, operands, final);
    return this.#call(dot, name, node, found, operands, final);
  }

  #shortCircuit(dot: GoValue, name: 'and' | 'or', operands: readonly OperandNode[], final: GoValue): GoValue {
    if (operands.length < 2 && final === MISSING) {
      this.fail(`wrong number of args for ${name}: want at least 1 got 0`);
    }
    let value: GoValue;
    for (let index = 1; index < operands.length; index++) {
      const operand = operands[index];
      if (!operand) continue;
      value = this.#argument(dot, 'value', operand);
      if (isTrue(value) === (name === 'or')) return value;
    }
    return final === MISSING ? value : final;
  }

  #call(
    dot: GoValue,
    name: string,
    node: PlacedNode,
    called: GoFunction | ScopedFunction,
    operands: readonly OperandNode[],
    final: GoValue,
  ): GoValue {
    const { parameters, variadic } = called;
    const given = Math.max(operands.length - 1, 0);
    const count = given + (final === MISSING ? 0 : 1);
    const fixed = variadic ? parameters.length - 1 : parameters.length;
    if (variadic ? count < fixed : count !== fixed) this.fail(wrongCount(name, called, given, count));
    const last = parameters[parameters.length - 1] ?? 'any';
    const args = slots(count);
    for (let index = 0; index < given; index++) {
      const operand = operands[index + 1];
      const type = index < fixed ? (parameters[index] ?? 'any') : last;
      if (operand) args[index] = this.#argument(dot, type, operand);
    }
    if (final !== MISSING)
      args[given] = validated(this, final, given < fixed ? (parameters[given] ?? 'any') : last);
    try {
      const result = 'callIn' in called ? called.callIn(this.#set, args) : called.call(...args);
      if (typeof result === 'string' && result.length > SHORT_TEXT) this.#budget.write(result.length);
      return result;
    } catch (error) {
      if (!(error instanceof Error) || stopsRender(error)) throw error;
      this.#node = node;
      return this.fail(`error calling ${name}: ${error.message}`, error);
    }
  }

  #argument(dot: GoValue, type: string, node: OperandNode): GoValue {
    this.#node = node;
    switch (node.type) {
      case 'dot':
        return validated(this, dot, type);
      case 'nil':
        if (canBeNil(type)) return nilOf(type);
        return this.fail(`cannot assign nil to ${displayType(type)}`);
      case 'field':
        return validated(
          this,
          this.#fieldChain(dot, dot, this.#dotBoxed, node, node.path, 0, NO_OPERANDS, MISSING),
          type,
        );
      case 'variable':
        return validated(this, this.#variable(dot, node, NO_OPERANDS, MISSING), type);
      case 'pipe':
        return validated(this, this.#pipeline(dot, node), type);
      case 'identifier':
        return validated(this, this.#function(dot, node, node, NO_OPERANDS, MISSING), type);
      case 'chain':
        return validated(this, this.#chain(dot, node, NO_OPERANDS, MISSING), type);
      case 'bool':
      case 'string':
      case 'number':
        return literalValue(this, type, node);
    }
  }
}

const NO_OPERANDS: readonly OperandNode[] = [];
