import { describe, expect, it } from 'vitest';
import { resolveSchema, schemaByName, schemaForKind, schemaNames } from './kubernetes-schema.js';

describe('the table of Kubernetes types', () => {
  it('finds kinds and follows references', () => {
    const deployment = schemaForKind({ group: 'apps', version: 'v1', kind: 'Deployment' });
    const spec = deployment?.properties?.['spec'];
    expect(spec && resolveSchema(spec).required).toContain('selector');
    expect(schemaForKind({ group: 'apps', version: 'v1', kind: 'Nonsense' })).toBeUndefined();
    expect(schemaByName('constructor')).toBeUndefined();
  });

  it('has formats, defaults, list types and merge keys', () => {
    const ports = schemaByName('io.k8s.api.core.v1.ServiceSpec')?.properties?.['ports'];
    expect(ports).toMatchObject({
      'x-kubernetes-list-map-keys': ['port', 'protocol'],
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-patch-merge-key': 'port',
    });
    expect(schemaByName('io.k8s.api.core.v1.ContainerPort')?.properties?.['protocol']).toMatchObject({
      default: 'TCP',
    });
  });

  it('refers only to definitions it has', () => {
    const missing = schemaNames().flatMap((name) => {
      const references = [...JSON.stringify(schemaByName(name)).matchAll(/"ref":"([^"]+)"/g)].map(
        (match) => match[1] ?? '',
      );
      return references.filter((reference) => schemaByName(reference) === undefined);
    });
    expect(missing).toEqual([]);
  });
});
