import { describe, expect, it } from 'vitest';
import { isApiError } from '../api/api-error.js';
import { createCluster, type Cluster } from '../cluster.js';
import { CustomResourceDefinitions } from '../clients/resource-type.js';
import type { StoredObject } from '../store/stored-object.js';
import type { CustomResourceDefinition, JSONSchemaProps } from '../types/index.js';

const spec: JSONSchemaProps = {
  type: 'object',
  required: ['cronSpec'],
  properties: {
    cronSpec: { type: 'string', pattern: '^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$' },
    image: { type: 'string', default: 'busybox', maxLength: 20 },
    replicas: { type: 'integer', minimum: 1, maximum: 10, default: 1 },
    most: { type: 'integer' },
    mode: { type: 'string', enum: ['fast', 'slow'] },
    port: { 'x-kubernetes-int-or-string': true },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    steps: {
      type: 'array',
      maxItems: 3,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: {
        type: 'object',
        required: ['name'],
        properties: { name: { type: 'string' }, retries: { type: 'integer', default: 2 } },
      },
    },
  },
  'x-kubernetes-validations': [
    { rule: '!has(self.most) || self.replicas <= self.most', message: 'replicas must not exceed most' },
    {
      rule: '!has(oldSelf.mode) || self.mode == oldSelf.mode',
      messageExpression: '"mode was " + oldSelf.mode',
    },
  ],
};

const definition = (change: Partial<CustomResourceDefinition['spec']> = {}): CustomResourceDefinition => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'crontabs.stable.example.com' },
  spec: {
    group: 'stable.example.com',
    scope: 'Namespaced',
    names: { plural: 'crontabs', kind: 'CronTab', shortNames: ['ct'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        selectableFields: [{ jsonPath: '.spec.mode' }],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec, status: { type: 'object', properties: { last: { type: 'string' } } } },
          },
        },
      },
    ],
    ...change,
  },
});

const cronTab = (body: object, name = 'a'): StoredObject =>
  ({
    apiVersion: 'stable.example.com/v1',
    kind: 'CronTab',
    metadata: { name, namespace: 'default' },
    spec: body,
  }) as StoredObject;

const served = (cluster: Cluster) => {
  const resource = cluster.registry.find('stable.example.com', 'v1', 'crontabs');
  if (!resource) throw new Error('not served');
  return resource;
};

const started = (): Cluster => {
  const cluster = createCluster({ controllers: [] });
  cluster.client.create(CustomResourceDefinitions, definition());
  return cluster;
};

const USER = { user: 'someone' };

const refusal = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (isApiError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
};

describe('a custom resource definition', () => {
  it('is served before its creation has returned, and established', () => {
    const cluster = started();
    expect(served(cluster)).toMatchObject({ kind: 'CronTab', singular: 'crontab', shortNames: ['ct'] });
    const { status } = cluster.client.get(
      CustomResourceDefinitions,
      undefined,
      'crontabs.stable.example.com',
    );
    expect(status?.conditions?.map(({ type, status: is }) => `${type}=${is}`)).toEqual([
      'NamesAccepted=True',
      'Established=True',
    ]);
    expect(status?.storedVersions).toEqual(['v1']);
  });

  it('is not accepted when its names are taken', () => {
    const cluster = started();
    const other = definition({ names: { plural: 'others', kind: 'CronTab' } });
    cluster.client.create(CustomResourceDefinitions, {
      ...other,
      metadata: { name: 'others.stable.example.com' },
    });
    const { status } = cluster.client.get(CustomResourceDefinitions, undefined, 'others.stable.example.com');
    expect(status?.conditions?.map(({ type, status: is }) => `${type}=${is}`)).toEqual([
      'NamesAccepted=False',
      'Established=False',
    ]);
    expect(cluster.registry.find('stable.example.com', 'v1', 'others')).toBeUndefined();
    cluster.client.delete(CustomResourceDefinitions, undefined, 'crontabs.stable.example.com');
    cluster.settle();
    const after = cluster.client.get(CustomResourceDefinitions, undefined, 'others.stable.example.com');
    expect(after.status?.conditions?.map(({ type, status: is }) => `${type}=${is}`)).toEqual([
      'NamesAccepted=True',
      'Established=True',
    ]);
    expect(cluster.registry.find('stable.example.com', 'v1', 'others')).toMatchObject({ kind: 'CronTab' });
  });

  it('takes no new objects while it is on its way out', () => {
    const cluster = started();
    const held = cronTab({ cronSpec: '* * * * *' });
    const resource = served(cluster);
    cluster.operations.create(
      resource,
      { ...held, metadata: { ...held.metadata, finalizers: ['example.com/held'] } },
      USER,
    );
    cluster.client.delete(CustomResourceDefinitions, undefined, 'crontabs.stable.example.com');
    cluster.settle();
    expect(
      refusal(() => cluster.operations.create(resource, cronTab({ cronSpec: '* * * * *' }, 'b'), USER)),
    ).toBe('405: create not allowed while custom resource definition is terminating');
  });

  it('takes its objects with it when it is deleted', () => {
    const cluster = started();
    cluster.operations.create(served(cluster), cronTab({ cronSpec: '* * * * *' }), USER);
    cluster.client.delete(CustomResourceDefinitions, undefined, 'crontabs.stable.example.com');
    cluster.settle();
    expect(
      cluster.client.lister(CustomResourceDefinitions).get(undefined, 'crontabs.stable.example.com'),
    ).toBeUndefined();
    expect(cluster.store.table('stable.example.com/crontabs').objects.size).toBe(0);
    expect(cluster.registry.find('stable.example.com', 'v1', 'crontabs')).toBeUndefined();
  });

  it('waits for objects that are held by a finalizer', () => {
    const cluster = started();
    const resource = served(cluster);
    const held = cronTab({ cronSpec: '* * * * *' });
    const created = cluster.operations.create(
      resource,
      { ...held, metadata: { ...held.metadata, finalizers: ['x.y/z'] } },
      USER,
    );
    cluster.client.delete(CustomResourceDefinitions, undefined, 'crontabs.stable.example.com');
    cluster.settle();
    const leaving = cluster.operations.get(resource, 'default', 'a');
    expect(leaving.metadata.deletionTimestamp).toBeDefined();
    const { finalizers: _, ...metadata } = leaving.metadata;
    cluster.operations.update(resource, { ...created, ...leaving, metadata }, USER);
    cluster.settle();
    expect(
      cluster.client.lister(CustomResourceDefinitions).get(undefined, 'crontabs.stable.example.com'),
    ).toBeUndefined();
  });

  it.each<[string, Partial<CustomResourceDefinition['spec']>, string]>([
    ['without versions', { versions: [] }, 'spec.versions: Required value: must have at least one version'],
    [
      'with a scope of its own',
      { scope: 'World' },
      'spec.scope: Unsupported value: "World": supported values: "Cluster", "Namespaced"',
    ],
    [
      'without a schema',
      { versions: [{ name: 'v1', served: true, storage: true }] },
      'spec.versions[0].schema.openAPIV3Schema: Required value',
    ],
    [
      'with a field without type',
      {
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', properties: { a: {} } } },
          },
        ],
      },
      'spec.versions[0].schema.openAPIV3Schema.properties[a].type: Required value: must not be empty for specified object fields',
    ],
  ])('is refused %s', (_, change, expected) => {
    const { client } = createCluster({ controllers: [] });
    expect(refusal(() => client.create(CustomResourceDefinitions, definition(change)))).toContain(expected);
  });
});

describe('a custom resource', () => {
  it('gets the defaults of its schema and loses what the schema does not know', () => {
    const cluster = started();
    const object = cluster.operations.create(
      served(cluster),
      cronTab({
        cronSpec: '* * * * *',
        unknown: 1,
        free: { any: { thing: 1 } },
        steps: [{ name: 'x', other: 2 }],
      }),
      USER,
    );
    expect((object as unknown as { spec: unknown }).spec).toEqual({
      cronSpec: '* * * * *',
      free: { any: { thing: 1 } },
      image: 'busybox',
      replicas: 1,
      steps: [{ name: 'x', retries: 2 }],
    });
  });

  it.each<[object, string]>([
    [{}, 'spec.cronSpec: Required value'],
    [
      { cronSpec: 5 },
      'spec.cronSpec: Invalid value: "integer": spec.cronSpec in body must be of type string: "integer"',
    ],
    [{ cronSpec: '*' }, 'spec.cronSpec: Invalid value: "*": spec.cronSpec in body should match \'^'],
    [
      { cronSpec: '* * * * *', replicas: 0 },
      'spec.replicas: Invalid value: 0: spec.replicas in body should be greater than or equal to 1',
    ],
    [
      { cronSpec: '* * * * *', replicas: 11 },
      'spec.replicas: Invalid value: 11: spec.replicas in body should be less than or equal to 10',
    ],
    [
      { cronSpec: '* * * * *', mode: 'odd' },
      'spec.mode: Unsupported value: "odd": supported values: "fast", "slow"',
    ],
    [{ cronSpec: '* * * * *', image: 'x'.repeat(21) }, 'spec.image: Too long: may not be more than 20 bytes'],
    [{ cronSpec: '* * * * *', port: true }, 'spec.port in body must be of type integer,string: "boolean"'],
    [{ cronSpec: '* * * * *', labels: { a: 1 } }, 'spec.labels.a in body must be of type string: "integer"'],
    [
      { cronSpec: '* * * * *', steps: [{ name: 'a' }, { name: 'a' }] },
      'spec.steps[1]: Duplicate value: {"name":"a"}',
    ],
    [
      { cronSpec: '* * * * *', steps: [{}, {}, {}, {}] },
      'spec.steps: Too many: 4: must have at most 3 items',
    ],
    [{ cronSpec: '* * * * *', replicas: 3, most: 2 }, 'spec: Invalid value: replicas must not exceed most'],
  ])('is refused with %j', (body, expected) => {
    const cluster = started();
    expect(refusal(() => cluster.operations.create(served(cluster), cronTab(body), USER))).toContain(
      expected,
    );
  });

  it('obeys rules about how it may change', () => {
    const cluster = started();
    const resource = served(cluster);
    const object = cluster.operations.create(
      resource,
      cronTab({ cronSpec: '* * * * *', mode: 'fast' }),
      USER,
    );
    const changed = { ...object, spec: { cronSpec: '* * * * *', mode: 'slow' } } as StoredObject;
    expect(refusal(() => cluster.operations.update(resource, changed, USER))).toContain('mode was fast');
  });

  it('may keep what was fine before its schema got stricter', () => {
    const cluster = started();
    const resource = served(cluster);
    cluster.operations.create(resource, cronTab({ cronSpec: '* * * * *', image: 'x'.repeat(15) }), USER);
    const current = cluster.client.get(CustomResourceDefinitions, undefined, 'crontabs.stable.example.com');
    const strict = JSON.parse(
      JSON.stringify(current).replace('"maxLength":20', '"maxLength":5'),
    ) as CustomResourceDefinition;
    cluster.client.update(CustomResourceDefinitions, strict);
    const scale = () =>
      cluster.operations.patch(served(cluster), 'default', 'a', 'merge', { spec: { replicas: 2 } }, USER);
    expect(refusal(scale)).toBe('accepted');
    const rename = () =>
      cluster.operations.patch(
        served(cluster),
        'default',
        'a',
        'merge',
        { spec: { image: 'y'.repeat(15) } },
        USER,
      );
    expect(refusal(rename)).toContain('spec.image: Too long: may not be more than 5 bytes');
  });

  it('keeps status out of the main endpoint, and everything else out of status', () => {
    const cluster = started();
    const resource = served(cluster);
    const object = cluster.operations.create(
      resource,
      { ...cronTab({ cronSpec: '* * * * *' }), status: { last: 'x' } } as StoredObject,
      USER,
    );
    expect(object).not.toHaveProperty('status');
    const changed = { ...object, spec: { cronSpec: '1 * * * *' }, status: { last: 'now' } } as StoredObject;
    const status = cluster.operations.update(resource, changed, USER, { subresource: 'status' });
    expect(status).toMatchObject({
      spec: { cronSpec: '* * * * *' },
      status: { last: 'now' },
      metadata: { generation: 1 },
    });
  });

  it('is not merged strategically', () => {
    const cluster = started();
    const resource = served(cluster);
    cluster.operations.create(resource, cronTab({ cronSpec: '* * * * *' }), USER);
    const patch = () => cluster.operations.patch(resource, 'default', 'a', 'strategic', { spec: {} }, USER);
    expect(refusal(patch)).toMatch(/^415: /);
  });

  it('has its lists merged by key when applied', () => {
    const cluster = started();
    const resource = served(cluster);
    cluster.operations.apply(resource, cronTab({ cronSpec: '* * * * *', steps: [{ name: 'a' }] }), USER, {
      fieldManager: 'x',
    });
    const merged = cluster.operations.apply(resource, cronTab({ steps: [{ name: 'b', retries: 1 }] }), USER, {
      fieldManager: 'y',
    });
    expect((merged as unknown as { spec: { steps: unknown } }).spec.steps).toEqual([
      { name: 'a', retries: 2 },
      { name: 'b', retries: 1 },
    ]);
  });

  it('can be selected by its selectable fields', () => {
    const cluster = started();
    const resource = served(cluster);
    const object = cluster.operations.create(
      resource,
      cronTab({ cronSpec: '* * * * *', mode: 'slow' }),
      USER,
    );
    expect(resource.strategy.selectableFields?.(object)).toEqual({ 'spec.mode': 'slow' });
  });
});
