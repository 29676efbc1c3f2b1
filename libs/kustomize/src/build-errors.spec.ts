import { CodedError, MemoryFileTree } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { buildKustomization } from './build-kustomization.js';
import { filesOf } from './testing/tree.js';

const FILES = `
-- base/kustomization.yaml --
resources: [web.yaml]
-- base/web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: frontend}
spec: {replicas: 1}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data: {x: y}
`;

function failure(tree: string): { code: string; message: string; place: unknown } {
  try {
    buildKustomization({ tree: new MemoryFileTree(filesOf(tree + FILES)), path: 'over' });
  } catch (error) {
    if (error instanceof CodedError) return { code: error.code, message: error.message, place: error.place };
    throw error;
  }
  throw new Error('it was built');
}

// kustomize 5.8.1 refuses all of these as well.
describe('a build that fails', () => {
  it.each<[what: string, fields: string, expected: Partial<ReturnType<typeof failure>>]>([
    [
      'an unknown field',
      'resource: [../base]',
      {
        code: 'kustomize/unknown-field',
        message:
          'invalid Kustomization in over/kustomization.yaml: unknown field "resource"; did you mean resources?',
        place: { file: 'over/kustomization.yaml', field: 'resource' },
      },
    ],
    [
      'an unknown field of an entry',
      'resources: [../base]\nimages: [{name: a, newtags: b}]',
      {
        message:
          'invalid Kustomization in over/kustomization.yaml: unknown field "images[0].newtags"; did you mean newTag?',
        place: { file: 'over/kustomization.yaml', field: 'images[0].newtags' },
      },
    ],
    [
      'a field of the wrong type',
      'resources: ../base',
      {
        code: 'kustomize/invalid-field',
        message: 'invalid Kustomization in over/kustomization.yaml: resources is "../base", expected a list',
      },
    ],
    [
      'a text that is a number',
      'resources: [../base]\nimages: [{name: a, newTag: 1.10}]',
      {
        message:
          'invalid Kustomization in over/kustomization.yaml: images[0].newTag is 1.1, expected text; put it in quotes',
      },
    ],
    [
      'a missing resource file',
      'resources: [../base, patchs.yaml]',
      {
        code: 'kustomize/no-folder',
        message:
          "resources 'patchs.yaml' of over: there is no folder with a kustomization, and file 'over/patchs.yaml' does not exist; did you mean patch.yaml?",
      },
    ],
    [
      'a missing patch file',
      'resources: [../base]\npatches: [{path: patches.yaml}]',
      {
        code: 'kustomize/no-file',
        message: "file 'over/patches.yaml' does not exist; did you mean patch.yaml?",
        place: { file: 'over/patches.yaml' },
      },
    ],
    [
      'a patch for a name that is not there',
      'resources: [../base]\npatches: [{patch: "{apiVersion: apps/v1, kind: Deployment, metadata: {name: front-end}}"}]',
      {
        code: 'kustomize/no-target',
        message:
          'no matches for Id Deployment.v1.apps/front-end.[noNs]; failed to find unique target for patch Deployment.v1.apps/front-end.[noNs]; there is Deployment.v1.apps/frontend.[noNs]',
        place: { object: 'Deployment front-end' },
      },
    ],
    [
      'a patch for another namespace',
      'resources: [../base]\npatches: [{patch: "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}"}]',
      {
        message:
          'no matches for Id ConfigMap.v1.[noGrp]/settings.[noNs]; failed to find unique target for patch ConfigMap.v1.[noGrp]/settings.[noNs]; there is ConfigMap.v1.[noGrp]/settings.shop',
      },
    ],
    [
      'a replacement from a resource that is not there',
      'resources: [../base]\nreplacements: [{source: {kind: ConfigMap, name: setings}, targets: [{select: {kind: Deployment}, fieldPaths: [spec.replicas]}]}]',
      {
        code: 'kustomize/replacement',
        message:
          'nothing selected by ConfigMap.[noVer].[noGrp]/setings.[noNs]; there is ConfigMap.v1.[noGrp]/settings.shop',
        place: { field: 'replacements', object: 'ConfigMap.[noVer].[noGrp]/setings.[noNs]' },
      },
    ],
    [
      'a count for a name that is not there',
      'resources: [../base]\nreplicas: [{name: front, count: 2}]',
      {
        code: 'kustomize/no-target',
        message:
          'replicas: resource with name front does not match a config with the following kinds: Deployment, StatefulSet, ReplicaSet, ReplicationController; there is frontend',
      },
    ],
    [
      'the same resource twice',
      'resources: [../base, ../base]',
      {
        code: 'kustomize/duplicate-resource',
        message:
          'may not add resource with an already registered id: Deployment.v1.apps/frontend.[noNs]; remove one of the two or give it another name',
        place: { object: 'Deployment frontend' },
      },
    ],
    [
      'a JSON patch that does not fit',
      `resources: [../base]\npatches: [{target: {kind: ConfigMap}, patch: '[{"op": "remove", "path": "/data/none"}]'}]`,
      { code: 'kustomize/patch' },
    ],
    [
      'a patch of neither kind',
      'resources: [../base]\npatches: [{patch: "just words"}]',
      { code: 'kustomize/patch' },
    ],
  ])('names %s', (_what, fields, expected) => {
    const tree = `-- over/kustomization.yaml --\n${fields}\n-- over/patch.yaml --\n{}\n`;
    expect(failure(tree)).toMatchObject(expected);
  });
});

describe('a target that selects nothing', () => {
  const warnings = (fields: string): string[] =>
    buildKustomization({
      tree: new MemoryFileTree(
        filesOf(`-- over/kustomization.yaml --\nresources: [../base]\n${fields}\n${FILES}`),
      ),
      path: 'over',
    }).warnings;
  const patch = (target: string): string =>
    `patches: [{target: ${target}, patch: '[{"op": "add", "path": "/a", "value": 1}]'}]`;

  it('is passed over, as by the original, with a warning when it misses by a letter', () => {
    expect(warnings(patch('{kind: Deployment, name: frontends}'))).toEqual([
      'patches: the target {"kind":"Deployment","name":"frontends"} selects nothing; did you mean Deployment.v1.apps/frontend.[noNs]?',
    ]);
    expect(
      warnings(
        'replacements: [{sourceValue: z, targets: [{select: {kind: ConfigMap, name: setting}, fieldPaths: [data.x]}]}]',
      ),
    ).toEqual([
      'replacements: the target {"kind":"ConfigMap","name":"setting"} selects nothing; did you mean ConfigMap.v1.[noGrp]/settings.shop?',
    ]);
  });

  it.each(['{kind: Deployment, name: frontend}', '{kind: Deployment, name: frontend.*s}', '{kind: Job}'])(
    'is not warned of when it is %s',
    (target) => {
      expect(warnings(patch(target))).toEqual([]);
    },
  );
});
