import { isJsonObject, setOwn, type JsonObject, type JsonValue } from '@lotse/manifests';
import type { Fill } from './fill-template.js';
import { generatorError } from './generator-error.js';
import type { GeneratorSources, Parameters } from './types.js';

/** More applications than this are a mistake of a pattern, not a plan. */
export const MAX_PARAMETER_SETS = 5_000;

/** What every generator of a set is given. */
export interface GeneratorContext {
  readonly goTemplate: boolean;
  readonly fill: Fill;
  readonly sources: GeneratorSources;
  /** The project of the template; undefined when that is templated. */
  readonly project: string | undefined;
  /** What the generators before it in a matrix gave. */
  readonly parents: Parameters;
}

/** One kind of generator: from its specification to sets of parameters. `where` names it in errors. */
export type Generator = (spec: JsonObject, context: GeneratorContext, where: string) => Promise<Parameters[]>;

/**
 * The generator's `values`, filled with what it gave and what came before it, joined to its parameters: `values.name`
 * in either form.
 */
export function withValues(
  values: JsonValue | undefined,
  parameters: Parameters,
  { fill, goTemplate, parents }: GeneratorContext,
  where: string,
): Parameters {
  if (values === undefined || values === null) return parameters;
  if (!isJsonObject(values)) throw generatorError(`${where}.values`, 'must be an object of texts.');
  const filled: JsonObject = {};
  const known = { ...parents, ...parameters };
  for (const [key, value] of Object.entries(values)) setOwn(filled, key, fill(value, known));
  const result: Parameters = { ...parameters };
  if (goTemplate) setOwn(result, 'values', filled);
  else for (const [key, value] of Object.entries(filled)) setOwn(result, `values.${key}`, value);
  return result;
}

/** A text of a generator's specification. */
export function textField(spec: JsonObject, field: string, where: string): string {
  const value = spec[field];
  if (typeof value !== 'string' || value === '')
    throw generatorError(`${where}.${field}`, 'is required and must be a text.');
  return value;
}

/** @throws CodedError when there are more sets of parameters than any set has use for. */
export function assertNotTooMany(count: number, where: string): void {
  if (count > MAX_PARAMETER_SETS)
    throw generatorError(
      where,
      `gives ${count} sets of parameters, more than the limit of ${MAX_PARAMETER_SETS}. Make its patterns narrower, or split the set.`,
    );
}
