import { describe, expect, it } from 'vitest';
import { buildTree } from '../testing/tree.js';

// The texts are what kustomize 5.8.1 prints.
describe('names that other resources hold', () => {
  it.each<[what: string, tree: string, text: string]>([
    [
      'config maps and secrets of a pod',
      `
-- kustomization.yaml --
resources: [a.yaml]
namePrefix: p-
-- a.yaml --
apiVersion: v1
kind: Pod
metadata: {name: pod}
spec:
  imagePullSecrets: [{name: sec}]
  serviceAccountName: acc
  priorityClassName: high
  volumes:
  - {name: v1, configMap: {name: conf}}
  - {name: v2, secret: {secretName: sec}}
  - {name: v3, persistentVolumeClaim: {claimName: disk}}
  - {name: v4, projected: {sources: [{configMap: {name: conf}}, {secret: {name: sec}}]}}
  - {name: v5, csi: {driver: d, nodePublishSecretRef: {name: sec}}}
  initContainers:
  - {name: i, env: [{name: A, valueFrom: {secretKeyRef: {name: sec, key: k}}}]}
  containers:
  - name: c
    env: [{name: A, valueFrom: {configMapKeyRef: {name: conf, key: k}}}]
    envFrom: [{configMapRef: {name: conf}}, {secretRef: {name: sec}}, {secretRef: {name: other}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: conf}
---
apiVersion: v1
kind: Secret
metadata: {name: sec}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: acc}
secrets: [{name: sec}]
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: disk}
spec: {volumeName: vol, storageClassName: fast}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: vol}
spec: {storageClassName: fast}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: high}
`,
      `apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: p-fast
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: p-acc
secrets:
- name: sec
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: p-conf
---
apiVersion: v1
kind: Secret
metadata:
  name: p-sec
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata:
  name: p-high
---
apiVersion: v1
kind: PersistentVolume
metadata:
  name: p-vol
spec:
  storageClassName: p-fast
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: p-disk
spec:
  storageClassName: p-fast
  volumeName: p-vol
---
apiVersion: v1
kind: Pod
metadata:
  name: p-pod
spec:
  containers:
  - env:
    - name: A
      valueFrom:
        configMapKeyRef:
          key: k
          name: p-conf
    envFrom:
    - configMapRef:
        name: p-conf
    - secretRef:
        name: p-sec
    - secretRef:
        name: other
    name: c
  imagePullSecrets:
  - name: p-sec
  initContainers:
  - env:
    - name: A
      valueFrom:
        secretKeyRef:
          key: k
          name: p-sec
    name: i
  priorityClassName: p-high
  serviceAccountName: p-acc
  volumes:
  - configMap:
      name: p-conf
    name: v1
  - name: v2
    secret:
      secretName: p-sec
  - name: v3
    persistentVolumeClaim:
      claimName: p-disk
  - name: v4
    projected:
      sources:
      - configMap:
          name: p-conf
      - secret:
          name: p-sec
  - csi:
      driver: d
      nodePublishSecretRef:
        name: sec
    name: v5
`,
    ],
    [
      'workloads of an autoscaler, services of routes',
      `
-- kustomization.yaml --
resources: [a.yaml]
nameSuffix: -s
-- a.yaml --
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: deploys}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: sets}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: web}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec: {serviceName: front}
---
apiVersion: v1
kind: Service
metadata: {name: front}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: in}
spec:
  ingressClassName: cls
  defaultBackend: {service: {name: front}}
  tls: [{secretName: cert}]
  rules: [{http: {paths: [{backend: {service: {name: front}}}, {backend: {service: {name: away}}}]}}]
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: cls}
---
apiVersion: v1
kind: Secret
metadata: {name: cert}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: hooks}
webhooks: [{name: a.b.c, clientConfig: {service: {name: front, namespace: default}}}]
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1.group.io}
spec: {service: {name: front, namespace: default}}
`,
      `apiVersion: v1
kind: Secret
metadata:
  name: cert-s
---
apiVersion: v1
kind: Service
metadata:
  name: front-s
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-s
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web-s
spec:
  serviceName: front-s
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata:
  name: v1.group.io
spec:
  service:
    name: front-s
    namespace: default
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: deploys-s
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web-s
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: sets-s
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: StatefulSet
    name: web-s
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: in-s
spec:
  defaultBackend:
    service:
      name: front-s
  ingressClassName: cls
  rules:
  - http:
      paths:
      - backend:
          service:
            name: front-s
      - backend:
          service:
            name: away
  tls:
  - secretName: cert-s
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: cls-s
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata:
  name: hooks-s
webhooks:
- clientConfig:
    service:
      name: front-s
      namespace: default
  name: a.b.c
`,
    ],
    [
      'roles and the accounts of bindings, with namespace',
      `
-- kustomization.yaml --
resources: [a.yaml]
namePrefix: p-
namespace: live
-- a.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: bind}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects:
- {kind: ServiceAccount, name: acc, namespace: default}
- {kind: ServiceAccount, name: elsewhere, namespace: other}
- {kind: User, name: acc, apiGroup: rbac.authorization.k8s.io}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: cluster}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
subjects: [{kind: ServiceAccount, name: default, namespace: x}, {kind: ServiceAccount, name: acc}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: [{resources: [configmaps], resourceNames: [conf, none]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: acc}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: conf}
`,
      `apiVersion: v1
kind: ServiceAccount
metadata:
  name: p-acc
  namespace: live
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: p-reader
  namespace: live
rules:
- resourceNames:
  - p-conf
  - none
  resources:
  - configmaps
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: p-reader
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: p-bind
  namespace: live
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: p-reader
subjects:
- kind: ServiceAccount
  name: p-acc
  namespace: live
- kind: ServiceAccount
  name: elsewhere
  namespace: other
- apiGroup: rbac.authorization.k8s.io
  kind: User
  name: p-acc
  namespace: live
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: p-cluster
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: p-reader
subjects:
- kind: ServiceAccount
  name: default
  namespace: live
- kind: ServiceAccount
  name: p-acc
  namespace: live
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: p-conf
  namespace: live
`,
    ],
  ])('follow the resource: %s', (_what, tree, text) => {
    expect(buildTree(tree)).toBe(text);
  });
});
