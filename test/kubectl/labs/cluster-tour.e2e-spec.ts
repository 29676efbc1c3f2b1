import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { hasKubectl } from '../find-kubectl.js';
import { follow, type Followed } from '../follow.js';
import { startCluster, type ServedCluster } from '../served-cluster.js';
import { kubectl, transcript } from '../transcript.js';

const MANIFESTS = {
  dashboard: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: dashboard}
spec:
  selector: {matchLabels: {app: dashboard}}
  template:
    metadata: {labels: {app: dashboard}}
    spec: {containers: [{name: dashboard, image: alpine/socat, args: ["tcp-listen:80,fork,reuseaddr", "tcp:10.96.0.1:443"]}]}
---
apiVersion: v1
kind: Service
metadata: {name: dashboard}
spec: {type: NodePort, selector: {app: dashboard}, ports: [{port: 80, protocol: TCP}]}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: dashboard}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: insecure-dashboard}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: dashboard, namespace: default}]
`,
  ping: `
apiVersion: v1
kind: Namespace
metadata: {name: ping}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ping, namespace: ping}
spec:
  replicas: 2
  selector: {matchLabels: {usecase: ping-from-pod}}
  template:
    metadata: {labels: {usecase: ping-from-pod}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: ping, image: busybox, command: [sh, -c, "echo ready to ping; sleep 100000"]}]
---
apiVersion: v1
kind: Service
metadata: {name: ping, namespace: ping}
spec: {type: NodePort, selector: {usecase: ping-from-pod}, ports: [{port: 80, nodePort: 30080}]}
`,
  network: `
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: calico-node, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: calico-node}}
  template:
    metadata: {labels: {k8s-app: calico-node}}
    spec:
      hostNetwork: true
      priorityClassName: system-node-critical
      tolerations: [{operator: Exists, effect: NoSchedule}]
      containers: [{name: calico-node, image: "calico/node:v3.29"}]
`,
  controller: `
apiVersion: v1
kind: Service
metadata: {name: ingress-nginx-controller}
spec:
  type: LoadBalancer
  selector: {app: ingress-nginx}
  ports: [{name: http, port: 80, targetPort: http, appProtocol: http}, {name: https, port: 443, targetPort: https}]
`,
};

describe.runIf(hasKubectl())('a tour of a cluster', () => {
  let served: ServedCluster;
  beforeAll(async () => {
    served = await startCluster();
  });
  afterAll(() => served.stop());

  const play = (text: string) => transcript(served, text, MANIFESTS);
  const start = (args: string): Followed => {
    const followed = follow(served, args.split(' '));
    onTestFinished(() => followed.stop());
    return followed;
  };
  const states = ({ lines }: Followed, name: string): string[] => {
    const all = lines.filter((line) => line.startsWith(name)).map((line) => line.split(' ')[2] ?? '');
    return all.filter((state, index) => state !== all[index - 1]);
  };

  it('heals, grows and shrinks before the eyes of whoever watches', async () => {
    await play(`
      $ kubectl create deployment web --image=nginx --replicas=3
      deployment.apps/web created
      $ kubectl rollout status deploy web
      ...
      deployment "web" successfully rolled out
      `);
    const watch = start('get pods -w');
    const [first = ''] = await watch.until(/^web-\S+/);
    await play(`
      $ kubectl delete pod ${first}
      pod "${first}" deleted**
      `);
    await watch.until(/^web-\S+ 0\/1 ContainerCreating 0 \ds$/);
    expect(states(watch, first)).toEqual(['Running', 'Terminating', 'Completed']);
    await play(`
      $ kubectl wait --for=jsonpath={.status.readyReplicas}=3 deployment/web --timeout=90s
      deployment.apps/web condition met
      `);
    const before = new Set(watch.lines.map((line) => line.split(' ')[0]));
    await play(`
      $ kubectl scale deployment web --replicas=4
      deployment.apps/web scaled
      $ kubectl wait --for=jsonpath={.status.readyReplicas}=4 deployment/web --timeout=90s
      deployment.apps/web condition met
      `);
    await expect
      .poll(() => watch.lines.map((line) => line.split(' ')).find(([name]) => !before.has(name))?.[2])
      .toBe('Pending');
    await play(`
      $ kubectl scale deployment web --replicas=2
      deployment.apps/web scaled
      $ kubectl wait --for=jsonpath={.status.replicas}=2 deployment/web --timeout=90s
      deployment.apps/web condition met
      $ kubectl get pods --no-headers
      web-* 1/1 Running 0 *
      web-* 1/1 Running 0 *
      `);
  });

  it('writes what it runs as YAML that can be applied again, and replaces pods a few at a time', async () => {
    const { stdout: text } = await kubectl(served, ['get', 'deployment', 'web', '-o', 'yaml']);
    writeFileSync(join(served.folder, 'web.yaml'), text);
    expect(text).toMatch(/^ {6}maxSurge: 25%\n {6}maxUnavailable: 25%$/m);
    await play(`
      $ kubectl apply -f ${served.folder}/web.yaml
      deployment.apps/web configured
      Warning: resource deployments/web is missing the kubectl.kubernetes.io/last-applied-configuration annotation **
      $ kubectl scale deployment web --replicas=10
      deployment.apps/web scaled
      $ kubectl rollout status deploy web
      ...
      deployment "web" successfully rolled out
      `);
    const sets = start('get replicasets -w -l app=web');
    await sets.until(/^web-\S+ 10 10 10 /);
    await play(`
      $ kubectl set image deployments/web nginx==nginx:1.23
      deployment.apps/web image updated
      $ kubectl rollout status deploy web --timeout=3s
      ...
      `);
    await sets.until(/^web-\S+ 8 8 8 /);
    await play(`
      $ kubectl rollout undo deploy web
      deployment.apps/web rolled back
      $ kubectl rollout status deploy web
      ...
      deployment "web" successfully rolled out
      $ kubectl describe deployment web
      ...
      Image: nginx
      ...
      $ kubectl delete deployment web
      deployment.apps "web" deleted**
      `);
  });

  it('shows a console on a port of the nodes, and daemons of the network on each of them', async () => {
    await play(`
      $ kubectl apply -f - <<< dashboard
      deployment.apps/dashboard created
      service/dashboard created
      serviceaccount/dashboard created
      clusterrolebinding.rbac.authorization.k8s.io/insecure-dashboard created
      $ kubectl get svc dashboard
      NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE
      dashboard NodePort 10.96.* <none> 80:3*/TCP *
      $ kubectl apply -f - <<< network
      daemonset.apps/calico-node created
      $ kubectl rollout status daemonset/calico-node -n kube-system
      ...
      daemon set "calico-node" successfully rolled out
      $ kubectl get daemonset -n kube-system calico-node
      NAME DESIRED CURRENT READY UP-TO-DATE AVAILABLE NODE SELECTOR AGE
      calico-node 3 3 3 3 3 <none> *
      $ kubectl get pods -n kube-system -o wide --sort-by=.spec.nodeName
      NAME READY STATUS RESTARTS AGE IP NODE NOMINATED NODE READINESS GATES
      calico-node-* 1/1 Running 0 * 172.18.0.2 node-1 <none> <none>
      calico-node-* 1/1 Running 0 * 172.18.0.3 node-2 <none> <none>
      calico-node-* 1/1 Running 0 * 172.18.0.4 node-3 <none> <none>
      `);
  });

  it('serves an application of a namespace of its own on a chosen port', async () => {
    await play(`
      $ kubectl apply -f - <<< ping
      namespace/ping created
      deployment.apps/ping created
      service/ping created
      $ kubectl rollout status deployment/ping -n ping
      ...
      deployment "ping" successfully rolled out
      $ kubectl get all -n ping
      NAME READY STATUS RESTARTS AGE
      pod/ping-* 1/1 Running 0 *
      pod/ping-* 1/1 Running 0 *
      NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE
      service/ping NodePort 10.96.* <none> 80:30080/TCP *
      NAME READY UP-TO-DATE AVAILABLE AGE
      deployment.apps/ping 2/2 2 2 *
      NAME DESIRED CURRENT READY AGE
      replicaset.apps/ping-* 2 2 2 *
      $ kubectl logs -n ping -l usecase=ping-from-pod
      ready to ping
      ready to ping
      $ kubectl delete namespace ping
      namespace "ping" deleted
      `);
  });

  it('patches the service of an ingress controller from a file', async () => {
    const patch = 'spec:\n  ports:\n  - port: 80\n    nodePort: 31080\n  - port: 443\n    nodePort: 31443\n';
    writeFileSync(join(served.folder, 'ingress-patch.yaml'), patch);
    await play(`
      $ kubectl create namespace ingress-nginx
      namespace/ingress-nginx created
      $ kubectl apply -n ingress-nginx -f - <<< controller
      service/ingress-nginx-controller created
      $ kubectl patch -n ingress-nginx service/ingress-nginx-controller --patch-file ${served.folder}/ingress-patch.yaml
      service/ingress-nginx-controller patched
      $ kubectl get -n ingress-nginx service
      NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE
      ingress-nginx-controller LoadBalancer 10.96.* 172.19.0.* 80:31080/TCP,443:31443/TCP *
      $ kubectl get -n ingress-nginx service -o jsonpath={.items[0].spec.ports[*].name}
      http https
      `);
  });

  it('puts the service of the API back when somebody deletes all services', async () => {
    await play(`
      $ kubectl delete services --all
      ...
      service "kubernetes" deleted**
      $ kubectl auth can-i --list
      Resources Non-Resource URLs Resource Names Verbs
      *.* [] [] [*]
      [*] [] [*]
      self**
      ...
      `);
    await expect
      .poll(async () => (await kubectl(served, ['get', 'service', 'kubernetes', '--no-headers'])).stdout)
      .toMatch(/^kubernetes +ClusterIP +10\.96\.0\.1 +<none> +443\/TCP/);
  });
});
