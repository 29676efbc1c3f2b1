import type { KubeObject } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { filePerObject } from './file-per-object.js';

function object(apiVersion: string, kind: string, name: string, namespace?: string): KubeObject {
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
}

describe('filePerObject', () => {
  it.each<[objects: KubeObject[], files: string[]]>([
    [[object('apps/v1', 'Deployment', 'A')], ['apps_v1_deployment_a.yaml']],
    [
      [object('v1', 'Service', 'a', 'x'), object('v1', 'Namespace', 'x')],
      ['v1_service_a.yaml', 'v1_namespace_x.yaml'],
    ],
    [
      [object('v1', 'Service', 'a', 'x'), object('v1', 'Service', 'a'), object('v1', 'Namespace', 'x')],
      ['x_v1_service_a.yaml', 'default_v1_service_a.yaml', 'v1_namespace_x.yaml'],
    ],
  ])('names files as kustomize does', (objects, files) => {
    expect([...filePerObject(objects).keys()]).toEqual(files);
  });

  it('prints each object by itself', () => {
    expect(filePerObject([object('v1', 'Pod', 'a')]).get('v1_pod_a.yaml')).toBe(
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n',
    );
  });

  it.each(['../../etc/passwd', 'a\\b', 'a\0b'])('refuses names that lead elsewhere: %j', (name) => {
    expect(() => filePerObject([object('v1', 'Pod', name)])).toThrow(/can't be written to a file/);
  });
});
