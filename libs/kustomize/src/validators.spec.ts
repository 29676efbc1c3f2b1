import { describe, expect, it } from 'vitest';
import { buildTree } from './testing/tree.js';
import { DEPLOYMENT, WEB_AND_CONF } from './testing/web-and-conf.js';

// The texts are what kustomize 5.8.1 prints.
describe('validators and mistakes of plugins', () => {
  it.each<[what: string, tree: string, text: string]>([
    [
      'a validator that leaves its mark',
      `
-- kustomization.yaml --
resources: [a.yaml]
validators:
- |-
  apiVersion: builtin
  kind: LabelTransformer
  metadata: {name: t}
  labels: {validated-by: me}
  fieldSpecs: [{path: metadata/labels, create: true}]
-- a.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
`,
      `apiVersion: v1
kind: ConfigMap
metadata:
  labels:
    validated-by: me
  name: a
`,
    ],
    [
      'validators that change nothing',
      `
-- kustomization.yaml --
resources: [all.yaml]
validators:
- |-
  apiVersion: builtin
  kind: LabelTransformer
  metadata: {name: t}
  labels: {app: web}
  fieldSpecs: [{path: metadata/labels, kind: Service}]
`,
      `apiVersion: v1
data:
  image: nginx:1
  x: "y"
kind: ConfigMap
metadata:
  name: conf
---
${DEPLOYMENT}`,
    ],
  ])('leave everything as it was: %s', (_what, tree, text) => {
    expect(buildTree(tree + WEB_AND_CONF)).toBe(text);
  });

  it.each<[what: string, tree: string, message: RegExp]>([
    [
      'a mark beside other labels',
      `
-- kustomization.yaml --
resources: [all.yaml]
validators:
- |-
  apiVersion: builtin
  kind: LabelTransformer
  metadata: {name: t}
  labels: {validated-by: me}
  fieldSpecs: [{path: metadata/labels, create: true}]
`,
      /validator shouldn't modify the resource map/,
    ],
    [
      'a validator that changes something',
      `
-- kustomization.yaml --
resources: [all.yaml]
validators:
- |-
  apiVersion: builtin
  kind: AnnotationsTransformer
  metadata: {name: t}
  annotations: {a: b}
  fieldSpecs: [{path: metadata/annotations, create: true}]
`,
      /validator shouldn't modify the resource map: AnnotationsTransformer t/,
    ],
    [
      'a kind that there is not',
      `
-- kustomization.yaml --
resources: [all.yaml]
transformers: ["{apiVersion: builtin, kind: LabelsTransformer, metadata: {name: t}}"]
`,
      /unable to load builtin transformer LabelsTransformer; did you mean LabelTransformer\?/,
    ],
    [
      'a plugin from outside',
      `
-- kustomization.yaml --
resources: [all.yaml]
transformers: ["{apiVersion: example.com/v1, kind: Mine, metadata: {name: t}}"]
`,
      /only built-in plugins/,
    ],
    [
      'subjects in an unknown way',
      `
-- kustomization.yaml --
resources: [all.yaml]
transformers: ["{apiVersion: builtin, kind: NamespaceTransformer, metadata: {name: t, namespace: n}, setRoleBindingSubjects: all}"]
`,
      /invalid value "all" for setRoleBindingSubjects: must be one of "defaultOnly", "none" or "allServiceAccounts"/,
    ],
    [
      'a patch that says nothing',
      `
-- kustomization.yaml --
resources: [all.yaml]
transformers: ["{apiVersion: builtin, kind: PatchStrategicMergeTransformer, metadata: {name: t}}"]
`,
      /empty file path and empty patch content/,
    ],
    [
      'a prefix without fields',
      `
-- kustomization.yaml --
resources: [all.yaml]
transformers: ["{apiVersion: builtin, kind: PrefixSuffixTransformer, metadata: {name: t}, prefix: p-}"]
`,
      /fieldSpecs is not expected to be nil/,
    ],
    [
      'a count for nobody',
      `
-- kustomization.yaml --
resources: [all.yaml]
transformers: ["{apiVersion: builtin, kind: ReplicaCountTransformer, metadata: {name: t}, replica: {name: wep, count: 1}, fieldSpecs: [{path: spec/replicas}]}"]
`,
      /name wep does not match a config with the following kinds: any kind; there is web/,
    ],
  ])('say what is wrong, where, and what it should be: %s', (_what, tree, message) => {
    expect(() => buildTree(tree + WEB_AND_CONF)).toThrow(message);
  });
});
