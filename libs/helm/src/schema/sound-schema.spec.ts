import type { JsonValue } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { readSchema } from './sound-schema.js';

const DRAFT_4 = 'http://json-schema.org/draft-04/schema#';
const DRAFT_7 = 'http://json-schema.org/draft-07/schema#';
const DRAFT_2019 = 'https://json-schema.org/draft/2019-09/schema';
const problemOf = (schema: JsonValue): string => {
  try {
    readSchema(schema);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};
const against = (address: string, lines: string): string =>
  `"file:///values.schema.json#" is not valid against metaschema: jsonschema validation failed with '${address}'\n${lines}`;

describe('a schema', () => {
  it.each<JsonValue>([
    true,
    {},
    { $schema: DRAFT_4, minimum: 1, exclusiveMinimum: true, required: ['a'], id: 'x' },
    JSON.parse(
      `{"$schema": "${DRAFT_7}", "if": {"minimum": 1}, "then": false, "items": [{}, true], "dependencies": {"a": ["b"], "c": {}}}`,
    ) as JsonValue,
    { $schema: DRAFT_2019, $recursiveAnchor: true, items: [{}], additionalItems: { $recursiveRef: '#' } },
    { prefixItems: [{}], $defs: { a: { type: ['string', 'null'], deprecated: true } }, $ref: '#/$defs/a' },
    { $defs: { unused: { $ref: '#/nowhere' } } },
    { $schema: DRAFT_7, prefixItems: [{ $ref: '#/nowhere' }] },
  ])('keeps to its draft: %j', (schema) => {
    expect(problemOf(schema)).toBe('');
  });

  it.each<[JsonValue, string]>([
    [
      { $schema: DRAFT_7, properties: { a: { minLength: -1 } } },
      against(
        DRAFT_7,
        "- at '/properties/a/minLength': 'allOf' failed\n  - at '/properties/a/minLength': minimum: got -1, want 0",
      ),
    ],
    [{ $schema: DRAFT_4, required: [] }, against(DRAFT_4, "- at '/required': minItems: got 0, want 1")],
    [
      { properties: { a: { pattern: '[a-' } } },
      against(
        'https://json-schema.org/draft/2020-12/schema#',
        "- at '': 'allOf' failed\n  - at '/properties/a': 'allOf' failed\n    - at '/properties/a/pattern': '[a-' is not valid regex: error parsing regexp: missing closing ]: `[a-`",
      ),
    ],
  ])('that breaks the rules of its draft is told where: %j', (schema, message) => {
    expect(problemOf(schema)).toBe(message);
  });

  it.each<[JsonValue, string]>([
    [
      { properties: { a: { $ref: '#/definitions/b' } } },
      'json-pointer in "file:///values.schema.json#/definitions/b" not found',
    ],
    [
      { not: { $ref: '#name' } },
      'anchor in "file:///values.schema.json#name" not found in schema "file:///values.schema.json"',
    ],
    [
      { $ref: 'other.json' },
      'failing loading "file:///other.json": open /other.json: no such file or directory',
    ],
    [{ $schema: 'draft-7' }, 'failing loading "draft-7": no URLLoader registered for "draft-7"'],
  ])('whose references lead nowhere is refused: %j', (schema, message) => {
    expect(problemOf(schema)).toBe(message);
  });
});
