import { MemoryFileTree } from '@lotse/manifests';
import { buildKustomization } from '../build-kustomization.js';

/** Resources that refer to each other, and files for generators. */
export const FILES = {
  'all.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccountName: robot
      initContainers: [{name: i, image: busybox}]
      containers:
      - name: c
        image: nginx:1.27
        args: [$(X)]
        envFrom: [{configMapRef: {name: conf}}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: conf}
data: {x: y, url: "http://host/path"}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: robot}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: bind}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: robot, namespace: default}]
`,
  'all.txt': 'one line\nand another\n',
  'env.txt': '# a comment\nA=1\nB= two\n',
};

/** Builds the resources with these fields in the kustomization. */
export function build(fields: string): string {
  const resources = fields.includes('resources:') ? '' : 'resources: [all.yaml]\n';
  const tree = new MemoryFileTree({ ...FILES, 'kustomization.yaml': `${resources}${fields}\n` });
  return buildKustomization({ tree, path: '' }).text;
}

/** Lines of the second text that the first does not have as often, in order. */
export function addedLines(before: string, after: string): string[] {
  const left = new Map<string, number>();
  for (const line of before.split('\n')) left.set(line, (left.get(line) ?? 0) + 1);
  return after.split('\n').filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

/** What fields of the kustomization add to what is printed. */
export function added(fields: string): string[] {
  return addedLines(build(''), build(fields));
}
