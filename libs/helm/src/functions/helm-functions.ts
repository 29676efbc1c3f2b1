import { emitYamlPretty, type JsonObject, type JsonValue } from '@lotse/manifests';
import type { Budget } from '../template/budget.js';
import type { ScopedFunction, TemplateEnvironment } from '../template/environment.js';
import { executeBody, executeTemplate } from '../template/executor.js';
import { goQuote } from '../template/go-quote.js';
import type { TemplateBody } from '../template/nodes.js';
import { isStackExhausted, stopsRender } from '../template/stops-render.js';
import { TemplateSet } from '../template/template-set.js';
import { type GoValue, kindName } from '../template/values.js';
import { fromJsonValue, goJson, parseGoJson, toJsonValue } from './go-json.js';
import { readYaml, toYamlText } from './go-yaml.js';
import { define, type FunctionTable } from './signature.js';
import { fromToml, toToml } from './toml.js';

/** Helm ends a template that includes itself deeper than this. */
const MAX_INCLUDE_DEPTH = 1000;
const ERROR_START = 'HELM_ERR_START';
const ERROR_END = 'HELM_ERR_END';

/** What the functions that render need from the engine. */
export interface RenderingPort {
  /** Parses a text given to `tpl`; the bodies are cached by text. */
  parse(name: string, text: string): TemplateBody[];
  environment(): TemplateEnvironment;
  lookup(apiVersion: string, kind: string, namespace: string, name: string): JsonObject;
}

/** Marks a message as the chart author's own, so that it is shown without the template's trace. */
export function authoredError(message: string): Error {
  return new Error(`${ERROR_START}${message}${ERROR_END}`);
}

/** The chart author's message in an error's text, when there is one. */
export function authoredMessage(text: string): string | undefined {
  const start = text.indexOf(ERROR_START);
  const end = text.lastIndexOf(ERROR_END);
  return start < 0 || end < start ? undefined : text.slice(start + ERROR_START.length, end);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function jsonKind(value: GoValue): string {
  if (typeof value === 'boolean') return 'bool';
  const kind = kindName(value);
  if (kind === 'map') return 'object';
  return kind === 'slice' ? 'array' : kind === 'float64' ? 'number' : kind;
}

function asMap(value: GoValue): GoValue {
  if (value === null) return new Map();
  if (value instanceof Map) return value;
  throw new Error(`json: cannot unmarshal ${jsonKind(value)} into Go value of type map[string]interface {}`);
}

function asList(value: GoValue): GoValue {
  if (value === null) return [];
  if (Array.isArray(value)) return value;
  throw new Error(`json: cannot unmarshal ${jsonKind(value)} into Go value of type []interface {}`);
}

function errorMap(action: () => GoValue): GoValue {
  try {
    return action();
  } catch (error) {
    return new Map([['Error', messageOf(error)]]);
  }
}

function errorList(action: () => GoValue): GoValue {
  try {
    return action();
  } catch (error) {
    return [messageOf(error)];
  }
}

function yamlError<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    const message = messageOf(error);
    throw new Error(
      message.startsWith('json: cannot')
        ? `error unmarshaling JSON: while decoding JSON: ${message}`
        : message,
      { cause: error },
    );
  }
}

function quietly(action: () => string): string {
  try {
    return action();
  } catch {
    return '';
  }
}

function required(message: string, value: GoValue): GoValue {
  if (value === null || value === undefined || value === '') throw authoredError(message);
  return value;
}

/** Functions Helm adds to sprig's or replaces. `modern` adds those of Helm 4. */
export function helmFunctions(port: RenderingPort, budget: Budget, modern: boolean): FunctionTable {
  const written = (text: string): string => {
    budget.write(text.length);
    return text;
  };
  const table: FunctionTable = {
    toYaml: define('any', (value) => written(quietly(() => toYamlText(value)))),
    toYamlPretty: define('any', (value) =>
      written(quietly(() => emitYamlPretty(toJsonValue(value) as JsonValue).replace(/\n$/, ''))),
    ),
    fromYaml: define('string', (text) => errorMap(() => yamlError(() => asMap(readYaml(text))))),
    fromYamlArray: define('string', (text) => errorList(() => yamlError(() => asList(readYaml(text))))),
    toJson: define('any', (value) => written(quietly(() => goJson(value)))),
    mustToJson: define('any', (value) => written(goJson(value))),
    fromJson: define('string', (text) => errorMap(() => asMap(parseGoJson(text)))),
    fromJsonArray: define('string', (text) => errorList(() => asList(parseGoJson(text)))),
    toToml: define('any', (value) => {
      try {
        return written(toToml(value));
      } catch (error) {
        return messageOf(error);
      }
    }),
    fromToml: define('string', (text) => errorMap(() => fromToml(text))),
    required: define('string any', required),
    fail: define('string', (message) => {
      throw authoredError(message);
    }),
    lookup: define('string string string string', (apiVersion, kind, namespace, name) =>
      fromJsonValue(port.lookup(apiVersion, kind, namespace, name)),
    ),
    getHostByName: define('string', () => ''),
    ...renderingFunctions(port, budget),
  };
  if (modern) {
    table['mustToYaml'] = define('any', (value) => written(toYamlText(value)));
    table['mustToToml'] = define('any', (value) => written(toToml(value)));
  }
  return table;
}

function renderingFunctions(port: RenderingPort, budget: Budget): FunctionTable {
  const depths = new Map<string, number>();

  const include = (set: TemplateSet, name: string, data: GoValue): string => {
    const depth = depths.get(name) ?? 0;
    if (depth > MAX_INCLUDE_DEPTH) throw nestedReference(name);
    depths.set(name, depth + 1);
    try {
      return executeTemplate(set, name, data, port.environment());
    } catch (error) {
      // The stack ends before the counter does when each level is large.
      throw isStackExhausted(error) ? nestedReference(name) : error;
    } finally {
      depths.set(name, depth);
    }
  };

  const tpl = (set: TemplateSet, text: string, data: GoValue): string => {
    budget.write(text.length);
    if (!text.includes('{{')) return text.replaceAll('<no value>', '');
    const inner = new TemplateSet(set);
    let bodies;
    try {
      bodies = port.parse(set.name, text);
    } catch (error) {
      throw new Error(`cannot parse template ${goQuote(text)}: ${messageOf(error)}`, { cause: error });
    }
    inner.add(bodies.slice(1));
    const [main] = bodies;
    if (!main) return '';
    try {
      return executeBody(inner, main, data, port.environment()).replaceAll('<no value>', '');
    } catch (error) {
      if (!(error instanceof Error) || stopsRender(error)) throw error;
      throw new TplError(`error during tpl function execution for ${goQuote(text)}: ${error.message}`, error);
    }
  };

  return {
    include: scoped(['string', 'any'], (set, args) => include(set, args[0] as string, args[1])),
    tpl: scoped(['string', 'any'], (set, args) => tpl(set, args[0] as string, args[1])),
  };
}

/** An error inside `tpl`, with the text that was being rendered. */
export class TplError extends Error {
  readonly inner: Error;

  constructor(message: string, inner: Error) {
    super(message);
    this.inner = inner;
  }
}

function nestedReference(name: string): Error {
  return new Error(`rendering template has a nested reference name: ${name}: unable to execute template`);
}

function scoped(
  parameters: readonly string[],
  callIn: (set: TemplateSet, args: readonly GoValue[]) => GoValue,
): ScopedFunction {
  return {
    parameters,
    variadic: false,
    callIn,
    call: () => {
      throw new Error('not called from a template');
    },
  };
}
