import { describe, expect, it } from 'vitest';
import type { JSONSchemaProps } from '../types/index.js';
import { selectableFieldErrors } from './selectable-fields.js';

const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: { mode: { type: 'string' }, list: { type: 'array', items: { type: 'string' } } },
    },
  },
} as JSONSchemaProps;
const errors = (...paths: string[]): string[] =>
  selectableFieldErrors(
    paths.map((jsonPath) => ({ jsonPath })),
    schema,
    's',
  ).map(({ field, message }) => `${field}: ${message}`);

describe('fields to select custom objects by', () => {
  it('are plain values the schema declares', () => {
    expect(errors('.spec.mode')).toEqual([]);
  });

  it.each([
    ['.spec.nothing', 'is an invalid path: does not refer to a valid field'],
    ["['spec'].mode", 'is an invalid path: array notation is not allowed'],
    ['spec.mode', 'is an invalid path'],
    ['.spec.list', 'must point to a field of type string, boolean or integer'],
    ['.metadata.name', 'must not point to fields in metadata'],
    ['', 'Required value'],
  ])('are not %s', (path, expected) => {
    expect(errors(path).join('\n')).toContain(expected);
  });

  it('are named once, and not too many', () => {
    expect(errors('.spec.mode', '.spec.mode')).toEqual(['s[1].jsonPath: Duplicate value: ".spec.mode"']);
  });
});
