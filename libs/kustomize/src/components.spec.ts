import { describe, expect, it } from 'vitest';
import { buildTree } from './testing/tree.js';

// The texts are what kustomize 5.8.1 prints.
describe('components', () => {
  const FILES = `
-- a.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: conf}
data: {x: y}
`;

  it.each<[what: string, tree: string, text: string]>([
    [
      'in their order, before the transformers of the kustomization',
      `
-- kustomization.yaml --
resources: [a.yaml]
components: [one, two]
namePrefix: p-
-- one/kustomization.yaml --
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources: [s.yaml]
patches: [{target: {kind: ConfigMap}, patch: '[{"op": "replace", "path": "/data/x", "value": "one"}]'}]
-- one/s.yaml --
apiVersion: v1
kind: Service
metadata: {name: one}
-- two/kustomization.yaml --
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
nameSuffix: -two
replacements: [{source: {kind: ConfigMap, fieldPath: data.x}, targets: [{select: {kind: Service}, fieldPaths: [spec.from], options: {create: true}}]}]
`,
      `apiVersion: v1
data:
  x: one
kind: ConfigMap
metadata:
  name: p-conf-two
---
apiVersion: v1
kind: Service
metadata:
  name: p-one-two
spec:
  from: one
`,
    ],
    [
      'that add to what is generated',
      `
-- kustomization.yaml --
configMapGenerator: [{name: made, literals: [a=b]}]
components: [one]
-- one/kustomization.yaml --
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
configMapGenerator: [{name: made, behavior: merge, literals: [c=d]}]
`,
      `apiVersion: v1
data:
  a: b
  c: d
kind: ConfigMap
metadata:
  name: made-fh478f99mk
`,
    ],
    [
      'within components',
      `
-- kustomization.yaml --
resources: [a.yaml]
components: [one]
-- one/kustomization.yaml --
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
components: [../two]
commonAnnotations: {one: "1"}
-- two/kustomization.yaml --
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
namespace: two
`,
      `apiVersion: v1
data:
  x: "y"
kind: ConfigMap
metadata:
  annotations:
    one: "1"
  name: conf
  namespace: two
`,
    ],
  ])('change what includes them: %s', (_what, tree, text) => {
    expect(buildTree(tree + FILES)).toBe(text);
  });

  it.each<[what: string, tree: string, message: RegExp]>([
    [
      'among resources',
      `
-- kustomization.yaml --
resources: [one]
-- one/kustomization.yaml --
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
namePrefix: p-
`,
      /expected kind != 'Component' for path 'one'; name it in components/,
    ],
    [
      'that are none',
      `
-- kustomization.yaml --
resources: [a.yaml]
components: [one]
-- one/kustomization.yaml --
namePrefix: p-
`,
      /expected kind 'Component' for path 'one' but got 'Kustomization'/,
    ],
    [
      'of the wrong version',
      `
-- kustomization.yaml --
resources: [a.yaml]
components: [one]
-- one/kustomization.yaml --
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Component
`,
      /apiVersion for Component should be kustomize.config.k8s.io\/v1alpha1/,
    ],
  ])('say what is wrong, where, and what it should be: %s', (_what, tree, message) => {
    expect(() => buildTree(tree + FILES)).toThrow(message);
  });
});
