import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { Registry } from '../../registry/registry.js';
import { builtInResources } from '../../registry/built-in.js';
import descriptions from '../generated/descriptions.json' with { type: 'json' };
import { groupsOf } from '../group-versions.js';
import { encodeOpenApiV2 } from './gnostic.js';
import { toOpenApiV2 } from './openapi-v2.js';
import { toOpenApi } from './openapi-v3.js';

const groups = groupsOf(new Registry(builtInResources()));

/** Every reference of a document. */
function references(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, child] of Object.entries(value)) {
    if (key === '$ref' && typeof child === 'string') found.add(child);
    else references(child, found);
  }
  return found;
}

it('refers only to schemas that are in the same document', () => {
  const v2 = toOpenApiV2(groups);
  for (const reference of references(v2))
    expect(Object.keys(v2['definitions'] as object)).toContain(reference.replace('#/definitions/', ''));
  for (const version of groups.flatMap(({ versions }) => versions)) {
    const document = toOpenApi(version) as { components: { schemas: object } };
    const names = new Set(Object.keys(document.components.schemas));
    for (const reference of references(document))
      expect(names.has(reference.replace('#/components/schemas/', ''))).toBe(true);
  }
});

it('describes nearly every field of what is served', () => {
  interface Schema {
    readonly description?: string;
    readonly properties?: Readonly<Record<string, Schema>>;
  }
  const { definitions } = toOpenApiV2(groups) as { definitions: Record<string, Schema> };
  const fields = Object.entries(definitions).flatMap(([name, { properties = {} }]) =>
    Object.entries(properties).map(([field, { description = '' }]) => ({
      field: `${name}.${field}`,
      description,
    })),
  );
  const silent = fields.filter(({ description }) => description === '');
  expect(fields.length).toBeGreaterThan(1500);
  expect(silent.length / fields.length, silent.map(({ field }) => field).join('\n')).toBeLessThan(0.05);
  const types = Object.entries(definitions).filter(([, { description = '' }]) => description === '');
  expect(types.map(([name]) => name)).toEqual([]);
  const probe = definitions['io.k8s.api.core.v1.Probe']?.properties;
  expect(probe?.['periodSeconds']?.description).toContain('How often');
  expect(probe?.['exec']?.description).toContain('ExecAction');
});

it('keeps the texts in a small file', () => {
  expect(gzipSync(JSON.stringify(descriptions)).length).toBeLessThan(400_000);
});

/** The length-delimited fields of a message, by number. */
function fieldsOf(bytes: Buffer): Map<number, Buffer[]> {
  const fields = new Map<number, Buffer[]>();
  let position = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes.readUInt8(position++);
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (position < bytes.length) {
    const tag = varint();
    const length = varint();
    const field = bytes.subarray(position, position + length);
    position += length;
    fields.set(tag >>> 3, [...(fields.get(tag >>> 3) ?? []), field]);
  }
  return fields;
}

/** Follows field numbers down into a message. */
function at(bytes: Buffer, ...path: readonly number[]): string | undefined {
  let current: Buffer | undefined = bytes;
  for (const number of path) current = current && fieldsOf(current).get(number)?.[0];
  return current?.toString();
}

it('writes the older document in the protobuf form of gnostic', () => {
  const bytes = encodeOpenApiV2({
    swagger: '2.0',
    info: { title: 'T', version: 'v' },
    paths: {
      '/p': { patch: { parameters: [{ name: 'dryRun', in: 'query', type: 'string' }], 'x-a': { b: 1 } } },
    },
    definitions: { D: { type: 'object', required: ['f'], properties: { f: { $ref: '#/definitions/E' } } } },
  });
  expect(at(bytes, 1)).toBe('2.0');
  expect([at(bytes, 2, 1), at(bytes, 2, 2)]).toEqual(['T', 'v']);
  const patch = [8, 2, 2, 8];
  expect(at(bytes, 8, 2, 1)).toBe('/p');
  expect(at(bytes, ...patch, 8, 1, 2, 3, 4)).toBe('dryRun');
  expect([at(bytes, ...patch, 13, 1), at(bytes, ...patch, 13, 2, 2)]).toEqual(['x-a', '{"b":1}\n']);
  const definition = [9, 1, 2];
  expect(at(bytes, 9, 1, 1)).toBe('D');
  expect([at(bytes, ...definition, 19), at(bytes, ...definition, 22, 1)]).toEqual(['f', 'object']);
  expect(at(bytes, ...definition, 25, 1, 2, 1)).toBe('#/definitions/E');
});

it('says that lists are answered with lists, custom ones too, and what each parameter is for', () => {
  interface Operation {
    readonly parameters: readonly { readonly name: string; readonly description?: string }[];
    readonly responses: { readonly 200: { readonly schema: { readonly $ref?: string } } };
  }
  const { paths, definitions } = toOpenApiV2(groups) as {
    paths: Record<string, Record<string, Operation>>;
    definitions: Record<string, { properties?: object }>;
  };
  const services = paths['/api/v1/namespaces/{namespace}/services'];
  expect(services?.['get']?.responses[200].schema.$ref).toBe('#/definitions/io.k8s.api.core.v1.ServiceList');
  expect(services?.['post']?.responses[200].schema.$ref).toBe('#/definitions/io.k8s.api.core.v1.Service');
  const all = Object.values(paths).flatMap((path) => Object.values(path));
  const silent = all
    .flatMap(({ parameters }) => parameters)
    .filter(({ name, description }) => name !== 'body' && !description);
  expect(silent).toEqual([]);
  const lists = all.flatMap(({ responses }) => {
    const name = responses[200].schema.$ref?.replace('#/definitions/', '') ?? '';
    return name.endsWith('List') ? [definitions[name]] : [];
  });
  expect(lists.length).toBeGreaterThan(50);
  for (const list of lists) expect(Object.keys(list?.properties ?? {})).toContain('items');
});

it('leaves it to the type of a field to say what it is, where the field says nothing itself', () => {
  const core = groups.flatMap(({ versions }) => versions).find(({ group }) => group === '');
  if (!core) throw new Error('the core group is missing');
  type Described = { readonly description?: string; readonly properties?: Record<string, Described> };
  const { components } = toOpenApi(core) as { components: { schemas: Record<string, Described> } };
  const twice = Object.entries(components.schemas).flatMap(([name, { properties = {} }]) =>
    Object.entries(properties).flatMap(([field, schema]) => {
      const { allOf = [] } = schema as { allOf?: readonly { $ref: string }[] };
      const type = components.schemas[allOf[0]?.$ref.split('/').at(-1) ?? ''];
      return type?.description !== undefined && type.description === schema.description
        ? [`${name}.${field}`]
        : [];
    }),
  );
  expect(twice).toEqual([]);
});
