import { describe, expect, it } from 'vitest';
import type { JSONSchemaProps } from '../types/index.js';
import { structuralErrors } from './structural-schema.js';

const text = { type: 'string' };
const HINT =
  '(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)';
const object = (properties: object, ...rules: object[]): JSONSchemaProps =>
  ({
    type: 'object',
    properties,
    ...(rules.length > 0 && { 'x-kubernetes-validations': rules }),
  }) as JSONSchemaProps;
const problems = (schema: JSONSchemaProps): string[] =>
  structuralErrors(schema, 's').map(
    ({ field, message }) => `${field.replace(/^s\.x-kubernetes-validations/, 'rules')}: ${message}`,
  );
const problem = (rule: string, properties: object = {}, more: object = {}): string =>
  problems(object(properties, { rule, ...more })).join('\n');

describe('rules when their definition is written', () => {
  it('are checked against the types of their schema, all mistakes at once', () => {
    expect(problem('self.nothing == 1 && self.a + 1 == 2', { a: text })).toBe(
      'rules[0].rule: Invalid value: {"rule":"self.nothing == 1 && self.a + 1 == 2"}: compilation failed: ERROR: <input>:1:5: undefined field \'nothing\'\n' +
        ' | self.nothing == 1 && self.a + 1 == 2\n | ....^\n' +
        "ERROR: <input>:1:29: found no matching overload for '_+_' applied to '(string, int)'\n" +
        ' | self.nothing == 1 && self.a + 1 == 2\n | ............................^',
    );
  });

  it.each<[string, object, object, string]>([
    ['object.a == 1', {}, {}, "undeclared reference to 'object'"],
    ['self.size()', {}, {}, "found no matching overload for 'size'"],
    ['self.a', { a: text }, {}, 'cel expression must evaluate to a bool'],
    ['self.a == null', { a: text }, {}, "applied to '(string, null)'"],
    ['self.a.matches("(")', { a: text }, {}, 'invalid matches argument'],
    ['duration("x") == duration("1s")', {}, {}, 'invalid duration argument'],
    ['self.a == ""', { a: text }, { messageExpression: '1' }, 'messageExpression must evaluate to a string'],
    ['self.a == ""', { a: text }, { messageExpression: 'no' }, 'messageExpression compilation failed'],
    [
      'self.a == ""',
      { a: text },
      { fieldPath: '.b' },
      'fieldPath: Invalid value: ".b": must be a valid path',
    ],
    ['self.a == ""', { a: text }, { reason: 'Because' }, 'reason: Unsupported value: "Because"'],
    ['self.a == ""', { a: text }, { optionalOldSelf: true }, 'may not be set if oldSelf is not used in rule'],
    [
      'self.a == ""\n',
      { a: text },
      { message: 'a\nb' },
      'message: Invalid value: "a\\nb": must not contain line breaks',
    ],
    ['self.a ==\n""', { a: text }, {}, 'message must be specified if rule contains line breaks'],
    [' ', {}, {}, 'rule is not specified'],
  ])('%s of %j with %j is refused', (rule, properties, more, expected) => {
    expect(problem(rule, properties, more)).toContain(expected);
  });

  it.each<[string, object]>([
    ['self.a == oldSelf.a', { a: text }],
    [
      'self.__namespace__ == "" || self.namespace == self.dash__dash__ed',
      { namespace: text, 'dash-ed': text },
    ],
    [
      'type(self.any) == int ? self.any > 0 : self.any.endsWith("%")',
      { any: { 'x-kubernetes-int-or-string': true } },
    ],
    ['self.metadata.name.startsWith("a") && self.kind == "K"', {}],
    [
      'self.map.all(k, self.map[k].list.all(x, x < 5))',
      {
        map: {
          type: 'object',
          maxProperties: 5,
          additionalProperties: object({ list: { type: 'array', maxItems: 5, items: { type: 'integer' } } }),
        },
      },
    ],
    [
      'has(self.at) && self.at > timestamp("2024-01-01T00:00:00Z")',
      { at: { type: 'string', format: 'date' } },
    ],
  ])('%s is fine', (rule, properties) => {
    expect(problem(rule, properties)).toBe('');
  });

  it('name the fields Kubernetes names, and no others', () => {
    expect(problem('self.a == 1', { a: { 'x-kubernetes-preserve-unknown-fields': true } })).toContain(
      "undefined field 'a'",
    );
    expect(
      problem('self.a.b == 1', { a: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }),
    ).toContain("undefined field 'b'");
  });

  it('are refused when they could cost too much, with the factor and what would help', () => {
    const list = { type: 'array', items: text };
    expect(problem('self.l.all(a, self.l.all(b, a != b))', { l: list })).toBe(
      `rules[0].rule: Forbidden: estimated rule cost exceeds budget by factor of more than 100x ${HINT}\n` +
        'rules[0].rule: Forbidden: contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema\n' +
        `s: Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of more than 100x ${HINT}`,
    );
    const bounded = { ...list, maxItems: 50, items: { ...text, maxLength: 20 } };
    expect(problem('self.l.all(a, self.l.all(b, a != b))', { l: bounded })).toBe('');
    const rule = { rule: 'self.contains("abc")' };
    const often = { type: 'array', items: { ...text, maxLength: 1000, 'x-kubernetes-validations': [rule] } };
    expect(problems(object({ l: often }))[0]).toMatch(
      /estimated rule cost exceeds budget by factor of \d+\.\dx/,
    );
    expect(problems(object({ l: { ...often, maxItems: 10 } }))).toEqual([]);
    const word = { ...text, enum: ['a', 'bb'] };
    expect(
      problem('self.l.all(a, self.l.all(b, a != b))', { l: { ...list, maxItems: 100, items: word } }),
    ).toBe('');
  });

  it('may not ask for the old value where it can not be told which it was', () => {
    const rule = { rule: 'self == oldSelf' };
    const item = object({ k: { ...text, maxLength: 5 } }, rule);
    const list = { type: 'array', maxItems: 5, items: { ...item, required: ['k'] } };
    expect(problems(object({ l: list }))).toEqual([
      's.properties[l].items.x-kubernetes-validations[0].rule: Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within s.properties[l]',
    ]);
    const keyed = { ...list, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] };
    expect(problems(object({ l: keyed }))).toEqual([]);
  });
});
