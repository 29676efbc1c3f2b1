import { describe, expect, it } from 'vitest';
import type { JSONSchemaProps } from '../types/index.js';
import { structuralErrors } from './structural-schema.js';
import { validateSchema } from './validate-schema.js';

const ruled = (rule: string, more: object = {}, properties: object = {}): JSONSchemaProps =>
  ({ type: 'object', properties, 'x-kubernetes-validations': [{ rule, ...more }] }) as JSONSchemaProps;
const messages = (...given: Parameters<typeof validateSchema>): string[] =>
  validateSchema(...given).map(({ field, message }) => `${field}: ${message}`);

describe('rules of custom resources', () => {
  it('see times, durations, bytes and numbers as what their schema says they are', () => {
    const properties = {
      from: { type: 'string', format: 'date-time' },
      length: { type: 'string', format: 'duration' },
      data: { type: 'string', format: 'byte' },
      ratio: { type: 'number' },
    };
    const rule =
      "self.from + self.length == timestamp('2024-01-01T01:00:00Z') && self.data.size() == 2 && self.ratio + 0.5 == 1.5";
    const value = { from: '2024-01-01T00:00:00Z', length: '1h', data: 'aGk=', ratio: 1 };
    expect(messages(value, ruled(rule, {}, properties))).toEqual([]);
  });

  it('give reason, place and a message of their own', () => {
    const rule = ruled(
      'self.a < 5',
      { fieldPath: '.a', reason: 'FieldValueForbidden', messageExpression: "'not ' + string(self.a)" },
      { a: { type: 'integer' } },
    );
    expect(validateSchema({ a: 7 }, rule)).toMatchObject([{ field: 'a', reason: 'FieldValueForbidden' }]);
    expect(messages({ a: 7 }, rule)[0]).toContain('not 7');
  });

  it('say why they could not be evaluated', () => {
    expect(messages({ a: 1 }, ruled('self.b == 1'))[0]).toContain(
      'no such key: b evaluating rule: self.b == 1',
    );
    expect(messages({ a: 1 }, ruled('self.a + "x" == "x"'))[0]).toContain(
      "'no such overload': call arguments did not match a supported operator, function or macro signature for rule",
    );
  });

  it('stop all rules of an object when one does too much', () => {
    const list = { type: 'array', items: { type: 'integer' } };
    const expensive = {
      ...list,
      'x-kubernetes-validations': [{ rule: 'self.all(a, self.all(b, a + b >= 0))' }],
    };
    const schema = { type: 'object', properties: { a: expensive, b: expensive } } as JSONSchemaProps;
    const long = Array.from({ length: 2000 }, (_, index) => index);
    const found = messages({ a: long, b: long }, schema);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(
      'no further validation rules will be run due to call cost exceeds limit for rule',
    );
  });

  it('about the value before are given it, or none', () => {
    const rule = ruled('oldSelf.hasValue() ? self.a >= oldSelf.value().a : self.a == 1', {
      optionalOldSelf: true,
    });
    expect(messages({ a: 2 }, rule)).toHaveLength(1);
    expect(messages({ a: 2 }, rule, { a: 1 })).toEqual([]);
  });

  it('name only self and oldSelf, in their messages too', () => {
    const fields = (schema: JSONSchemaProps): string[] =>
      structuralErrors(schema, 's').map(({ field }) => field);
    expect(fields(ruled('object.a == 1'))).toEqual(['s.x-kubernetes-validations[0].rule']);
    expect(fields(ruled('self.a == 1', { messageExpression: 'nothing' }))).toEqual([
      's.x-kubernetes-validations[0].messageExpression',
    ]);
    expect(fields(ruled('self.a == oldSelf.a'))).toEqual([]);
  });
});
