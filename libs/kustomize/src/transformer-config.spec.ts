import { describe, expect, it } from 'vitest';
import { buildTree } from './testing/tree.js';

// The texts are what kustomize 5.8.1 prints.
describe('configurations', () => {
  const FILES = `
-- a.yaml --
apiVersion: e.com/v1
kind: Custom
metadata: {name: cr, namespace: old}
spec: {conf: conf, pods: {image: "nginx:1", labels: {}}, count: 1, text: $(X)}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: conf}
data: {x: y}
`;

  it.each<[what: string, tree: string, text: string]>([
    [
      'name references',
      `
-- kustomization.yaml --
resources: [a.yaml]
configurations: [c.yaml]
namePrefix: p-
-- c.yaml --
nameReference:
- {kind: ConfigMap, version: v1, fieldSpecs: [{path: spec/conf, kind: Custom}]}
`,
      `apiVersion: v1
data:
  x: "y"
kind: ConfigMap
metadata:
  name: p-conf
---
apiVersion: e.com/v1
kind: Custom
metadata:
  name: p-cr
  namespace: old
spec:
  conf: conf
  count: 1
  pods:
    image: nginx:1
    labels: {}
  text: $(X)
`,
    ],
    [
      'prefixes and suffixes of other fields',
      `
-- kustomization.yaml --
resources: [a.yaml]
configurations: [c.yaml]
namePrefix: p-
nameSuffix: -s
-- c.yaml --
namePrefix: [{path: data/x, kind: ConfigMap}]
nameSuffix: [{path: spec/text}]
`,
      `apiVersion: v1
data:
  x: p-y
kind: ConfigMap
metadata:
  name: p-conf-s
---
apiVersion: e.com/v1
kind: Custom
metadata:
  name: p-cr-s
  namespace: old
spec:
  conf: conf
  count: 1
  pods:
    image: nginx:1
    labels: {}
  text: $(X)-s
`,
    ],
    [
      'labels and annotations',
      `
-- kustomization.yaml --
resources: [a.yaml]
configurations: [c.yaml]
labels: [{pairs: {a: b}, includeSelectors: true}]
commonAnnotations: {note: x}
-- c.yaml --
commonLabels: [{path: spec/pods/labels, create: true, kind: Custom}]
commonAnnotations: [{path: spec/notes, create: true, group: e.com}]
`,
      `apiVersion: v1
data:
  x: "y"
kind: ConfigMap
metadata:
  annotations:
    note: x
  labels:
    a: b
  name: conf
---
apiVersion: e.com/v1
kind: Custom
metadata:
  annotations:
    note: x
  labels:
    a: b
  name: cr
  namespace: old
spec:
  conf: conf
  count: 1
  notes:
    note: x
  pods:
    image: nginx:1
    labels:
      a: b
  text: $(X)
`,
    ],
    [
      'labels of templates only',
      `
-- kustomization.yaml --
resources: [a.yaml]
configurations: [c.yaml]
labels: [{pairs: {a: b}, includeTemplates: true, fields: [{path: data/labels, create: true, kind: ConfigMap}]}]
-- c.yaml --
templateLabels: [{path: spec/pods/labels, create: true, version: v1, kind: Custom}]
`,
      `apiVersion: v1
data:
  labels:
    a: b
  x: "y"
kind: ConfigMap
metadata:
  labels:
    a: b
  name: conf
---
apiVersion: e.com/v1
kind: Custom
metadata:
  labels:
    a: b
  name: cr
  namespace: old
spec:
  conf: conf
  count: 1
  pods:
    image: nginx:1
    labels:
      a: b
  text: $(X)
`,
    ],
    [
      'images, replicas and the namespace',
      `
-- kustomization.yaml --
resources: [a.yaml]
configurations: [c.yaml]
images: [{name: nginx, newTag: "2"}]
replicas: [{name: cr, count: 5}]
namespace: live
-- c.yaml --
images: [{path: spec/pods/image, kind: Custom}]
replicas: [{path: spec/count, kind: Custom}]
namespace: [{path: spec/where, create: true, kind: Custom}]
`,
      `apiVersion: v1
data:
  x: "y"
kind: ConfigMap
metadata:
  name: conf
  namespace: live
---
apiVersion: e.com/v1
kind: Custom
metadata:
  name: cr
  namespace: live
spec:
  conf: conf
  count: 5
  pods:
    image: nginx:2
    labels: {}
  text: $(X)
  where: live
`,
    ],
    [
      'vars',
      `
-- kustomization.yaml --
resources: [a.yaml]
configurations: [c.yaml]
vars: [{name: X, objref: {apiVersion: v1, kind: ConfigMap, name: conf}, fieldref: {fieldpath: data.x}}]
-- c.yaml --
varReference: [{path: spec/text, kind: Custom}]
`,
      `apiVersion: v1
data:
  x: "y"
kind: ConfigMap
metadata:
  name: conf
---
apiVersion: e.com/v1
kind: Custom
metadata:
  name: cr
  namespace: old
spec:
  conf: conf
  count: 1
  pods:
    image: nginx:1
    labels: {}
  text: "y"
`,
    ],
    [
      'several files, and those of a base',
      `
-- kustomization.yaml --
resources: [base]
configurations: [c.yaml, d.yaml]
namePrefix: p-
-- base/kustomization.yaml --
resources: [b.yaml]
configurations: [e.yaml]
-- base/b.yaml --
apiVersion: e.com/v1
kind: Other
metadata: {name: other}
one: other
two: other
three: other
-- c.yaml --
nameReference: [{kind: Other, fieldSpecs: [{path: one}]}]
-- d.yaml --
nameReference: [{kind: Other, fieldSpecs: [{path: two, kind: Other}]}]
-- base/e.yaml --
nameReference: [{kind: Other, group: e.com, fieldSpecs: [{path: three, kind: Other}]}]
`,
      `apiVersion: e.com/v1
kind: Other
metadata:
  name: p-other
one: p-other
three: p-other
two: p-other
`,
    ],
  ])('tell where transformers work: %s', (_what, tree, text) => {
    expect(buildTree(tree + FILES)).toBe(text);
  });

  it.each<[what: string, tree: string, message: RegExp]>([
    [
      'an unknown field',
      `
-- kustomization.yaml --
resources: [a.yaml]
configurations: [c.yaml]
-- c.yaml --
nameReferences: []
`,
      /c\.yaml: unknown field "nameReferences"; did you mean nameReference/,
    ],
    [
      'a spec that contradicts the default',
      `
-- kustomization.yaml --
resources: [a.yaml]
configurations: [c.yaml]
-- c.yaml --
commonLabels: [{path: metadata/labels}]
`,
      /conflicting fieldspecs for any kind metadata\/labels/,
    ],
    [
      'a missing file',
      `
-- kustomization.yaml --
resources: [a.yaml]
configurations: [conf.yaml]
-- conf.yml --
images: []
`,
      /file 'conf\.yaml' does not exist; did you mean conf\.yml\?/,
    ],
  ])('say what is wrong, where, and what it should be: %s', (_what, tree, message) => {
    expect(() => buildTree(tree + FILES)).toThrow(message);
  });
});

describe('descriptions of custom resources', () => {
  const FILES = `
-- a.yaml --
apiVersion: e.com/v1
kind: Bee
metadata: {name: bee}
spec: {home: {name: hive}, list: [{name: x, v: 1}], labels: {}}
---
apiVersion: e.com/v1
kind: Hive
metadata: {name: hive}
`;

  it.each<[what: string, tree: string, text: string]>([
    [
      'crds: names of others, labels, annotations',
      `
-- kustomization.yaml --
resources: [a.yaml]
crds: [crd.json]
namePrefix: p-
commonLabels: {l: m}
commonAnnotations: {note: x}
-- crd.json --
{"com.e.v1.Bee": {"Schema": {"properties": {
  "kind": {}, "apiVersion": {}, "metadata": {},
  "spec": {"$ref": "com.e.v1.Spec"}}}},
 "com.e.v1.Spec": {"Schema": {"properties": {
  "home": {"x-kubernetes-object-ref-api-version": "v1", "x-kubernetes-object-ref-kind": "Hive"},
  "labels": {"x-kubernetes-label-selector": ""},
  "notes": {"x-kubernetes-annotation": ""}}}}}
`,
      `apiVersion: e.com/v1
kind: Bee
metadata:
  annotations:
    note: x
  labels:
    l: m
  name: p-bee
spec:
  home:
    name: p-hive
  labels:
    l: m
  list:
  - name: x
    v: 1
---
apiVersion: e.com/v1
kind: Hive
metadata:
  annotations:
    note: x
  labels:
    l: m
  name: p-hive
`,
    ],
    [
      'openapi: keys of lists',
      `
-- kustomization.yaml --
resources: [a.yaml]
openapi: {path: s.json}
patches: [{patch: "{apiVersion: e.com/v1, kind: Bee, metadata: {name: bee}, spec: {list: [{name: x, w: 2}]}}"}]
-- s.json --
{"definitions": {"B": {"x-kubernetes-group-version-kind": [{"group": "e.com", "version": "v1", "kind": "Bee"}],
 "properties": {"spec": {"properties": {"list": {"type": "array", "items": {"type": "object"},
  "x-kubernetes-patch-merge-key": "name", "x-kubernetes-patch-strategy": "merge"}}}}}}}
`,
      `apiVersion: e.com/v1
kind: Bee
metadata:
  name: bee
spec:
  home:
    name: hive
  labels: {}
  list:
  - name: x
    v: 1
    w: 2
---
apiVersion: e.com/v1
kind: Hive
metadata:
  name: hive
`,
    ],
    [
      'without openapi a list is replaced',
      `
-- kustomization.yaml --
resources: [a.yaml]
patches: [{patch: "{apiVersion: e.com/v1, kind: Bee, metadata: {name: bee}, spec: {list: [{name: x, w: 2}]}}"}]
`,
      `apiVersion: e.com/v1
kind: Bee
metadata:
  name: bee
spec:
  home:
    name: hive
  labels: {}
  list:
  - name: x
    w: 2
---
apiVersion: e.com/v1
kind: Hive
metadata:
  name: hive
`,
    ],
  ])('tell what their fields are: %s', (_what, tree, text) => {
    expect(buildTree(tree + FILES)).toBe(text);
  });

  it.each<[what: string, tree: string, message: RegExp]>([
    [
      'crds that are no map',
      `
-- kustomization.yaml --
resources: [a.yaml]
crds: [crd.json]
-- crd.json --
["a"]
`,
      /unable to parse open API definition from 'crd\.json': expected a map of definitions/,
    ],
    [
      'a version that is not built in',
      `
-- kustomization.yaml --
resources: [a.yaml]
openapi: {version: v1.0.0}
`,
      /the specified OpenAPI version v1\.0\.0 is not built in; use v1\.21\.2/,
    ],
    [
      'a version and a document',
      `
-- kustomization.yaml --
resources: [a.yaml]
openapi: {version: v1.21.2, path: s.json}
-- s.json --
{"definitions": {}}
`,
      /builtin version and custom schema provided, cannot use both/,
    ],
  ])('say what is wrong, where, and what it should be: %s', (_what, tree, message) => {
    expect(() => buildTree(tree + FILES)).toThrow(message);
  });
});
