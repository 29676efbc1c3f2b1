import { describe, expect, it } from 'vitest';
import { createCluster, type Cluster } from '../cluster.js';
import { ConfigMaps, Deployments, Namespaces, Pods } from '../clients/resource-type.js';
import type { StoredObject } from '../store/stored-object.js';
import type { ConfigMap, Deployment, Pod } from '../types/index.js';
import { isApiError } from './api-error.js';

const USER = { user: 'someone' };

const configMap = (metadata: object = {}, data: Record<string, string> = { a: 'b' }): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c', namespace: 'default', ...metadata },
  data,
});

const deployment = (change: Partial<Deployment['spec']> = {}): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'a', image: 'a' }] } },
    ...change,
  },
});

const pod = (spec: Partial<Pod['spec']> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'default' },
  spec: { containers: [{ name: 'a', image: 'a' }], ...spec },
});

const cluster = (): Cluster => createCluster({ controllers: [] });

const resourceOf = ({ registry }: Cluster, object: StoredObject) => {
  const resource = registry.findKind(object.apiVersion, object.kind);
  if (!resource) throw new Error(`no kind ${object.kind}`);
  return resource;
};

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (isApiError(error)) return `${error.code} ${error.reason}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('generation', () => {
  it('counts changes of the spec, not of metadata or status', () => {
    const { client } = cluster();
    const created = client.create(Deployments, deployment());
    expect(created.metadata.generation).toBe(1);
    const labelled = client.update(Deployments, {
      ...created,
      metadata: { ...created.metadata, labels: { a: 'b' } },
    });
    expect(labelled.metadata.generation).toBe(1);
    const reported = client.updateStatus(Deployments, { ...labelled, status: { replicas: 1 } });
    expect(reported.metadata.generation).toBe(1);
    const scaled = client.update(Deployments, {
      ...reported,
      spec: { ...deployment().spec, replicas: 2 } as Deployment['spec'] & object,
    });
    expect(scaled.metadata.generation).toBe(2);
    expect(scaled.status).toEqual({ replicas: 1 });
  });

  it('is not counted for kinds that are all data', () => {
    expect(cluster().client.create(ConfigMaps, configMap()).metadata).not.toHaveProperty('generation');
  });

  it('goes up when a deletion begins', () => {
    const { client } = cluster();
    client.create(Deployments, {
      ...deployment(),
      metadata: { ...deployment().metadata, finalizers: ['a.b/c'] },
    });
    expect(client.delete(Deployments, 'default', 'web').metadata.generation).toBe(2);
  });
});

describe('a write that changes nothing', () => {
  it.each<[string, (c: Cluster, object: ConfigMap) => unknown]>([
    ['update', ({ client }, object) => client.update(ConfigMaps, object)],
    ['update without version', ({ client }) => client.update(ConfigMaps, configMap())],
    ['merge patch', ({ client }) => client.patch(ConfigMaps, 'default', 'c', 'merge', { data: { a: 'b' } })],
    [
      'strategic patch',
      ({ client }) => client.patch(ConfigMaps, 'default', 'c', 'strategic', { data: { a: 'b' } }),
    ],
    [
      'json patch',
      ({ client }) =>
        client.patch(ConfigMaps, 'default', 'c', 'json', [{ op: 'replace', path: '/data/a', value: 'b' }]),
    ],
    [
      'dry run of a change',
      ({ client }) =>
        client.patch(ConfigMaps, 'default', 'c', 'merge', { data: { a: 'c' } }, { dryRun: true }),
    ],
  ])('leaves the store alone: %s', (_, write) => {
    const c = cluster();
    const created = c.client.create(ConfigMaps, configMap());
    const before = c.store.revision;
    c.advance('1m');
    write(c, created);
    expect(c.store.revision).toBe(before);
  });
});

describe('dry runs', () => {
  it('do not change what happens next', () => {
    const names = (look: boolean): string[] => {
      const c = cluster();
      const template = {
        ...configMap({ generateName: 'x-' }),
        metadata: { generateName: 'x-', namespace: 'default' },
      };
      if (look) {
        c.client.create(ConfigMaps, template, { dryRun: true });
        c.client.create(Pods, pod(), { dryRun: true });
      }
      const { metadata } = c.client.create(ConfigMaps, template);
      return [metadata.name ?? '', metadata.uid ?? ''];
    };
    expect(names(true)).toEqual(names(false));
  });
});

describe('deletion', () => {
  it('waits for finalizers, and takes no new ones meanwhile', () => {
    const { client } = cluster();
    client.create(ConfigMaps, configMap({ finalizers: ['a.b/c'] }));
    const leaving = client.delete(ConfigMaps, 'default', 'c');
    expect(leaving.metadata).toMatchObject({ deletionGracePeriodSeconds: 0, finalizers: ['a.b/c'] });
    const more = { ...leaving, metadata: { ...leaving.metadata, finalizers: ['a.b/c', 'd.e/f'] } };
    expect(refusal(() => client.update(ConfigMaps, more))).toBe(
      '422 Invalid: ConfigMap "c" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"d.e/f"}',
    );
    const { finalizers: _, ...metadata } = leaving.metadata;
    client.update(ConfigMaps, { ...leaving, metadata });
    expect(client.lister(ConfigMaps).get('default', 'c')).toBeUndefined();
  });

  it('gives a scheduled pod its grace, which later requests may only shorten', () => {
    const { client } = cluster();
    client.create(Pods, pod({ terminationGracePeriodSeconds: 20 }));
    client.bind('default', 'p', 'node-1');
    const grace = (seconds?: number) =>
      client.delete(Pods, 'default', 'p', seconds === undefined ? {} : { gracePeriodSeconds: seconds })
        .metadata.deletionGracePeriodSeconds;
    expect(grace()).toBe(20);
    expect(grace(60)).toBe(20);
    expect(grace(5)).toBe(5);
    grace(0);
    expect(client.lister(Pods).get('default', 'p')).toBeUndefined();
  });

  it('removes an unscheduled pod at once', () => {
    const { client } = cluster();
    client.create(Pods, pod());
    client.delete(Pods, 'default', 'p');
    expect(client.lister(Pods).get('default', 'p')).toBeUndefined();
  });

  it('keeps a namespace until its own finalizer is gone', () => {
    const c = cluster();
    c.client.create(Namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } });
    const leaving = c.client.delete(Namespaces, undefined, 'a');
    expect(leaving.status?.phase).toBe('Terminating');
    expect(refusal(() => c.client.create(ConfigMaps, configMap({ namespace: 'a' })))).toBe(
      '403 Forbidden: configmaps "c" is forbidden: unable to create new content in namespace a because it is being terminated',
    );
    c.operations.update(resourceOf(c, leaving), { ...leaving, spec: {} } as StoredObject, USER, {
      subresource: 'finalize',
    });
    expect(c.client.lister(Namespaces).get(undefined, 'a')).toBeUndefined();
  });

  it.each([
    ['Foreground' as const, ['foregroundDeletion']],
    ['Orphan' as const, ['orphan']],
  ])('holds the object while dependents are dealt with: %s', (propagationPolicy, finalizers) => {
    const { client } = cluster();
    client.create(Deployments, deployment());
    expect(client.delete(Deployments, 'default', 'web', { propagationPolicy }).metadata.finalizers).toEqual(
      finalizers,
    );
  });

  it('is refused when the object is not the one that is meant', () => {
    const { client } = cluster();
    const { uid } = client.create(ConfigMaps, configMap()).metadata;
    expect(
      refusal(() => client.delete(ConfigMaps, 'default', 'c', { preconditions: { uid: 'other' } })),
    ).toBe(
      `409 Conflict: Operation cannot be fulfilled on ConfigMap "c": the UID in the precondition (other) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  });
});

describe('patches', () => {
  it.each([{ kind: null }, { kind: '' }, { apiVersion: null }])(
    'leave an object of the kind it was: %j',
    (patch) => {
      const { client } = cluster();
      client.create(ConfigMaps, configMap());
      const patched = client.patch(ConfigMaps, 'default', 'c', 'merge', patch);
      expect(patched).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
    },
  );

  it.each([
    [{ kind: 'Secret' }, 'converting (v1.Secret) to (core.ConfigMap): unknown conversion'],
    [{ apiVersion: 'v2' }, 'no kind "ConfigMap" is registered for version "v2"'],
  ])('may not make another kind of an object: %j', (patch, why) => {
    const { client } = cluster();
    client.create(ConfigMaps, configMap());
    const refused = refusal(() => client.patch(ConfigMaps, 'default', 'c', 'merge', patch));
    expect(refused).toMatch(/^422 Invalid: {2}"" is invalid: patch: Invalid value: /);
    expect(refused).toContain(why);
  });

  it('may not rename an object', () => {
    const { client } = cluster();
    client.create(ConfigMaps, configMap());
    expect(
      refusal(() => client.patch(ConfigMaps, 'default', 'c', 'merge', { metadata: { name: 'd' } })),
    ).toBe('400 BadRequest: the name of the object (d) does not match the name on the URL (c)');
  });

  it('are refused when they are based on an old version', () => {
    const { client } = cluster();
    const old = client.create(ConfigMaps, configMap());
    client.patch(ConfigMaps, 'default', 'c', 'merge', { data: { a: 'x' } });
    const patch = { metadata: { resourceVersion: old.metadata.resourceVersion }, data: { a: 'y' } };
    expect(refusal(() => client.patch(ConfigMaps, 'default', 'c', 'merge', patch))).toMatch(
      /^409 Conflict: .*has been modified/,
    );
  });

  it('leave other fields of a failed JSON patch alone', () => {
    const { client } = cluster();
    const before = client.create(ConfigMaps, configMap());
    const patch = [
      { op: 'replace', path: '/data/a', value: 'x' },
      { op: 'test', path: '/data/a', value: 'y' },
    ];
    expect(refusal(() => client.patch(ConfigMaps, 'default', 'c', 'json', patch))).toMatch(/^422 Invalid/);
    expect(client.get(ConfigMaps, 'default', 'c')).toBe(before);
  });

  it('of 10,001 operations are too many', () => {
    const { client } = cluster();
    client.create(ConfigMaps, configMap());
    const patch = Array.from({ length: 10_001 }, () => ({ op: 'add', path: '/data/a', value: 'x' }));
    expect(refusal(() => client.patch(ConfigMaps, 'default', 'c', 'json', patch))).toMatch(
      /^413 RequestEntityTooLarge/,
    );
  });
});

describe('hostile input', () => {
  const writes = ['create', 'apply'] as const;

  it.each(writes)('cannot touch prototypes: %s', (verb) => {
    const c = cluster();
    const given = JSON.parse(
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"default","labels":{"constructor":"a","toString":"b"}},"data":{"__proto__":"x","constructor":"y"},"__proto__":{"polluted":true}}',
    ) as ConfigMap;
    const resource = resourceOf(c, configMap());
    const write = () =>
      verb === 'create'
        ? c.operations.create(resource, given, USER)
        : c.operations.apply(resource, given, USER, { fieldManager: 'm' });
    const stored = write() as ConfigMap & { polluted?: unknown };
    expect(Object.getPrototypeOf(stored)).toBe(Object.prototype);
    expect(stored.polluted).toBeUndefined();
    expect(Object.keys(stored.data ?? {}).sort()).toEqual(['__proto__', 'constructor']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    c.client.patch(ConfigMaps, 'default', 'c', 'merge', JSON.parse('{"data":{"__proto__":"z"}}'));
    expect(Object.entries(c.client.get(ConfigMaps, 'default', 'c').data ?? {})).toContainEqual([
      '__proto__',
      'z',
    ]);
  });

  it('as deep as a tower is refused', () => {
    const c = cluster();
    let tower: unknown = 'top';
    for (let level = 0; level < 100_000; level++) tower = { properties: { a: tower } };
    const given = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'a.b.c' },
      spec: { versions: [{ name: 'v1', schema: { openAPIV3Schema: tower } }] },
    } as unknown as StoredObject;
    expect(refusal(() => c.operations.create(resourceOf(c, given), given, USER))).toMatch(
      /exceeded max depth/,
    );
  });

  it.each([
    ['metadata as a list', { metadata: [] }],
    ['metadata missing', { metadata: undefined }],
    ['labels as text', { metadata: { name: 'c', namespace: 'default', labels: 'a=b' } }],
    ['a label that is a map', { metadata: { name: 'c', namespace: 'default', labels: { a: {} } } }],
    ['data as a list', { data: ['a'] }],
    ['a name of a megabyte', { metadata: { name: 'a'.repeat(1_000_000), namespace: 'default' } }],
    ['a name of control characters', { metadata: { name: 'a\u0000\n', namespace: 'default' } }],
  ])('is a refusal, not a crash: %s', (_, change) => {
    const c = cluster();
    const given = { ...configMap(), ...change } as StoredObject;
    expect(refusal(() => c.operations.create(resourceOf(c, configMap()), given, USER))).toMatch(/^4(00|22) /);
  });

  // As many as fit into the largest body.
  it('of a quarter of a million list items is answered', () => {
    const c = cluster();
    const finalizers = Array.from({ length: 250_000 }, (_, index) => `a.b/${index}`);
    const given = configMap({ finalizers });
    expect(refusal(() => c.operations.create(resourceOf(c, given), given, USER))).toBe('accepted');
  });

  it('of ten thousand labels is stored', () => {
    const c = cluster();
    const labels = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`k${index}`, 'v']));
    const given = configMap({ labels });
    expect(refusal(() => c.operations.apply(resourceOf(c, given), given, USER, { fieldManager: 'm' }))).toBe(
      'accepted',
    );
  });
});

describe('an apply that changes nothing', () => {
  const apply = (c: Cluster, options: object = {}): StoredObject =>
    c.operations.apply(resourceOf(c, configMap()), configMap(), USER, { fieldManager: 'me', ...options });
  const refuseMaps = (c: Cluster): void => {
    const metadata = { name: 'no-maps' };
    const rules = [
      { apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'] as const, resources: ['configmaps'] },
    ];
    const objects = [
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicy',
        metadata,
        spec: { matchConstraints: { resourceRules: rules }, validations: [{ expression: 'false' }] },
      },
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicyBinding',
        metadata,
        spec: { policyName: 'no-maps', validationActions: ['Deny'] },
      },
    ];
    for (const object of objects) c.operations.create(resourceOf(c, object), object, USER);
  };

  it('keeps the version of the object', () => {
    const c = cluster();
    const { resourceVersion } = apply(c).metadata;
    c.advance('1m');
    expect(apply(c).metadata.resourceVersion).toBe(resourceVersion);
  });

  it('is put before admission all the same', () => {
    const c = cluster();
    apply(c);
    refuseMaps(c);
    expect(refusal(() => apply(c))).toContain("ValidatingAdmissionPolicy 'no-maps'");
    expect(refusal(() => apply(c, { dryRun: true }))).toContain("ValidatingAdmissionPolicy 'no-maps'");
  });
});
