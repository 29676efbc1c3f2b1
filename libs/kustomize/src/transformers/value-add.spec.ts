import { describe, expect, it } from 'vitest';
import { buildTree } from '../testing/tree.js';

// The texts are what kustomize 5.8.1 prints.
describe('values that are added', () => {
  const FILES = `
-- a.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: a, labels: {tier: low}}
data: {path: /one/two, plain: x}
---
apiVersion: v1
kind: Service
metadata: {name: b}
`;

  it.each<[what: string, tree: string, text: string]>([
    [
      'to a field, made where it is missing',
      `
-- kustomization.yaml --
resources: [a.yaml]
transformers:
- |-
  apiVersion: builtin
  kind: ValueAddTransformer
  metadata: {name: t}
  value: v
  targets: [{fieldPath: metadata/annotations/note}, {fieldPath: data/plain, selector: {kind: ConfigMap}}]
`,
      `apiVersion: v1
data:
  path: /one/two
  plain: v
kind: ConfigMap
metadata:
  annotations:
    note: v
  labels:
    tier: low
  name: a
---
apiVersion: v1
kind: Service
metadata:
  annotations:
    note: v
  name: b
`,
    ],
    [
      'into a path of a file',
      `
-- kustomization.yaml --
resources: [a.yaml]
transformers:
- |-
  apiVersion: builtin
  kind: ValueAddTransformer
  metadata: {name: t}
  value: v
  targets:
  - {fieldPath: data/path, filePathPosition: 2, selector: {kind: ConfigMap}}
  - {fieldPath: data/plain, filePathPosition: 9, selector: {labelSelector: tier=low}}
`,
      `apiVersion: v1
data:
  path: /one/v/two
  plain: x/v
kind: ConfigMap
metadata:
  labels:
    tier: low
  name: a
---
apiVersion: v1
kind: Service
metadata:
  name: b
`,
    ],
    [
      'as a namespace',
      `
-- kustomization.yaml --
resources: [a.yaml]
transformers:
- |-
  apiVersion: builtin
  kind: ValueAddTransformer
  metadata: {name: t}
  value: live
  targets: [{fieldPath: metadata/namespace, selector: {name: b}}]
`,
      `apiVersion: v1
data:
  path: /one/two
  plain: x
kind: ConfigMap
metadata:
  labels:
    tier: low
  name: a
---
apiVersion: v1
kind: Service
metadata:
  name: b
  namespace: live
`,
    ],
    [
      'as a file of targets says',
      `
-- kustomization.yaml --
resources: [a.yaml]
transformers: [t.yaml]
-- t.yaml --
apiVersion: builtin
kind: ValueAddTransformer
metadata: {name: t}
value: v
targetFilePath: targets.yaml
-- targets.yaml --
targets: [{fieldPath: data/z, selector: {name: a}}]
`,
      `apiVersion: v1
data:
  path: /one/two
  plain: x
  z: v
kind: ConfigMap
metadata:
  labels:
    tier: low
  name: a
---
apiVersion: v1
kind: Service
metadata:
  name: b
`,
    ],
    [
      "with the folder's name where none is given",
      `
-- kustomization.yaml --
resources: [apps/shop]
-- apps/shop/kustomization.yaml --
resources: [c.yaml]
transformers: ["{apiVersion: builtin, kind: ValueAddTransformer, metadata: {name: t}, targets: [{fieldPath: data/z}]}"]
-- apps/shop/c.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
`,
      `apiVersion: v1
data:
  z: shop
kind: ConfigMap
metadata:
  name: c
`,
    ],
  ])('are what the plugin is told: %s', (_what, tree, text) => {
    expect(buildTree(tree + FILES)).toBe(text);
  });

  it.each<[what: string, tree: string, message: RegExp]>([
    [
      'without targets',
      `
-- kustomization.yaml --
resources: [a.yaml]
transformers: ["{apiVersion: builtin, kind: ValueAddTransformer, metadata: {name: t}, value: v}"]
`,
      /must specify at least one target/,
    ],
    [
      'without a field',
      `
-- kustomization.yaml --
resources: [a.yaml]
transformers: ["{apiVersion: builtin, kind: ValueAddTransformer, metadata: {name: t}, value: v, targets: [{selector: {kind: Service}}]}"]
`,
      /fieldPath cannot be empty/,
    ],
    [
      'at a negative place',
      `
-- kustomization.yaml --
resources: [a.yaml]
transformers: ["{apiVersion: builtin, kind: ValueAddTransformer, metadata: {name: t}, value: v, targets: [{fieldPath: data/path, filePathPosition: -1}]}"]
`,
      /\(-1\) cannot be negative/,
    ],
    [
      'through text',
      `
-- kustomization.yaml --
resources: [a.yaml]
transformers: ["{apiVersion: builtin, kind: ValueAddTransformer, metadata: {name: t}, value: v, targets: [{fieldPath: data/plain/deep, selector: {kind: ConfigMap}}]}"]
`,
      /data\/plain\/deep leads through something that is no map/,
    ],
    [
      'over a map',
      `
-- kustomization.yaml --
resources: [a.yaml]
transformers: ["{apiVersion: builtin, kind: ValueAddTransformer, metadata: {name: t}, value: v, targets: [{fieldPath: metadata/labels, selector: {kind: ConfigMap}}]}"]
`,
      /metadata\/labels is no scalar/,
    ],
  ])('say what is wrong, where, and what it should be: %s', (_what, tree, message) => {
    expect(() => buildTree(tree + FILES)).toThrow(message);
  });
});
