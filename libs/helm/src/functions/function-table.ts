import type { Budget } from '../template/budget.js';
import type { GoFunction } from '../template/values.js';
import { builtinFunctions } from './builtins.js';
import { defaultFunctions } from './defaults.js';
import { dictFunctions } from './dicts.js';
import { encodingFunctions } from './encoding.js';
import { helmFunctions, type RenderingPort } from './helm-functions.js';
import { listFunctions } from './lists.js';
import { numberFunctions } from './numbers.js';
import { regularExpressionFunctions } from './regular-expressions.js';
import { stringFunctions } from './strings.js';
import { versionFunctions } from './versions.js';

/** What the functions of one render share. */
export interface FunctionContext {
  readonly budget: Budget;
  /** 4 adds the functions Helm 4 has beyond Helm 3's. */
  readonly generation: 3 | 4;
  readonly random: () => number;
  readonly now: () => number;
  readonly port: RenderingPort;
}

/** Every function a template can call. Adding a family is adding a file and a line here; later lines win. */
export function functionTable(context: FunctionContext): ReadonlyMap<string, GoFunction> {
  const { budget, generation, random, port } = context;
  return new Map(
    Object.entries({
      ...builtinFunctions,
      ...defaultFunctions,
      ...dictFunctions,
      ...encodingFunctions,
      ...listFunctions(budget),
      ...numberFunctions(budget, random),
      ...regularExpressionFunctions(budget),
      ...stringFunctions(budget),
      ...versionFunctions,
      ...helmFunctions(port, budget, generation === 4),
    }),
  );
}
