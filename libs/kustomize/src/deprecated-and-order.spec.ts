import { describe, expect, it } from 'vitest';
import { buildTree } from './testing/tree.js';

// The texts are what kustomize 5.8.1 prints.
describe('deprecated fields', () => {
  const FILES = `
-- a.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: 1, template: {spec: {containers: [{name: c, image: "nginx:1", args: [$(NAME)]}]}}}
`;

  it.each<[what: string, tree: string, text: string]>([
    [
      'bases',
      `
-- kustomization.yaml --
bases: [base]
namePrefix: p-
-- base/kustomization.yaml --
resources: [b.yaml]
-- base/b.yaml --
apiVersion: v1
kind: Service
metadata: {name: web}
`,
      `apiVersion: v1
kind: Service
metadata:
  name: p-web
`,
    ],
    [
      'vars',
      `
-- kustomization.yaml --
resources: [a.yaml]
vars: [{name: NAME, objref: {apiVersion: apps/v1, kind: Deployment, name: web}}]
nameSuffix: -s
`,
      `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-s
spec:
  replicas: 1
  template:
    spec:
      containers:
      - args:
        - web-s
        image: nginx:1
        name: c
`,
    ],
    [
      'patchesStrategicMerge, files and text',
      `
-- kustomization.yaml --
resources: [a.yaml]
patchesStrategicMerge:
- p.yaml
- |-
  apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web}
  spec: {template: {spec: {containers: [{name: c, image: null}, {name: d, image: e}]}}}
-- p.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: 2}
`,
      `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  template:
    spec:
      containers:
      - args:
        - $(NAME)
        name: c
      - image: e
        name: d
`,
    ],
    [
      'patchesJson6902',
      `
-- kustomization.yaml --
resources: [a.yaml]
patchesJson6902:
- {target: {group: apps, version: v1, kind: Deployment, name: web}, patch: '[{"op": "test", "path": "/spec/replicas", "value": 1}, {"op": "move", "from": "/spec/replicas", "path": "/spec/moved"}]'}
- {target: {kind: Deployment, name: web}, path: p.yaml}
-- p.yaml --
- {op: add, path: /metadata/labels, value: {a: b}}
- {op: copy, from: /metadata/labels, path: /metadata/annotations}
`,
      `apiVersion: apps/v1
kind: Deployment
metadata:
  annotations:
    a: b
  labels:
    a: b
  name: web
spec:
  moved: 1
  template:
    spec:
      containers:
      - args:
        - $(NAME)
        image: nginx:1
        name: c
`,
    ],
    [
      'commonLabels and imageTags',
      `
-- kustomization.yaml --
resources: [a.yaml]
commonLabels: {app: x}
imageTags: [{name: nginx, newTag: "2"}]
`,
      `apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app: x
  name: web
spec:
  replicas: 1
  selector:
    matchLabels:
      app: x
  template:
    metadata:
      labels:
        app: x
    spec:
      containers:
      - args:
        - $(NAME)
        image: nginx:2
        name: c
`,
    ],
    [
      'env of a generator',
      `
-- kustomization.yaml --
configMapGenerator: [{name: made, env: e.env}]
-- e.env --
A=1
`,
      `apiVersion: v1
data:
  A: "1"
kind: ConfigMap
metadata:
  name: made-89g4tffbfk
`,
    ],
  ])('still count: %s', (_what, tree, text) => {
    expect(buildTree(tree + FILES)).toBe(text);
  });
});

describe('buildMetadata', () => {
  const FILES = `
-- a.yaml --
apiVersion: v1
kind: Service
metadata: {name: web}
`;

  it.each<[what: string, tree: string, text: string]>([
    [
      'originAnnotations and transformerAnnotations',
      `
-- kustomization.yaml --
resources: [base]
buildMetadata: [originAnnotations, transformerAnnotations]
namePrefix: p-
commonAnnotations: {a: b}
-- base/kustomization.yaml --
resources: [s.yaml]
configMapGenerator: [{name: made, literals: [a=b]}]
nameSuffix: -s
-- base/s.yaml --
apiVersion: v1
kind: Service
metadata: {name: web}
`,
      `apiVersion: v1
data:
  a: b
kind: ConfigMap
metadata:
  annotations:
    a: b
    alpha.config.kubernetes.io/transformations: |
      - configuredIn: base/kustomization.yaml
        configuredBy:
          apiVersion: builtin
          kind: SuffixTransformer
      - configuredIn: kustomization.yaml
        configuredBy:
          apiVersion: builtin
          kind: PrefixTransformer
      - configuredIn: kustomization.yaml
        configuredBy:
          apiVersion: builtin
          kind: AnnotationsTransformer
    config.kubernetes.io/origin: |
      configuredIn: base/kustomization.yaml
      configuredBy:
        apiVersion: builtin
        kind: ConfigMapGenerator
  name: p-made-s-4h2mbtbbt6
---
apiVersion: v1
kind: Service
metadata:
  annotations:
    a: b
    alpha.config.kubernetes.io/transformations: |
      - configuredIn: base/kustomization.yaml
        configuredBy:
          apiVersion: builtin
          kind: SuffixTransformer
      - configuredIn: kustomization.yaml
        configuredBy:
          apiVersion: builtin
          kind: PrefixTransformer
      - configuredIn: kustomization.yaml
        configuredBy:
          apiVersion: builtin
          kind: AnnotationsTransformer
    config.kubernetes.io/origin: |
      path: base/s.yaml
  name: p-web-s
`,
    ],
    [
      'managedByLabel',
      `
-- kustomization.yaml --
resources: [a.yaml]
buildMetadata: [managedByLabel]
`,
      `apiVersion: v1
kind: Service
metadata:
  labels:
    app.kubernetes.io/managed-by: kustomize-v5.8.1
  name: web
`,
    ],
  ])('says where things come from: %s', (_what, tree, text) => {
    expect(buildTree(tree + FILES)).toBe(text);
  });
});

describe('sortOptions', () => {
  const FILES = `
-- a.yaml --
{apiVersion: v1, kind: Service, metadata: {name: s}}
---
{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: hook}}
---
{apiVersion: e.com/v1, kind: Custom, metadata: {name: z, namespace: b}}
---
{apiVersion: e.com/v1, kind: Custom, metadata: {name: a, namespace: b}}
---
{apiVersion: e.com/v1, kind: Custom, metadata: {name: q, namespace: a}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: n}}
---
{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: customs.e.com}}
`;

  it.each<[what: string, tree: string, text: string]>([
    [
      'as the legacy order has it',
      `
-- kustomization.yaml --
resources: [a.yaml]
`,
      `apiVersion: v1
kind: Namespace
metadata:
  name: "n"
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: customs.e.com
---
apiVersion: v1
kind: Service
metadata:
  name: s
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: d
---
apiVersion: e.com/v1
kind: Custom
metadata:
  name: q
  namespace: a
---
apiVersion: e.com/v1
kind: Custom
metadata:
  name: a
  namespace: b
---
apiVersion: e.com/v1
kind: Custom
metadata:
  name: z
  namespace: b
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata:
  name: hook
`,
    ],
    [
      'first in, first out',
      `
-- kustomization.yaml --
resources: [a.yaml]
sortOptions: {order: fifo}
`,
      `apiVersion: v1
kind: Service
metadata:
  name: s
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata:
  name: hook
---
apiVersion: e.com/v1
kind: Custom
metadata:
  name: z
  namespace: b
---
apiVersion: e.com/v1
kind: Custom
metadata:
  name: a
  namespace: b
---
apiVersion: e.com/v1
kind: Custom
metadata:
  name: q
  namespace: a
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: d
---
apiVersion: v1
kind: Namespace
metadata:
  name: "n"
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: customs.e.com
`,
    ],
    [
      'kinds first and last',
      `
-- kustomization.yaml --
resources: [a.yaml]
sortOptions: {order: legacy, legacySortOptions: {orderFirst: [Custom, Service], orderLast: [Namespace]}}
`,
      `apiVersion: e.com/v1
kind: Custom
metadata:
  name: q
  namespace: a
---
apiVersion: e.com/v1
kind: Custom
metadata:
  name: a
  namespace: b
---
apiVersion: e.com/v1
kind: Custom
metadata:
  name: z
  namespace: b
---
apiVersion: v1
kind: Service
metadata:
  name: s
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata:
  name: hook
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: customs.e.com
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: d
---
apiVersion: v1
kind: Namespace
metadata:
  name: "n"
`,
    ],
  ])('order the result: %s', (_what, tree, text) => {
    expect(buildTree(tree + FILES)).toBe(text);
  });

  it.each<[what: string, tree: string, message: RegExp]>([
    [
      'an unknown order',
      `
-- kustomization.yaml --
resources: [a.yaml]
sortOptions: {order: lifo}
`,
      /legacy/,
    ],
  ])('say what is wrong, where, and what it should be: %s', (_what, tree, message) => {
    expect(() => buildTree(tree + FILES)).toThrow(message);
  });
});
