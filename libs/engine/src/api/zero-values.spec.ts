import { describe, expect, it } from 'vitest';
import { createCluster, type Cluster } from '../cluster.js';
import type { StoredObject } from '../store/stored-object.js';

const USER = { user: 'someone' };

const deployment = (spec: object, more: object = {}): StoredObject =>
  ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
      },
      ...more,
    },
  }) as StoredObject;

const resourceOf = ({ registry }: Cluster, { apiVersion, kind }: StoredObject) => {
  const resource = registry.findKind(apiVersion, kind);
  if (!resource) throw new Error(`no kind ${kind}`);
  return resource;
};
const start = (): Cluster => createCluster({ controllers: [] });
const create = (c: Cluster, object: StoredObject): StoredObject =>
  c.operations.create(resourceOf(c, object), object, USER);
const apply = (c: Cluster, object: StoredObject, fieldManager: string): StoredObject =>
  c.operations.apply(resourceOf(c, object), object, USER, { fieldManager });
const podSpec = (object: StoredObject): Record<string, unknown> =>
  (object as StoredObject & { spec: { template: { spec: Record<string, unknown> } } }).spec.template.spec;

describe('a value that says no more than nothing', () => {
  it('is left out where Go leaves it out, and has no owner', () => {
    const c = start();
    const written = create(
      c,
      deployment({ hostNetwork: false, nodeName: '', subdomain: '' }, { paused: false }),
    );
    expect(podSpec(written)).not.toHaveProperty('hostNetwork');
    expect(podSpec(written)).not.toHaveProperty('nodeName');
    expect(written).not.toHaveProperty('spec.paused');
    expect(JSON.stringify(written.metadata.managedFields)).not.toContain('hostNetwork');
  });

  it('stays where it says something: behind a pointer, or in a map', () => {
    const c = start();
    const written = create(c, deployment({ automountServiceAccountToken: false }, { replicas: 0 }));
    expect(podSpec(written)).toHaveProperty('automountServiceAccountToken', false);
    expect(written).toHaveProperty('spec.replicas', 0);
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm', namespace: 'default' } };
    expect(create(c, { ...map, data: { a: '' } } as StoredObject)).toHaveProperty('data', { a: '' });
  });

  it('is filled in like a field that is not there', () => {
    const written = create(start(), deployment({ restartPolicy: '', dnsPolicy: '' }));
    expect(podSpec(written)).toMatchObject({ restartPolicy: 'Always', dnsPolicy: 'ClusterFirst' });
  });

  it('is owned by who applies it, and is taken away from what others set', () => {
    const c = start();
    const applied = apply(c, deployment({ hostNetwork: false }), 'me');
    expect(podSpec(applied)).not.toHaveProperty('hostNetwork');
    expect(JSON.stringify(applied.metadata.managedFields)).toContain('f:hostNetwork');
    expect(apply(c, deployment({ hostNetwork: false }), 'me').metadata.resourceVersion).toBe(
      applied.metadata.resourceVersion,
    );
    const changed = c.operations.patch(
      resourceOf(c, applied),
      'default',
      'web',
      'merge',
      { spec: { template: { spec: { hostNetwork: true } } } },
      USER,
      { fieldManager: 'other' },
    );
    expect(podSpec(changed)).toHaveProperty('hostNetwork', true);
    expect(() => apply(c, deployment({ hostNetwork: false }), 'me')).toThrow(
      '.spec.template.spec.hostNetwork',
    );
  });

  it('of the wrong type is refused all the same', () => {
    expect(() => create(start(), deployment({ hostNetwork: '' }))).toThrow('of type bool');
  });

  it('of a custom resource is kept', () => {
    const c = start();
    const schema = {
      type: 'object',
      properties: { spec: { type: 'object', properties: { on: { type: 'boolean' } } } },
    };
    const crd = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'lamps.example.org' },
      spec: {
        group: 'example.org',
        names: { plural: 'lamps', kind: 'Lamp' },
        scope: 'Namespaced',
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
      },
    };
    create(c, crd as StoredObject);
    c.settle();
    const lamp = {
      apiVersion: 'example.org/v1',
      kind: 'Lamp',
      metadata: { name: 'l', namespace: 'default' },
      spec: { on: false },
    };
    expect(create(c, lamp as StoredObject)).toHaveProperty('spec.on', false);
  });
});
