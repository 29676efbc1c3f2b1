import type { FileTree, JsonValue } from '@lotse/manifests';
import { bindArguments } from './bind-arguments.js';
import { Importer } from './importer.js';
import { Interpreter } from './interpreter.js';
import { DEFAULT_JSONNET_LIMITS, type JsonnetLimits } from './limits.js';
import { jsonnetError, type Source } from './source.js';
import { toJson } from './to-json.js';
import { JsonnetFunction, Thunk, type Lazy } from './values.js';

/** A value given from outside: a text, or code that gives it. */
export interface JsonnetVariable {
  readonly name: string;
  readonly value: string;
  readonly code?: boolean | undefined;
}

/** What to evaluate. */
export interface JsonnetRequest {
  /** Everything a program can see. */
  readonly tree: FileTree;
  /** The program. */
  readonly path: string;
  /** Folders of the tree where imports are looked for, the last first, after the folder of the importing file. */
  readonly libraries?: readonly string[] | undefined;
  /** What `std.extVar` gives. */
  readonly externals?: readonly JsonnetVariable[] | undefined;
  /** Arguments of the function a program comes to. */
  readonly topLevelArguments?: readonly JsonnetVariable[] | undefined;
  readonly limits?: Partial<JsonnetLimits> | undefined;
}

/**
 * Evaluates a Jsonnet program as go-jsonnet 0.22 does. Reads nothing but the tree.
 * Throws CodedError `jsonnet/...` with file, line and column. Time and memory are the caller's to limit.
 */
export function evaluateJsonnet(request: JsonnetRequest): JsonValue {
  try {
    return run(request);
  } catch (error) {
    if (!(error instanceof RangeError) || !/call stack/.test(error.message)) throw error;
    throw jsonnetError(
      'limit',
      'max stack frames exceeded. Look for a function or field that needs itself without end.',
      { name: request.path, text: '' },
    );
  }
}

function run(request: JsonnetRequest): JsonValue {
  const limits = { ...DEFAULT_JSONNET_LIMITS, ...request.limits };
  const importer = new Importer(request.tree, request.libraries ?? [], limits);
  const start: Source = { name: request.path, text: '' };
  const { text } = importer.read(request.path, start, 0);
  const externals = new Map((request.externals ?? []).map((each) => [each.name, each]));
  const interpreter = new Interpreter({
    importer,
    limits,
    external: (name) => {
      const found = externals.get(name);
      return found?.code === true ? { name: `<extvar:${name}>`, text: found.value } : found?.value;
    },
  });
  let value = interpreter.run({ name: request.path, text });
  if (value instanceof JsonnetFunction) {
    const named = (request.topLevelArguments ?? []).map(({ name, value: given, code }): [string, Lazy] => [
      name,
      code === true
        ? new Thunk(undefined, undefined, () => interpreter.run({ name: `<tla:${name}>`, text: given }))
        : given,
    ]);
    const slots = bindArguments(value, [], named, (message) =>
      jsonnetError(
        'runtime',
        `${message}. Set it in the top level arguments.`,
        { name: request.path, text },
        0,
      ),
    );
    value = value.body
      ? interpreter.evaluate(value.body, interpreter.functionEnvironment(value, slots))
      : interpreter.call(value, []);
  }
  return toJson(interpreter, value);
}
