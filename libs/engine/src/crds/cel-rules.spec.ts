import type { JsonValue } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import type { JSONSchemaProps } from '../types/index.js';
import { validateObject } from './validate-object.js';

const whole = { type: 'integer' };
const ruled = (
  rule: string,
  more: object = {},
  properties: object = { a: whole, b: whole },
): JSONSchemaProps =>
  ({ type: 'object', properties, 'x-kubernetes-validations': [{ rule, ...more }] }) as JSONSchemaProps;
const found = (value: JsonValue, schema: JSONSchemaProps, old?: JsonValue): string[] =>
  validateObject(value, schema, schema, old).map(({ field, message }) => `${field}: ${message}`);

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
    expect(found(value, ruled(rule, {}, properties))).toEqual([]);
  });

  it('see the names of the object, and lists that are sets or maps without an order', () => {
    const properties = {
      set: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
      map: {
        type: 'array',
        items: { type: 'object', properties: { k: { type: 'string' }, v: whole } },
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['k'],
      },
    };
    const rule =
      "self.metadata.name == 'me' && self.set == ['b', 'a'] && self.map == oldSelf.map && (self.set + ['a', 'c']).size() == 3";
    const map = [
      { k: 'x', v: 1 },
      { k: 'y', v: 2 },
    ];
    const value = { metadata: { name: 'me' }, set: ['a', 'b'], map };
    expect(found(value, ruled(rule, {}, properties), { ...value, map: map.toReversed() })).toEqual([]);
  });

  it('give reason, place and a message of their own', () => {
    const own = {
      fieldPath: '.a',
      reason: 'FieldValueForbidden',
      messageExpression: "'not ' + string(self.a)",
    };
    expect(found({ a: 7 }, ruled('self.a < 5', own))).toEqual(['a: Forbidden: not 7']);
    expect(found({ a: 7 }, ruled('self.a < 5', { message: ' too much ' }))).toEqual([
      '<nil>: Invalid value: too much',
    ]);
    const scalar = { a: { ...whole, 'x-kubernetes-validations': [{ rule: 'self < 5' }] } };
    expect(found({ a: 7 }, { type: 'object', properties: scalar })).toEqual([
      'a: Invalid value: 7: failed rule: self < 5',
    ]);
  });

  it('say why they could not be evaluated', () => {
    expect(found({ a: 1 }, ruled('self.b == 1'))).toEqual([
      '<nil>: Invalid value: "object": no such key: b evaluating rule: self.b == 1',
    ]);
    const any = { a: { 'x-kubernetes-int-or-string': true } };
    expect(found({ a: 1 }, ruled('self.a + "x" == "x"', {}, any))[0]).toContain(
      "'no such overload': call arguments did not match a supported operator, function or macro signature for rule",
    );
  });

  it('are not asked about objects that are not what they should be', () => {
    expect(found({ a: 'x' }, ruled('self.a < 5'))).toEqual([
      'a: Invalid value: "string": a in body must be of type integer: "string"',
      '<nil>: Invalid value: "null": some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
    ]);
  });

  it('stop all rules of an object when one does too much', () => {
    const list = { type: 'array', items: whole };
    const expensive = {
      ...list,
      'x-kubernetes-validations': [{ rule: 'self.all(a, self.all(b, a + b >= 0))' }],
    };
    const schema = { type: 'object', properties: { a: expensive, b: expensive } } as JSONSchemaProps;
    const long = Array.from({ length: 2000 }, (_, index) => index);
    expect(found({ a: long, b: long }, schema)).toEqual([
      'a: Invalid value: "array": \'operation cancelled: actual cost limit exceeded\': no further validation rules will be run due to call cost exceeds limit for rule: self.all(a, self.all(b, a + b >= 0))',
    ]);
  });

  it('share one budget, whatever each costs', () => {
    const rules = Array.from({ length: 40 }, () => ({ rule: 'self.all(a, self.all(b, a + b >= 0))' }));
    const schema = {
      type: 'object',
      properties: { a: { type: 'array', items: whole, 'x-kubernetes-validations': rules } },
    } as JSONSchemaProps;
    const long = Array.from({ length: 250 }, (_, index) => index);
    expect(found({ a: long }, schema)).toEqual([
      'a: Invalid value: "array": validation failed due to running out of cost budget, no further validation rules will be run',
    ]);
  });

  it('about the value before are given it, or none', () => {
    const rule = ruled('oldSelf.hasValue() ? self.a >= oldSelf.value().a : self.a == 1', {
      optionalOldSelf: true,
    });
    expect(found({ a: 2 }, rule)).toHaveLength(1);
    expect(found({ a: 2 }, rule, { a: 1 })).toEqual([]);
    expect(found({ a: 0 }, ruled('self.a >= oldSelf.a'))).toEqual([]);
    expect(found({ a: 0 }, ruled('self.a >= oldSelf.a'), { a: 1 })).toHaveLength(1);
  });

  it('tolerate what was wrong before, except in rules about changes', () => {
    const schema = ruled('self.a < 5', {}, { a: whole, n: ruled('self.a < 5') });
    const value = { a: 1, n: { a: 9 } };
    expect(found({ ...value, a: 2 }, schema, value)).toEqual([]);
    expect(found({ a: 2, n: { a: 8 } }, schema, value)).toHaveLength(1);
    expect(found(value, ruled('self.a != oldSelf.a'), value)).toHaveLength(1);
  });

  it('of every branch are asked, each about the schema it belongs to', () => {
    const branch = (rule: string): object => ({
      properties: { a: { 'x-kubernetes-validations': [{ rule }] } },
    });
    const branches = [
      branch('self > 1'),
      branch('self > 2'),
      { 'x-kubernetes-validations': [{ rule: 'self.a > 3' }] },
    ];
    const one = { type: 'object', properties: { a: whole }, allOf: branches };
    const other = { type: 'object', properties: { a: { type: 'number' } }, allOf: branches };
    const schema = { type: 'object', properties: { one, other } } as JSONSchemaProps;
    expect(found({ one: { a: 1 }, other: { a: 1.5 } }, schema)).toEqual([
      'one.a: Invalid value: 1: failed rule: self > 1',
      'one.a: Invalid value: 1: failed rule: self > 2',
      'one: Invalid value: failed rule: self.a > 3',
      'other.a: Invalid value: 1.5: failed rule: self > 2',
      'other: Invalid value: failed rule: self.a > 3',
    ]);
  });
});
