import type { JsonValue } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { problemText } from './schema-errors.js';
import { SchemaDocument } from './schema-document.js';
import { validateSchema } from './schema-validator.js';

function complain(schema: JsonValue, value: JsonValue): string {
  const found = validateSchema(new SchemaDocument(schema), value);
  return found ? problemText(found) : '';
}

const DRAFT_7 = 'http://json-schema.org/draft-07/schema#';

describe('values under a schema', () => {
  it.each<[string, JsonValue, JsonValue, string]>([
    [
      'a wrong type',
      { properties: { a: { type: 'string' } } },
      { a: 1 },
      "- at '/a': got number, want string\n",
    ],
    ['two types', { type: ['integer', 'null'] }, 'x', "- at '': got string, want null or integer\n"],
    ['an integer', { type: 'integer' }, 1.5, "- at '': got number, want integer\n"],
    ['a missing property', { required: ['a'] }, {}, "- at '': missing property 'a'\n"],
    ['missing properties', { required: ['a', 'b'] }, {}, "- at '': missing properties 'a', 'b'\n"],
    [
      'an unwanted property',
      { additionalProperties: false },
      { x: 1 },
      "- at '': additional properties 'x' not allowed\n",
    ],
    ['an enum', { enum: ['a', 1, null] }, 'b', "- at '': value must be one of 'a', 1, <nil>\n"],
    ['a const', { const: 5 }, 6, "- at '': value must be 5\n"],
    ['a pattern', { pattern: '^a' }, 'b', "- at '': 'b' does not match pattern '^a'\n"],
    ['a maximum', { maximum: 65535 }, 99999, "- at '': maximum: got 99,999, want 65,535\n"],
    ['a multiple', { multipleOf: 0.1 }, 0.35, "- at '': multipleOf: got 0.35, want 0.1\n"],
    ['equal items', { uniqueItems: true }, [1, 2, 1], "- at '': items at 0 and 2 are equal\n"],
    ['a false schema', { properties: { a: false } }, { a: 1 }, "- at '/a': false schema\n"],
    [
      'alternatives',
      { anyOf: [{ type: 'string' }, { maximum: 3 }] },
      5,
      "- at '': 'anyOf' failed\n  - at '': got number, want string\n  - at '': maximum: got 5, want 3\n",
    ],
    [
      'too many alternatives',
      { oneOf: [true, true] },
      5,
      "- at '': 'oneOf' failed, subschemas 0, 1 matched\n",
    ],
    [
      'several problems of a part',
      { properties: { a: { minLength: 3, pattern: '^x' } }, required: ['c'] },
      { a: 'b' },
      "- at '': missing property 'c'\n- at '/a': validation failed\n  - at '/a': minLength: got 1, want 3\n  - at '/a': 'b' does not match pattern '^x'\n",
    ],
    [
      'a problem behind a reference',
      { $ref: '#/$defs/port', $defs: { port: { type: 'integer' } } },
      'x',
      "- at '': got string, want integer\n",
    ],
    [
      'a condition',
      JSON.parse('{"if": {"required": ["a"]}, "then": {"required": ["b"]}}') as JsonValue,
      { a: 1 },
      "- at '': missing property 'b'\n",
    ],
    [
      'a format of old drafts',
      { $schema: DRAFT_7, format: 'ipv4' },
      'abc',
      "- at '': 'abc' is not valid ipv4: expected four decimals\n",
    ],
    [
      'nothing that its draft does not know',
      {
        $schema: DRAFT_7,
        dependentRequired: { a: ['b'] },
        dependentSchemas: { a: false },
        prefixItems: [false],
      },
      { a: 1 },
      '',
    ],
    [
      'items that are found, as its draft counts them',
      { $schema: DRAFT_7, contains: { type: 'string' }, minContains: 0 },
      [1],
      "- at '': no items match contains schema\n  - at '/0': got number, want string\n",
    ],
    ['a format of new drafts', { format: 'ipv4' }, 'abc', ''],
    [
      'unevaluated properties',
      { allOf: [{ properties: { a: true } }], unevaluatedProperties: false },
      { a: 1, b: 2 },
      "- at '/b': false schema\n",
    ],
  ])('tells about %s', (_, schema, value, expected) => {
    expect(complain(schema, value)).toBe(expected);
  });

  it.each(['urn:example:x', 'https://example.com/schema.json'])(
    'tells of %s, which is not fetched, and allows the value',
    (address) => {
      const heard: string[] = [];
      expect(
        validateSchema(new SchemaDocument({ $ref: address }), 1, (unresolved) => heard.push(unresolved)),
      ).toBeUndefined();
      expect(heard).toEqual([address]);
    },
  );

  const X = 'file:///values.schema.json#/$defs/x';
  it.each([
    [
      { $ref: '#' },
      `- at '': both /$ref and  resolve to "file:///values.schema.json#" causing reference cycle\n`,
    ],
    [
      { allOf: [{ $ref: '#' }] },
      `- at '': 'allOf' failed\n  - at '': both /allOf/0/$ref and  resolve to "file:///values.schema.json#" causing reference cycle\n`,
    ],
    [
      {
        properties: { a: { $ref: '#/$defs/x' } },
        $defs: { x: { allOf: [{ $ref: '#/$defs/y' }] }, y: { anyOf: [{ $ref: '#/$defs/x' }] } },
      },
      [
        `- at '/a': 'allOf' failed`,
        `  - at '/a': 'anyOf' failed`,
        `    - at '/a': both /properties/a/$ref/allOf/0/$ref/anyOf/0/$ref and /properties/a/$ref resolve to "${X}" causing reference cycle\n`,
      ].join('\n'),
    ],
    [
      { properties: { a: { $dynamicRef: '#n', $dynamicAnchor: 'n' } } },
      `- at '/a': both /properties/a/$dynamicRef and /properties/a resolve to "file:///values.schema.json#/properties/a" causing reference cycle\n`,
    ],
  ])('refuses a value whose schema leads to itself: %j', (schema, text) => {
    expect(complain(schema, { a: 1 })).toBe(text);
  });

  it.each([
    { not: { $ref: '#' } },
    { if: { $ref: '#' }, else: true },
    { properties: { a: { $ref: '#' } } },
    { propertyNames: { $ref: '#' }, type: ['object', 'string'] },
    { additionalProperties: { $ref: '#' } },
  ])('follows references to what they are in, as long as they end: %j', (schema) => {
    expect(complain(schema, { a: { a: {} } })).toBe('');
  });
});
