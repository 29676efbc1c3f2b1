import { expect, it } from 'vitest';
import { customSchema } from './custom-schema.js';

const META = { $ref: '#/definitions/ObjectMeta' };
const COMMON = ['apiVersion', 'kind', 'metadata'];

it('says no more than "an object" where fields are unknown, so that no client refuses them', () => {
  expect(customSchema(undefined, 'v3', META)).toEqual({ type: 'object' });
  const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { a: {} } };
  expect(customSchema(open, 'v2', META)).toEqual({ type: 'object' });
  expect(Object.keys(customSchema(open, 'v3', META)['properties'] as object)).toEqual(['a', ...COMMON]);
});

it('keeps every word of the definition in the newer form', () => {
  const spec = { type: 'integer', minimum: 1, maximum: 3, nullable: true, description: 'How many.' };
  const schema = customSchema({ type: 'object', properties: { spec }, required: ['spec'] }, 'v3', META);
  expect(schema['properties']).toMatchObject({ spec });
  expect(schema['required']).toEqual(['spec']);
});

it('leaves out of the older form what it has no word for', () => {
  const schema = customSchema(
    {
      type: 'object',
      required: ['may', 'must'],
      properties: {
        may: { type: 'object', nullable: true, properties: { x: { type: 'string' } } },
        must: { type: 'string', anyOf: [{ pattern: 'a' }] },
        any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        list: { type: 'array' },
      },
    },
    'v2',
    META,
  );
  expect(schema['required']).toEqual(['must']);
  expect(schema['properties']).toMatchObject({ may: {}, must: { type: 'string' }, list: {} });
  const { may, must, any, list } = schema['properties'] as Record<string, object>;
  expect([may, must, any, list].map((one) => Object.keys(one ?? {}))).toEqual([
    [],
    ['type'],
    ['x-kubernetes-preserve-unknown-fields'],
    [],
  ]);
});

it('gives an embedded object the fields of every object', () => {
  const template = { type: 'object', 'x-kubernetes-embedded-resource': true };
  const schema = customSchema({ type: 'object', properties: { template } }, 'v3', META);
  const { properties } = (schema['properties'] as { template: { properties: object } }).template;
  expect(Object.keys(properties)).toEqual(COMMON);
});

it('explains the fields that every object has as for built-in kinds', () => {
  const { properties } = customSchema({ type: 'object' }, 'v3', { type: 'object' }) as {
    properties: Record<string, { description?: string }>;
  };
  expect(properties['apiVersion']?.description).toMatch(/^APIVersion defines the versioned schema/);
  expect(properties['kind']?.description).toMatch(/^Kind is a string value/);
  expect(properties['metadata']?.description).toMatch(/^Standard object's metadata/);
});
