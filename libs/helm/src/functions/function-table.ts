import type { Budget } from '../template/budget.js';
import type { GoFunction } from '../template/values.js';
import { builtinFunctions } from './builtins.js';
import { withClaims } from './claims.js';
import { certificateFunctions } from './certificates.js';
import { dateFunctions, durationFunctions } from './dates.js';
import { defaultFunctions } from './defaults.js';
import { dictFunctions } from './dicts.js';
import { digestFunctions } from './digests.js';
import { encodingFunctions } from './encoding.js';
import { helmFunctions, type RenderingPort } from './helm-functions.js';
import { listFunctions } from './lists.js';
import { numberFunctions } from './numbers.js';
import { pathFunctions } from './paths.js';
import { randomFunctions } from './random-text.js';
import { regularExpressionFunctions } from './regular-expressions.js';
import type { RsaKeySource } from './rsa-keys.js';
import { stringFunctions } from './strings.js';
import { urlFunctions } from './urls.js';
import { versionFunctions } from './versions.js';

/** What the functions of one render share. */
export interface FunctionContext {
  readonly budget: Budget;
  /** 4 adds the functions Helm 4 has beyond Helm 3's. */
  readonly generation: 3 | 4;
  readonly random: () => number;
  readonly now: () => number;
  readonly rsaKey: RsaKeySource;
  readonly port: RenderingPort;
}

/** Every function a template can call. Adding a family is adding a file and a line here; later lines win. */
export function functionTable(context: FunctionContext): ReadonlyMap<string, GoFunction> {
  const { budget, generation, random, now, rsaKey, port } = context;
  const functions = new Map(
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
      ...pathFunctions,
      ...urlFunctions,
      ...randomFunctions(budget, random),
      ...digestFunctions(random),
      ...certificateFunctions(random, now, rsaKey),
      ...dateFunctions(now),
      ...(generation === 4 ? durationFunctions : {}),
      ...helmFunctions(port, budget, generation === 4),
    }),
  );
  return withClaims(functions, budget);
}
