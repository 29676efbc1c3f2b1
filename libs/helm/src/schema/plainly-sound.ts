import { isJsonObject, type JsonObject, type JsonValue } from '@lotse/manifests';
import type { Draft } from './schema-document.js';
import { formatComplaint } from './schema-formats.js';

/** Deeper schemas are left to the whole check. */
const MAX_DEPTH = 200;
const TYPES = new Set(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']);
/** References within the file and addresses as people write them; what is odder is left to the whole check. */
const PLAIN_REFERENCE = /^#[\w$./-]*$/;
const PLAIN_ADDRESS = /^https?:\/\/[\w./-]+#?$/;

type Rule = (value: JsonValue, walk: Walk, depth: number, node: JsonObject) => boolean;

interface Walk {
  readonly draft: Draft;
  hasReferences: boolean;
}

const isText: Rule = (value) => typeof value === 'string';
const isFlag: Rule = (value) => typeof value === 'boolean';
const isNumber: Rule = (value) => typeof value === 'number';
const isPositive: Rule = (value) => typeof value === 'number' && value > 0;
const isCount: Rule = (value) => Number.isInteger(value) && (value as number) >= 0;
const isAnything: Rule = () => true;
const isUnsure: Rule = () => false;
const isList: Rule = (value) => Array.isArray(value);

const isPattern: Rule = (value) => typeof value === 'string' && formatComplaint('regex', value) === undefined;

const isTexts: Rule = (value, { draft }) =>
  Array.isArray(value) &&
  (value.length > 0 || draft > 4) &&
  value.every((item) => typeof item === 'string') &&
  new Set(value).size === value.length;

const isType: Rule = (value) =>
  typeof value === 'string'
    ? TYPES.has(value)
    : Array.isArray(value) &&
      value.length > 0 &&
      value.every((item) => typeof item === 'string' && TYPES.has(item)) &&
      new Set(value).size === value.length;

const isEnum: Rule = (value, { draft }) => {
  if (!Array.isArray(value)) return false;
  if (draft > 6) return true;
  return (
    value.length > 0 &&
    value.every((item) => typeof item !== 'object' || item === null) &&
    new Set(value).size === value.length
  );
};

const isSchema: Rule = (value, walk, depth) =>
  isJsonObject(value) ? isSound(value, walk, depth) : typeof value === 'boolean' && walk.draft > 4;

const isSchemaOrFlag: Rule = (value, walk, depth, node) =>
  typeof value === 'boolean' || isSchema(value, walk, depth, node);

const isSchemas: Rule = (value, walk, depth, node) =>
  Array.isArray(value) && value.length > 0 && value.every((item) => isSchema(item, walk, depth, node));

const isItems: Rule = (value, walk, depth, node) =>
  Array.isArray(value)
    ? walk.draft < 2020 && isSchemas(value, walk, depth, node)
    : isSchema(value, walk, depth, node);

const isSchemaMap: Rule = (value, walk, depth, node) =>
  isJsonObject(value) && Object.keys(value).every((key) => isSchema(value[key] ?? null, walk, depth, node));

const isPatternMap: Rule = (value, walk, depth, node) =>
  isJsonObject(value) &&
  Object.keys(value).every(
    (key) => isPattern(key, walk, depth, node) && isSchema(value[key] ?? null, walk, depth, node),
  );

const isDependencies: Rule = (value, walk, depth, node) =>
  isJsonObject(value) &&
  Object.keys(value).every((key) => {
    const part = value[key] ?? null;
    return Array.isArray(part) ? isTexts(part, walk, depth, node) : isSchema(part, walk, depth, node);
  });

/** Draft 4 has flags beside the limit they are about, later ones have limits of their own. */
const excludes =
  (limit: string): Rule =>
  (value, { draft }, _, node) =>
    draft === 4 ? typeof value === 'boolean' && limit in node : typeof value === 'number';

const isReference: Rule = (value, walk) => {
  walk.hasReferences = true;
  return typeof value === 'string' && PLAIN_REFERENCE.test(value);
};

const isAtRoot: Rule = (value, _, depth) =>
  depth === 1 && typeof value === 'string' && PLAIN_ADDRESS.test(value);

/** Keywords and the first draft that has them; drafts say nothing of what they don't have. */
const RULES: ReadonlyMap<string, readonly [rule: Rule, since: Draft]> = new Map(
  (
    [
      [4, isText, 'title description format'],
      [4, isAnything, 'default'],
      [4, isAtRoot, '$schema'],
      [4, isReference, '$ref'],
      [4, isNumber, 'maximum minimum'],
      [4, excludes('maximum'), 'exclusiveMaximum'],
      [4, excludes('minimum'), 'exclusiveMinimum'],
      [4, isPositive, 'multipleOf'],
      [4, isCount, 'maxLength minLength maxItems minItems maxProperties minProperties'],
      [4, isPattern, 'pattern'],
      [4, isFlag, 'uniqueItems'],
      [4, isTexts, 'required'],
      [4, isEnum, 'enum'],
      [4, isType, 'type'],
      [4, isSchemaOrFlag, 'additionalItems additionalProperties'],
      [4, isItems, 'items'],
      [4, isSchemaMap, 'definitions properties'],
      [4, isPatternMap, 'patternProperties'],
      [4, isDependencies, 'dependencies'],
      [4, isSchemas, 'allOf anyOf oneOf'],
      [4, isSchema, 'not'],
      [6, isAtRoot, '$id'],
      [6, isAnything, 'const'],
      [6, isSchema, 'contains propertyNames'],
      [6, isList, 'examples'],
      [7, isText, '$comment contentMediaType contentEncoding'],
      [7, isSchema, 'if then else'],
      [7, isFlag, 'readOnly writeOnly'],
      [2019, isSchemaMap, '$defs dependentSchemas'],
      [2019, isFlag, 'deprecated'],
      [2019, isCount, 'maxContains minContains'],
      [2019, isSchema, 'unevaluatedItems unevaluatedProperties contentSchema'],
      [2020, isSchemas, 'prefixItems'],
      [
        4,
        isUnsure,
        'id $vocabulary $anchor $dynamicAnchor $dynamicRef $recursiveAnchor $recursiveRef dependentRequired',
      ],
    ] as const
  ).flatMap(([since, rule, names]) => names.split(' ').map((name) => [name, [rule, since]] as const)),
);

function isSound(node: JsonObject, walk: Walk, depth: number): boolean {
  if (depth > MAX_DEPTH) return false;
  for (const key of Object.keys(node)) {
    const known = RULES.get(key);
    if (!known || known[1] > walk.draft) continue;
    if (!known[0](node[key] ?? null, walk, depth + 1, node)) return false;
  }
  return true;
}

/**
 * Whether a schema keeps to its draft, when that is plain to see, and whether it refers to parts of itself; undefined when
 * only the draft's own schema can tell. That takes ten times as long in a process that renders once, and nearly all schemas
 * of charts are plain.
 */
export function plainlySound(
  schema: JsonValue,
  draft: Draft,
): { readonly hasReferences: boolean } | undefined {
  const walk: Walk = { draft, hasReferences: false };
  if (typeof schema === 'boolean') return draft > 4 ? walk : undefined;
  return isJsonObject(schema) && isSound(schema, walk, 0) ? walk : undefined;
}
