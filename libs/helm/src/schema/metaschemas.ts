import type { JsonObject } from '@lotse/manifests';
import { type Draft, SchemaDocument } from './schema-document.js';

/** Where the drafts' own schemas are published. */
export const METASCHEMA_ADDRESSES: Readonly<Record<Draft, string>> = {
  4: 'http://json-schema.org/draft-04/schema',
  6: 'http://json-schema.org/draft-06/schema',
  7: 'http://json-schema.org/draft-07/schema',
  2019: 'https://json-schema.org/draft/2019-09/schema',
  2020: 'https://json-schema.org/draft/2020-12/schema',
};

const documents = new Map<Draft, SchemaDocument>();

/** What schemas of a draft must look like, as a schema. */
export function metaschemaOf(draft: Draft): SchemaDocument {
  let document = documents.get(draft);
  if (!document) {
    document = new SchemaDocument(draft >= 2019 ? ofVocabularies(draft) : ofOneFile(draft));
    document.assertsFormats = true;
    documents.set(draft, document);
  }
  return document;
}

const TYPES = { enum: ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'] };
const TEXT = { type: 'string' };
const FLAG = { type: 'boolean' };
const NUMBER = { type: 'number' };
const PATTERN = { type: 'string', format: 'regex' };
const REFERENCE = { type: 'string', format: 'uri-reference' };
const COUNT = { type: 'integer', minimum: 0 };
/** Older drafts say so where a count has a default, and their validators show it. */
const OLD_COUNT = { allOf: [COUNT, { default: 0 }] };
const TEXTS = { type: 'array', items: TEXT, uniqueItems: true };
const TYPE = { anyOf: [TYPES, { type: 'array', items: TYPES, minItems: 1, uniqueItems: true }] };

/** The keywords of the same shape: `shaped(TEXT, 'title description')`. */
function shaped(shape: JsonObject | true, keywords: string): JsonObject {
  return Object.fromEntries(keywords.split(' ').map((keyword) => [keyword, shape]));
}

/** Keywords that hold schemas, given how a schema is referred to. */
function holders(any: JsonObject): { list: JsonObject; map: JsonObject; patterns: JsonObject } {
  const map = { type: 'object', additionalProperties: any };
  return {
    list: { type: 'array', minItems: 1, items: any },
    map,
    patterns: { ...map, propertyNames: { format: 'regex' } },
  };
}

function ofOneFile(draft: Draft): JsonObject {
  const any = { $ref: '#' };
  const { list, map, patterns } = holders(any);
  const isFirst = draft === 4;
  const texts = isFirst ? { ...TEXTS, minItems: 1 } : TEXTS;
  const limited = isFirst ? { anyOf: [FLAG, any] } : any;
  const properties: JsonObject = {
    ...shaped(TEXT, 'title description format'),
    $schema: isFirst ? TEXT : { type: 'string', format: 'uri' },
    ...shaped(isFirst ? TEXT : REFERENCE, isFirst ? 'id' : '$id $ref'),
    ...shaped(NUMBER, 'maximum minimum'),
    ...shaped(isFirst ? FLAG : NUMBER, 'exclusiveMaximum exclusiveMinimum'),
    multipleOf: isFirst
      ? { type: 'number', minimum: 0, exclusiveMinimum: true }
      : { type: 'number', exclusiveMinimum: 0 },
    ...shaped(COUNT, 'maxLength maxItems maxProperties'),
    ...shaped(OLD_COUNT, 'minLength minItems minProperties'),
    pattern: PATTERN,
    uniqueItems: FLAG,
    required: texts,
    enum: draft === 7 ? { type: 'array', items: true } : { type: 'array', minItems: 1, uniqueItems: true },
    type: TYPE,
    ...shaped(limited, 'additionalItems additionalProperties'),
    items: { anyOf: [any, list] },
    ...shaped(map, 'definitions properties'),
    patternProperties: draft === 7 ? patterns : map,
    dependencies: { type: 'object', additionalProperties: { anyOf: [any, texts] } },
    ...shaped(list, 'allOf anyOf oneOf'),
    not: any,
    ...(isFirst ? {} : { ...shaped(any, 'contains propertyNames'), examples: { type: 'array' } }),
    ...(draft === 7
      ? {
          ...shaped(TEXT, '$comment contentMediaType contentEncoding'),
          ...shaped(any, 'if then else'),
          ...shaped(FLAG, 'readOnly writeOnly'),
        }
      : {}),
  };
  return {
    $schema: `${METASCHEMA_ADDRESSES[draft]}#`,
    type: isFirst ? 'object' : ['object', 'boolean'],
    properties,
    ...(isFirst && { dependencies: { exclusiveMaximum: ['maximum'], exclusiveMinimum: ['minimum'] } }),
  };
}

function ofVocabularies(draft: Draft): JsonObject {
  const isNewest = draft === 2020;
  const any = isNewest ? { $dynamicRef: '#meta' } : { $recursiveRef: '#' };
  const { list, map, patterns } = holders(any);
  const frame = {
    $schema: METASCHEMA_ADDRESSES[draft],
    ...(isNewest ? { $dynamicAnchor: 'meta' } : { $recursiveAnchor: true }),
    type: ['object', 'boolean'],
  };
  const anchor = {
    type: 'string',
    pattern: isNewest ? '^[A-Za-z_][-A-Za-z0-9._]*$' : '^[A-Za-z][-A-Za-z0-9.:_]*$',
  };
  const unevaluated = shaped(any, 'unevaluatedItems unevaluatedProperties');
  const vocabularies: Record<string, JsonObject> = {
    core: {
      $id: { ...REFERENCE, pattern: '^[^#]*#?$' },
      $schema: { type: 'string', format: 'uri' },
      $anchor: anchor,
      $ref: REFERENCE,
      ...(isNewest
        ? { $dynamicRef: REFERENCE, $dynamicAnchor: anchor }
        : { $recursiveRef: REFERENCE, $recursiveAnchor: FLAG }),
      $vocabulary: {
        type: 'object',
        propertyNames: { type: 'string', format: 'uri' },
        additionalProperties: FLAG,
      },
      $comment: TEXT,
      $defs: map,
    },
    applicator: {
      ...shaped(any, 'contains additionalProperties propertyNames if then else not'),
      ...(isNewest
        ? { prefixItems: list, items: any }
        : { items: { anyOf: [any, list] }, additionalItems: any, ...unevaluated }),
      ...shaped(map, 'properties dependentSchemas'),
      patternProperties: patterns,
      ...shaped(list, 'allOf anyOf oneOf'),
    },
    ...(isNewest && { unevaluated }),
    validation: {
      ...shaped(NUMBER, 'maximum exclusiveMaximum minimum exclusiveMinimum'),
      multipleOf: { type: 'number', exclusiveMinimum: 0 },
      ...shaped(
        COUNT,
        'maxLength minLength maxItems minItems maxContains minContains maxProperties minProperties',
      ),
      pattern: PATTERN,
      uniqueItems: FLAG,
      required: TEXTS,
      dependentRequired: { type: 'object', additionalProperties: TEXTS },
      enum: { type: 'array', items: true },
      type: TYPE,
    },
    'meta-data': {
      ...shaped(TEXT, 'title description'),
      ...shaped(FLAG, 'deprecated readOnly writeOnly'),
      examples: { type: 'array' },
    },
    format: { format: TEXT },
    content: { ...shaped(TEXT, 'contentMediaType contentEncoding'), contentSchema: any },
  };
  const address = (name: string): string => METASCHEMA_ADDRESSES[draft].replace(/schema$/, `meta/${name}`);
  return {
    ...frame,
    $id: METASCHEMA_ADDRESSES[draft],
    allOf: Object.keys(vocabularies).map((name) => ({ $ref: address(name) })),
    properties: {
      definitions: map,
      dependencies: { type: 'object', additionalProperties: { anyOf: [any, TEXTS] } },
    },
    $defs: Object.fromEntries(
      Object.entries(vocabularies).map(([name, properties]) => [
        name,
        { ...frame, $id: address(name), properties },
      ]),
    ),
  };
}
