import { describe, expect, it } from 'vitest';
import { buildTree } from './testing/tree.js';
import { DEPLOYMENT, WEB_AND_CONF } from './testing/web-and-conf.js';

// The texts are what kustomize 5.8.1 prints.
describe('built-in plugins', () => {
  it.each<[what: string, tree: string, text: string]>([
    [
      'PrefixSuffixTransformer, PrefixTransformer, SuffixTransformer',
      `
-- kustomization.yaml --
resources: [all.yaml]
transformers:
- |-
  apiVersion: builtin
  kind: PrefixSuffixTransformer
  metadata: {name: t}
  prefix: p-
  suffix: -s
  fieldSpecs: [{path: metadata/name, kind: ConfigMap}]
- |-
  apiVersion: builtin
  kind: PrefixTransformer
  metadata: {name: u}
  prefix: q-
  fieldSpecs: [{path: metadata/name}]
- |-
  apiVersion: builtin
  kind: SuffixTransformer
  metadata: {name: v}
  suffix: -z
  fieldSpecs: [{path: metadata/name, kind: Deployment}, {path: data/x}]
`,
      `apiVersion: v1
data:
  image: nginx:1
  x: y-z
kind: ConfigMap
metadata:
  name: q-p-conf-s
---
apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app: web
  name: q-web-z
spec:
  replicas: 1
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - image: nginx
        name: c
`,
    ],
    [
      'LabelTransformer and AnnotationsTransformer, by group, version and kind',
      `
-- kustomization.yaml --
resources: [all.yaml]
transformers: [labels.yaml, notes.yaml]
-- labels.yaml --
apiVersion: builtin
kind: LabelTransformer
metadata: {name: t}
labels: {env: test, "on": "true"}
fieldSpecs:
- {path: metadata/labels, create: true}
- {path: spec/selector/matchLabels, create: true, group: apps}
- {path: spec/template/metadata/labels, create: false, kind: Deployment}
-- notes.yaml --
apiVersion: builtin
kind: AnnotationsTransformer
metadata: {name: t}
annotations: {note: "1"}
fieldSpecs: [{path: metadata/annotations, create: true, kind: ConfigMap, version: v1}, {path: metadata/annotations, create: true, version: v2}]
`,
      `apiVersion: v1
data:
  image: nginx:1
  x: "y"
kind: ConfigMap
metadata:
  annotations:
    note: "1"
  labels:
    env: test
    "on": "true"
  name: conf
---
apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app: web
    env: test
    "on": "true"
  name: web
spec:
  replicas: 1
  selector:
    matchLabels:
      app: web
      env: test
      "on": "true"
  template:
    metadata:
      labels:
        app: web
        env: test
        "on": "true"
    spec:
      containers:
      - image: nginx
        name: c
`,
    ],
    [
      'NamespaceTransformer of what has none',
      `
-- kustomization.yaml --
resources: [a.yaml]
transformers:
- |-
  apiVersion: builtin
  kind: NamespaceTransformer
  metadata: {name: t, namespace: live}
  unsetOnly: true
  setRoleBindingSubjects: allServiceAccounts
  fieldSpecs: [{path: metadata/namespace, create: true}]
-- a.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: none}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: own, namespace: own}
---
apiVersion: v1
kind: Namespace
metadata: {name: n}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: bind}
subjects: [{kind: ServiceAccount, name: any}, {kind: ServiceAccount, name: set, namespace: set}, {kind: User, name: u}]
`,
      `apiVersion: v1
kind: Namespace
metadata:
  name: "n"
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: bind
  namespace: live
subjects:
- kind: ServiceAccount
  name: any
  namespace: live
- kind: ServiceAccount
  name: set
  namespace: set
- kind: User
  name: u
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: none
  namespace: live
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: own
  namespace: own
`,
    ],
    [
      'ReplicaCountTransformer and ImageTagTransformer',
      `
-- kustomization.yaml --
resources: [all.yaml]
transformers:
- |-
  apiVersion: builtin
  kind: ReplicaCountTransformer
  metadata: {name: t}
  replica: {name: web, count: 4}
  fieldSpecs: [{path: spec/replicas, create: true, kind: Deployment}, {path: spec/min, create: true, kind: Deployment}]
- |-
  apiVersion: builtin
  kind: ImageTagTransformer
  metadata: {name: u}
  imageTag: {name: nginx, newName: reg/n, newTag: "2"}
  fieldSpecs: [{path: data/image}]
`,
      `apiVersion: v1
data:
  image: reg/n:2
  x: "y"
kind: ConfigMap
metadata:
  name: conf
---
apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app: web
  name: web
spec:
  min: 4
  replicas: 4
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - image: reg/n:2
        name: c
`,
    ],
    [
      'PatchTransformer, PatchStrategicMergeTransformer and PatchJson6902Transformer',
      `
-- kustomization.yaml --
resources: [all.yaml]
transformers:
- |-
  apiVersion: builtin
  kind: PatchTransformer
  metadata: {name: t}
  target: {kind: ConfigMap}
  patch: '[{"op": "add", "path": "/data/a", "value": "1"}]'
- |-
  apiVersion: builtin
  kind: PatchStrategicMergeTransformer
  metadata: {name: u}
  paths: [p.yaml]
  patches: |-
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: conf}
    data: {b: "2", x: null}
- |-
  apiVersion: builtin
  kind: PatchJson6902Transformer
  metadata: {name: v}
  target: {group: apps, version: v1, kind: Deployment, name: web}
  jsonOp: |-
    - {op: replace, path: /spec/replicas, value: 7}
-- p.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: side, image: s}]}}}
`,
      `apiVersion: v1
data:
  a: "1"
  b: "2"
  image: nginx:1
kind: ConfigMap
metadata:
  name: conf
---
apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app: web
  name: web
spec:
  replicas: 7
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - image: s
        name: side
      - image: nginx
        name: c
`,
    ],
    [
      'ConfigMapGenerator and SecretGenerator',
      `
-- kustomization.yaml --
resources: [all.yaml]
generators: [g.yaml]
-- g.yaml --
apiVersion: builtin
kind: ConfigMapGenerator
metadata: {name: made, namespace: there}
literals: [a=b]
files: [f.txt, k=f.txt]
envs: [e.env]
options: {labels: {l: m}}
---
apiVersion: builtin
kind: SecretGenerator
metadata: {name: hidden}
type: example.com/t
literals: [a=b]
options: {disableNameSuffixHash: true, immutable: true}
-- f.txt --
text
-- e.env --
A=1
`,
      `apiVersion: v1
data:
  A: "1"
  a: b
  f.txt: |
    text
  k: |
    text
kind: ConfigMap
metadata:
  labels:
    l: m
  name: made-6fm4hff464
  namespace: there
---
apiVersion: v1
data:
  image: nginx:1
  x: "y"
kind: ConfigMap
metadata:
  name: conf
---
apiVersion: v1
data:
  a: Yg==
immutable: true
kind: Secret
metadata:
  name: hidden
type: example.com/t
---
${DEPLOYMENT}`,
    ],
    [
      'ReplacementTransformer, in place and from a file',
      `
-- kustomization.yaml --
resources: [all.yaml]
transformers:
- |-
  apiVersion: builtin
  kind: ReplacementTransformer
  metadata: {name: t}
  replacements:
  - source: {kind: ConfigMap, fieldPath: data.x}
    targets: [{select: {kind: Deployment}, fieldPaths: [metadata.name]}]
  - path: r.yaml
-- r.yaml --
source: {kind: ConfigMap, name: conf}
targets: [{select: {kind: Deployment}, fieldPaths: [spec.of], options: {create: true}}]
`,
      `apiVersion: v1
data:
  image: nginx:1
  x: "y"
kind: ConfigMap
metadata:
  name: conf
---
apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app: web
  name: "y"
spec:
  of: conf
  replicas: 1
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - image: nginx
        name: c
`,
    ],
    [
      'HashTransformer, and an account for a cloud',
      `
-- kustomization.yaml --
generators:
- |-
  apiVersion: builtin
  kind: IAMPolicyGenerator
  metadata: {name: t}
  cloud: gke
  kubernetesService: {name: acc, namespace: ns}
  serviceAccount: {name: robot, projectId: project}
transformers:
- |-
  apiVersion: builtin
  kind: HashTransformer
  metadata: {name: u}
`,
      `apiVersion: v1
kind: ServiceAccount
metadata:
  annotations:
    iam.gke.io/gcp-service-account: robot@project.iam.gserviceaccount.com
  name: acc
  namespace: ns
`,
    ],
  ])("work as the kustomization's own fields: %s", (_what, tree, text) => {
    expect(buildTree(tree + WEB_AND_CONF)).toBe(text);
  });
});
