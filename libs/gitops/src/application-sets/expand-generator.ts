import { isJsonObject, setOwn, type JsonObject, type JsonValue } from '@lotse/manifests';
import { clusterGenerator } from './cluster-generator.js';
import { byMergeKeys, joinParameters } from './combine.js';
import { flatten } from './flatten.js';
import { generatorError } from './generator-error.js';
import { assertNotTooMany, type Generator, type GeneratorContext } from './generator-context.js';
import { gitGenerator } from './git-generator.js';
import { listGenerator } from './list-generator.js';
import { mergeValues } from './merge-values.js';
import { selects } from './select.js';
import type { Parameters } from './types.js';

/** Matrix and merge may stand in one another, one level deep as with Argo CD. */
const MAX_DEPTH = 2;
const UNSUPPORTED = ['scmProvider', 'pullRequest', 'plugin', 'clusterDecisionResource'];
const SIMPLE: Readonly<Record<string, Generator>> = {
  list: listGenerator,
  clusters: clusterGenerator,
  git: gitGenerator,
};
const KNOWN = [...Object.keys(SIMPLE), 'matrix', 'merge', ...UNSUPPORTED];
/** These are filled when the generator has its own parameters, not with those of its matrix alone. */
const FILLED_LATER = new Set(['values', 'template']);

/** What a generator gave, and the template of its own. */
export interface Expansion {
  readonly parameters: readonly Parameters[];
  readonly template: JsonObject | undefined;
}

/** Runs one generator with whatever stands in it. @throws CodedError saying which part of it is wrong. */
export async function expandGenerator(
  generator: JsonValue | undefined,
  context: GeneratorContext,
  where: string,
  depth = 0,
): Promise<Expansion> {
  if (!isJsonObject(generator)) throw generatorError(where, 'must be an object with one generator.');
  const kinds = KNOWN.filter((kind) => isJsonObject(generator[kind]));
  const [kind] = kinds;
  if (kind === undefined)
    throw generatorError(
      where,
      `has none of the generators ${[...Object.keys(SIMPLE), 'matrix', 'merge'].join(', ')}.`,
    );
  if (kinds.length > 1)
    throw generatorError(
      where,
      `has more than one generator: ${kinds.join(', ')}. Make each an entry of its own.`,
    );
  if (UNSUPPORTED.includes(kind))
    throw generatorError(
      where,
      `the generator ${kind} is not supported. Use list, git, clusters, matrix or merge; nothing is created, changed or deleted until then.`,
    );
  const spec = generator[kind];
  const own = isJsonObject(spec) ? spec : {};
  const inside = `${where}.${kind}`;
  const simple = SIMPLE[kind];
  const found = simple
    ? await simple(own, context, inside)
    : kind === 'matrix'
      ? await matrix(own, context, inside, depth)
      : await merge(own, context, inside, depth);
  const parameters = found.filter((set) => selects(generator['selector'], flatten(set), `${where}.selector`));
  const template = isJsonObject(own['template']) ? own['template'] : undefined;
  return { parameters, template };
}

async function matrix(
  spec: JsonObject,
  context: GeneratorContext,
  where: string,
  depth: number,
): Promise<Parameters[]> {
  const children = childrenOf(spec, where, depth);
  if (children.length !== 2)
    throw generatorError(
      `${where}.generators`,
      `has ${children.length} generators; a matrix has exactly two.`,
    );
  const first = await expandGenerator(children[0], context, `${where}.generators[0]`, depth + 1);
  const joined: Parameters[] = [];
  for (const outer of first.parameters) {
    const parents = { ...context.parents, ...outer };
    const filled = fillGenerator(children[1] ?? null, parents, context.fill);
    const { parameters } = await expandGenerator(
      filled,
      { ...context, parents },
      `${where}.generators[1]`,
      depth + 1,
    );
    for (const inner of parameters) joined.push(joinParameters(outer, inner, context.goTemplate, where));
    assertNotTooMany(joined.length, where);
  }
  return joined;
}

async function merge(
  spec: JsonObject,
  context: GeneratorContext,
  where: string,
  depth: number,
): Promise<Parameters[]> {
  const children = childrenOf(spec, where, depth);
  if (children.length < 2)
    throw generatorError(`${where}.generators`, 'has fewer than two generators; merge needs two or more.');
  const keys = Array.isArray(spec['mergeKeys'])
    ? spec['mergeKeys'].filter((key): key is string => typeof key === 'string')
    : [];
  if (keys.length === 0) throw generatorError(`${where}.mergeKeys`, 'is required: at least one name.');
  let merged: Map<string, Parameters> | undefined;
  for (const [index, child] of children.entries()) {
    const { parameters } = await expandGenerator(child, context, `${where}.generators[${index}]`, depth + 1);
    const sets = byMergeKeys(parameters, keys, context.goTemplate, `${where}.generators[${index}]`);
    if (!merged) {
      merged = sets;
      continue;
    }
    for (const [key, before] of merged) {
      const over = sets.get(key);
      if (over) merged.set(key, context.goTemplate ? mergeValues(before, over) : { ...before, ...over });
    }
  }
  return [...(merged?.values() ?? [])];
}

function childrenOf(spec: JsonObject, where: string, depth: number): readonly JsonValue[] {
  if (depth >= MAX_DEPTH)
    throw generatorError(
      where,
      'is nested too deeply: a matrix or merge may stand in another one, but no deeper.',
    );
  return Array.isArray(spec['generators']) ? spec['generators'] : [];
}

/** The second generator of a matrix with the parameters of the first in its texts. */
function fillGenerator(value: JsonValue, parents: Parameters, fill: GeneratorContext['fill']): JsonValue {
  if (Array.isArray(value)) return value.map((item) => fillGenerator(item, parents, fill));
  if (!isJsonObject(value)) return fill(value, parents);
  const filled: JsonObject = {};
  for (const [key, item] of Object.entries(value))
    setOwn(filled, key, FILLED_LATER.has(key) ? item : fillGenerator(item, parents, fill));
  return filled;
}
