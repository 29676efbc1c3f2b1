import { describe, expect, it } from 'vitest';
import { buildTree } from '../testing/tree.js';

// The texts are what kustomize 5.8.1 prints.
describe('names that were changed', () => {
  it.each<[what: string, tree: string, text: string]>([
    [
      'a name that two branches share, each with its own prefix',
      `
-- kustomization.yaml --
resources: [east, west]
nameSuffix: -x
-- base/kustomization.yaml --
resources: [a.yaml]
-- base/a.yaml --
apiVersion: v1
kind: Pod
metadata: {name: pod}
spec: {volumes: [{name: v, configMap: {name: conf}}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: conf}
-- east/kustomization.yaml --
resources: [../base]
namePrefix: east-
-- west/kustomization.yaml --
resources: [../base]
namePrefix: west-
`,
      `apiVersion: v1
kind: ConfigMap
metadata:
  name: east-conf-x
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: west-conf-x
---
apiVersion: v1
kind: Pod
metadata:
  name: east-pod-x
spec:
  volumes:
  - configMap:
      name: east-conf-x
    name: v
---
apiVersion: v1
kind: Pod
metadata:
  name: west-pod-x
spec:
  volumes:
  - configMap:
      name: west-conf-x
    name: v
`,
    ],
    [
      'a name that was changed more than once',
      `
-- kustomization.yaml --
resources: [middle, late.yaml]
namePrefix: c-
-- middle/kustomization.yaml --
resources: [base, by-middle.yaml]
namePrefix: b-
nameSuffix: -y
-- middle/by-middle.yaml --
apiVersion: v1
kind: Pod
metadata: {name: by-middle}
spec: {volumes: [{name: v, secret: {secretName: a-sec}}]}
-- middle/base/kustomization.yaml --
resources: [a.yaml]
namePrefix: a-
-- middle/base/a.yaml --
apiVersion: v1
kind: Secret
metadata: {name: sec}
-- late.yaml --
apiVersion: v1
kind: Pod
metadata: {name: late}
spec: {volumes: [{name: v, secret: {secretName: sec}}, {name: w, secret: {secretName: b-a-sec-y}}]}
`,
      `apiVersion: v1
kind: Secret
metadata:
  name: c-b-a-sec-y
---
apiVersion: v1
kind: Pod
metadata:
  name: c-b-by-middle-y
spec:
  volumes:
  - name: v
    secret:
      secretName: c-b-a-sec-y
---
apiVersion: v1
kind: Pod
metadata:
  name: c-late
spec:
  volumes:
  - name: v
    secret:
      secretName: c-b-a-sec-y
  - name: w
    secret:
      secretName: c-b-a-sec-y
`,
    ],
    [
      'only what is in the same namespace',
      `
-- kustomization.yaml --
resources: [a.yaml]
namePrefix: p-
-- a.yaml --
apiVersion: v1
kind: Pod
metadata: {name: one, namespace: one}
spec: {serviceAccountName: acc, volumes: [{name: v, configMap: {name: conf}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: two, namespace: two}
spec: {volumes: [{name: v, configMap: {name: conf}}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: conf, namespace: one}
`,
      `apiVersion: v1
kind: ConfigMap
metadata:
  name: p-conf
  namespace: one
---
apiVersion: v1
kind: Pod
metadata:
  name: p-one
  namespace: one
spec:
  serviceAccountName: acc
  volumes:
  - configMap:
      name: p-conf
    name: v
---
apiVersion: v1
kind: Pod
metadata:
  name: p-two
  namespace: two
spec:
  volumes:
  - configMap:
      name: conf
    name: v
`,
    ],
    [
      'names with hashes, in a job of a cron job',
      `
-- kustomization.yaml --
resources: [a.yaml]
configMapGenerator: [{name: conf, literals: [a=b]}]
secretGenerator: [{name: sec, literals: [a=b], options: {disableNameSuffixHash: true}}]
namePrefix: p-
-- a.yaml --
apiVersion: batch/v1
kind: CronJob
metadata: {name: job}
spec:
  jobTemplate:
    spec:
      template:
        spec:
          volumes: [{name: v, configMap: {name: conf}}]
          containers: [{name: c, envFrom: [{secretRef: {name: sec}}]}]
`,
      `apiVersion: v1
data:
  a: b
kind: ConfigMap
metadata:
  name: p-conf-4h2mbtbbt6
---
apiVersion: v1
data:
  a: Yg==
kind: Secret
metadata:
  name: p-sec
type: Opaque
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: p-job
spec:
  jobTemplate:
    spec:
      template:
        spec:
          containers:
          - envFrom:
            - secretRef:
                name: p-sec
            name: c
          volumes:
          - configMap:
              name: p-conf-4h2mbtbbt6
            name: v
`,
    ],
    [
      'nothing that tells two branches apart: the name stays',
      `
-- kustomization.yaml --
resources: [a, b, pod.yaml]
-- a/kustomization.yaml --
resources: [c.yaml]
namePrefix: a-
-- a/c.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: conf}
-- b/kustomization.yaml --
resources: [c.yaml]
namePrefix: b-
-- b/c.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: conf}
-- pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: pod}
spec: {volumes: [{name: v, configMap: {name: conf}}]}
`,
      `apiVersion: v1
kind: ConfigMap
metadata:
  name: a-conf
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: b-conf
---
apiVersion: v1
kind: Pod
metadata:
  name: pod
spec:
  volumes:
  - configMap:
      name: conf
    name: v
`,
    ],
  ])('are followed through their history: %s', (_what, tree, text) => {
    expect(buildTree(tree)).toBe(text);
  });

  it.each<[what: string, tree: string, message: RegExp]>([
    [
      'accounts of two namespaces, and none is said',
      `
-- kustomization.yaml --
resources: [a.yaml]
namePrefix: p-
-- a.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: bind}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: acc}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: acc, namespace: one}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: acc, namespace: two}
`,
      /found multiple possible referrals for acc: .*ServiceAccount.*one.*ServiceAccount.*two; give them different names/,
    ],
    [
      'a list where a name belongs',
      `
-- kustomization.yaml --
resources: [a.yaml]
namePrefix: p-
-- a.yaml --
apiVersion: v1
kind: Pod
metadata: {name: pod}
spec: {volumes: [{name: v, configMap: {name: [[conf]]}}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: conf}
`,
      /updating name reference in 'spec.volumes.configMap.name' field of 'Pod/,
    ],
    [
      'a blank namespace of an account',
      `
-- kustomization.yaml --
resources: [a.yaml]
namePrefix: p-
-- a.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: bind}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: acc, namespace: }]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: acc}
`,
      /namespace is blank for resource "RoleBinding.*bind/,
    ],
  ])('say what is wrong, where, and what it should be: %s', (_what, tree, message) => {
    expect(() => buildTree(tree)).toThrow(message);
  });
});
