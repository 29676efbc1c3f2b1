import { afterAll, beforeAll, describe, it } from 'vitest';
import { hasKubectl } from '../find-kubectl.js';
import { startCluster, type ServedCluster } from '../served-cluster.js';
import { transcript } from '../transcript.js';

const MANIFESTS = {
  qa: `
apiVersion: v1
kind: Namespace
metadata: {name: qa, labels: {stage: test}}
`,
  page: `
apiVersion: v1
kind: Pod
metadata: {name: page}
spec:
  containers: [{name: page, image: "nginx:1.25", ports: [{containerPort: 80}]}]
`,
  commands: `
hostname
echo "$HOME" | tr a-z A-Z
ls /usr/share/nginx/html
exit 0
`,
};

describe.runIf(hasKubectl())('first steps', () => {
  let served: ServedCluster;
  beforeAll(async () => {
    served = await startCluster();
  });
  afterAll(() => served.stop());

  const play = (text: string) => transcript(served, text, MANIFESTS);

  it('shows the cluster and the ways to it', async () => {
    await play(`
      $ kubectl version
      ...
      Server Version: v1.36.*
      $ kubectl cluster-info
      Kubernetes control plane is running at https://127.0.0.1:*
      CoreDNS is running at https://127.0.0.1:*/api/v1/namespaces/kube-system/services/kube-dns:dns/proxy
      To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.
      $ kubectl config get-contexts
      CURRENT NAME CLUSTER AUTHINFO NAMESPACE
      * lotse lotse admin default
      $ kubectl config current-context
      lotse
      $ kubectl get nodes -o wide
      NAME STATUS ROLES AGE VERSION INTERNAL-IP EXTERNAL-IP OS-IMAGE KERNEL-VERSION CONTAINER-RUNTIME
      node-1 Ready <none> * v1.36.* 172.18.0.2 <none> Lotse simulated node 6.12.0-simulated (amd64) containerd://2.1.4
      node-2 Ready <none> * v1.36.* 172.18.0.3 <none> Lotse simulated node 6.12.0-simulated (amd64) containerd://2.1.4
      node-3 Ready <none> * v1.36.* 172.18.0.4 <none> Lotse simulated node 6.12.0-simulated (amd64) containerd://2.1.4
      $ kubectl get --raw /livez
      ok
      $ kubectl get componentstatuses
      NAME STATUS MESSAGE ERROR
      controller-manager Healthy ok
      etcd-0 Healthy ok
      scheduler Healthy ok
      Warning: v1 ComponentStatus is deprecated in v1.19+
      $ kubectl api-resources --api-group=batch
      NAME SHORTNAMES APIVERSION NAMESPACED KIND
      cronjobs cj batch/v1 true CronJob
      jobs batch/v1 true Job
      `);
  });

  it('keeps what is in different namespaces apart', async () => {
    await play(`
      $ kubectl get namespaces
      NAME STATUS AGE
      default Active *
      kube-node-lease Active *
      kube-public Active *
      kube-system Active *
      $ kubectl create namespace dev
      namespace/dev created
      $ kubectl config set-context --current --namespace=dev
      Context "lotse" modified.
      $ kubectl config view --minify -o jsonpath={..namespace}
      dev
      $ kubectl get pods
      No resources found in dev namespace.
      $ kubectl run web --image=nginx
      pod/web created
      $ kubectl run web --image=nginx
      Error from server (AlreadyExists): pods "web" already exists
      $ kubectl run web --image=nginx -n default
      pod/web created
      $ kubectl get pods -A --field-selector metadata.name=web -o custom-columns=IN:.metadata.namespace,POD:.metadata.name
      IN POD
      default web
      dev web
      $ kubectl create namespace qa --dry-run=client -o name
      namespace/qa
      $ kubectl apply -f - <<< qa
      namespace/qa created
      $ kubectl get namespaces --show-labels -l stage
      NAME STATUS AGE LABELS
      qa Active * kubernetes.io/metadata.name=qa,stage=test
      $ kubectl describe namespace qa
      Name: qa
      Labels: kubernetes.io/metadata.name=qa
      stage=test
      Annotations: <none>
      Status: Active
      No resource quota.
      No LimitRange resource.
      $ kubectl config set-context --current --namespace=default
      Context "lotse" modified.
      $ kubectl delete pod web --now
      pod "web" deleted**
      $ kubectl delete namespace dev qa
      namespace "dev" deleted**
      namespace "qa" deleted**
      $ kubectl get namespace dev
      Error from server (NotFound): namespaces "dev" not found
      $ kubectl delete namespace kube-system
      Error from server (Forbidden): namespaces "kube-system" is forbidden: this namespace may not be deleted
      `);
  });

  it('runs a pod, looks into it, and removes it', async () => {
    await play(`
      $ kubectl run nginx --image=nginx --labels=app=nginx,tier=front
      pod/nginx created
      $ kubectl wait --for=condition=Ready pod/nginx --timeout=90s
      pod/nginx condition met
      $ kubectl get pods
      NAME READY STATUS RESTARTS AGE
      nginx 1/1 Running 0 *
      $ kubectl get pod nginx -o wide
      NAME READY STATUS RESTARTS AGE IP NODE NOMINATED NODE READINESS GATES
      nginx 1/1 Running 0 * 10.* node-* <none> <none>
      $ kubectl get pods --show-labels
      NAME READY STATUS RESTARTS AGE LABELS
      nginx 1/1 Running 0 * app=nginx,tier=front,topology.kubernetes.io/region=local,topology.kubernetes.io/zone=*
      $ kubectl describe pod nginx
      Name: nginx
      Namespace: default
      ...
      Status: Running
      ...
      QoS Class: BestEffort
      ...
      ---- ------ ---- ---- -------
      Normal Scheduled **
      Normal Pulling **
      Normal Pulled **
      Normal Created **
      Normal Started **
      $ kubectl exec nginx -- cat /etc/hostname
      nginx
      $ kubectl exec -i nginx -- sh <<< commands
      nginx
      /ROOT
      index.html
      $ kubectl exec nginx -- sh -c 'exit 7'
      command terminated with exit code 7
      $ kubectl logs nginx
      /docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration
      ...
      $ kubectl run other --image=nginx --dry-run=client -o name
      pod/other
      $ kubectl apply -f - <<< page
      pod/page created
      $ kubectl wait --for=condition=Ready pod/page --timeout=90s
      pod/page condition met
      $ kubectl get -f - -o name <<< page
      pod/page
      $ kubectl delete -f - <<< page
      pod "page" deleted**
      $ kubectl delete pod nginx
      pod "nginx" deleted**
      $ kubectl get pods
      No resources found in default namespace.
      $ kubectl run broken --image=no-such-image:99
      pod/broken created
      $ kubectl delete pod broken --grace-period=0 --force
      pod "broken" force deleted**
      Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.
      `);
  });
});
