import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasKubectl } from '../find-kubectl.js';
import { startCluster, type ServedCluster } from '../served-cluster.js';
import { kubectl, transcript } from '../transcript.js';

const MANIFESTS = {
  prod: `
apiVersion: v1
kind: Namespace
metadata: {name: prod, labels: {app: MyBigWebApp}}
`,
  pod: `
apiVersion: v1
kind: Pod
metadata: {name: my-pod}
spec:
  containers: [{image: my-image, name: my-container-name}]
`,
  service: `
apiVersion: v1
kind: Service
metadata: {name: test, labels: {app: test}}
spec:
  type: LoadBalancer
  ports: [{name: "8080", port: 8080, protocol: TCP, targetPort: 8080}]
  selector: {app: that-app}
`,
  deployment: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: test-deployment}
spec:
  replicas: 1
  selector: {matchLabels: {app: test-deployment}}
  template:
    metadata: {labels: {app: test-deployment}}
    spec: {containers: [{image: helloworld, name: helloworld, resources: {requests: {cpu: 100m}}}]}
`,
  hpa: `
apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata: {name: my-autoscaler}
spec:
  maxReplicas: 5
  minReplicas: 1
  scaleTargetRef: {apiVersion: extensions/v1beta1, kind: Deployment, name: test-deployment}
  targetCPUUtilizationPercentage: 50
`,
  job: `
apiVersion: batch/v1
kind: Job
metadata: {name: my-job}
spec:
  template:
    spec:
      containers: [{name: pi, image: perl, command: [perl, "-Mbignum=bpi", "-wle", "print bpi(2000)"]}]
      restartPolicy: Never
  backoffLimit: 4
`,
  misplaced: `
apiVersion: batch/v1
kind: Job
metadata: {name: my-job}
spec:
  template:
    spec:
      containers: [{name: pi, image: perl, restartPolicy: Never}]
      backoffLimit: 4
`,
  guards: `
apiVersion: v1
kind: LimitRange
metadata: {name: sizes, namespace: prod}
spec: {limits: [{type: Container, max: {cpu: 500m}, default: {cpu: 200m}, defaultRequest: {cpu: 100m}}]}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: total, namespace: prod}
spec: {hard: {pods: "2", requests.cpu: "1"}}
`,
  colours: `
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: backend}
spec:
  replicas: 4
  selector: {matchLabels: {app: demo}, matchExpressions: [{key: color, operator: In, values: [blue, grey]}]}
  template:
    metadata: {labels: {app: demo, color: blue}}
    spec: {containers: [{image: nginx, name: main}]}
`,
};

describe.runIf(hasKubectl())('tasks of developers', () => {
  let served: ServedCluster;
  beforeAll(async () => {
    served = await startCluster();
  });
  afterAll(() => served.stop());

  const play = (text: string) => transcript(served, text, MANIFESTS);

  it('looks at an empty cluster', async () => {
    await play(`
      $ kubectl get all
      NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE
      service/kubernetes ClusterIP 10.96.0.1 <none> 443/TCP *
      $ kubectl apply -f - <<< prod
      namespace/prod created
      $ kubectl get ns --show-labels
      NAME STATUS AGE LABELS
      default Active * kubernetes.io/metadata.name=default
      kube-node-lease Active * kubernetes.io/metadata.name=kube-node-lease
      kube-public Active * kubernetes.io/metadata.name=kube-public
      kube-system Active * kubernetes.io/metadata.name=kube-system
      prod Active * app=MyBigWebApp,kubernetes.io/metadata.name=prod
      $ kubectl get pod -n kube-system
      No resources found in kube-system namespace.
      $ kubectl taint nodes --all node-role.kubernetes.io/master-
      taint "node-role.kubernetes.io/master" not found
      taint "node-role.kubernetes.io/master" not found
      taint "node-role.kubernetes.io/master" not found
      `);
  });

  it('creates a pod, and explores its kind', async () => {
    await play(`
      $ kubectl apply -f - <<< pod
      pod/my-pod created
      $ kubectl wait --for=condition=Ready pod/my-pod --timeout=90s
      pod/my-pod condition met
      $ kubectl describe pod my-pod
      Name: my-pod
      Namespace: default
      Priority: 0
      Service Account: default
      Node: node-*/172.18.0.*
      ...
      Containers:
      my-container-name:
      Container ID: containerd://*
      Image: my-image
      ...
      $ kubectl explain pod.spec.containers.name
      KIND: Pod
      VERSION: v1
      FIELD: name <string>
      DESCRIPTION:
      Name of the container specified as a DNS_LABEL. Each container in a pod must
      have a unique name (DNS_LABEL). Cannot be updated.
      $ kubectl delete pod my-pod --now
      pod "my-pod" deleted**
      `);
  });

  it('selects by every expression of labels', async () => {
    await play(`
      $ kubectl apply -f - <<< colours
      replicaset.apps/backend created
      $ kubectl wait --for=jsonpath={.status.readyReplicas}=4 replicaset/backend --timeout=90s
      replicaset.apps/backend condition met
      $ kubectl get replicaset backend -o wide
      NAME DESIRED CURRENT READY AGE CONTAINERS IMAGES SELECTOR
      backend 4 4 4 * main nginx app=demo,color in (blue,grey)
      $ kubectl create configmap a
      configmap/a created
      $ kubectl create configmap b
      configmap/b created
      $ kubectl label configmap a env=prod tier=frontend release=stable
      configmap/a labeled
      $ kubectl label configmap b env=test tier=backend
      configmap/b labeled
      $ kubectl get configmap -l env=prod -o name
      configmap/a
      $ kubectl get configmap -l 'env=prod,tier!=backend' -o name
      configmap/a
      $ kubectl get configmap -l 'tier,tier != backend' -o name
      configmap/a
      $ kubectl get configmap -l 'env in (test,qa)' -o name
      configmap/b
      $ kubectl get configmap -l 'tier,release notin (stable,beta)' -o name
      configmap/b
      $ kubectl get configmap -l '!tier' -o name
      configmap/kube-root-ca.crt
      $ kubectl get configmap -l 'env in'
      Error from server (BadRequest): **unable to parse requirement: **
      $ kubectl scale replicaset backend --replicas=2
      replicaset.apps/backend scaled
      $ kubectl wait --for=jsonpath={.status.replicas}=2 replicaset/backend --timeout=90s
      replicaset.apps/backend condition met
      $ kubectl delete replicaset/backend configmap/a configmap/b
      replicaset.apps "backend" deleted**
      configmap "a" deleted**
      configmap "b" deleted**
      `);
  });

  it('creates a service, verified by its endpoints', async () => {
    await play(`
      $ kubectl apply -f - <<< service
      service/test created
      $ kubectl get endpoints test
      NAME ENDPOINTS AGE
      test <none> *
      Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice
      $ kubectl run that --image=my-image --labels=app=that-app
      pod/that created
      $ kubectl wait --for=condition=Ready pod/that --timeout=90s
      pod/that condition met
      $ kubectl get endpoints test
      NAME ENDPOINTS AGE
      test 10.244.*:8080 *
      Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice
      $ kubectl get service test
      NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE
      test LoadBalancer 10.96.* 172.19.0.* 8080:*/TCP *
      $ kubectl delete service/test pod/that --now
      service "test" deleted**
      pod "that" deleted**
      `);
  });

  it('changes a deployment and sees it replaced, and scales it by its load', async () => {
    await play(`
      $ kubectl apply -f - <<< deployment
      deployment.apps/test-deployment created
      $ kubectl rollout status deployment/test-deployment
      ...
      deployment "test-deployment" successfully rolled out
      $ kubectl set image deployment/test-deployment helloworld=helloworld:2
      deployment.apps/test-deployment image updated
      $ kubectl rollout status deployment/test-deployment
      ...
      deployment "test-deployment" successfully rolled out
      $ kubectl get replicasets
      NAME DESIRED CURRENT READY AGE
      test-deployment-* * * * *
      test-deployment-* * * * *
      $ kubectl apply -f - <<< hpa
      horizontalpodautoscaler.autoscaling/my-autoscaler created
      $ kubectl annotate pods -l app=test-deployment lotse.dev/cpu=120m
      pod/test-deployment-* annotated
      $ kubectl wait --for=jsonpath={.status.desiredReplicas}=3 hpa/my-autoscaler --timeout=90s
      horizontalpodautoscaler.autoscaling/my-autoscaler condition met
      $ kubectl wait --for=jsonpath={.status.readyReplicas}=3 deployment/test-deployment --timeout=90s
      deployment.apps/test-deployment condition met
      $ kubectl describe hpa my-autoscaler
      ...
      Metrics: ( current / target )
      resource cpu on pods (as a percentage of request): *% (*m) / 50%
      Min replicas: 1
      Max replicas: 5
      ...
      Normal SuccessfulRescale * horizontal-pod-autoscaler New size: 3; reason: cpu resource utilization (percentage of request) above target
      $ kubectl delete hpa/my-autoscaler deployment/test-deployment
      horizontalpodautoscaler.autoscaling "my-autoscaler" deleted**
      deployment.apps "test-deployment" deleted**
      `);
  });

  it('creates a job, and names what stands in the wrong place', async () => {
    await play(`
      $ kubectl apply -f - <<< misplaced
      Error from server (BadRequest): error when creating "STDIN": Job in version "v1" cannot be handled as a Job: strict decoding error: unknown field "spec.template.spec.backoffLimit"
      $ kubectl apply -f - <<< job
      job.batch/my-job created
      $ kubectl wait --for=condition=complete job/my-job --timeout=90s
      job.batch/my-job condition met
      $ kubectl get pods -l job-name=my-job
      NAME READY STATUS RESTARTS AGE
      my-job-* 0/1 Completed 0 *
      $ kubectl delete job my-job
      job.batch "my-job" deleted**
      `);
  });

  it('is held to the limits and the quota of a namespace, and to namespaces that are there', async () => {
    await play(`
      $ kubectl apply -f - <<< guards
      limitrange/sizes created
      resourcequota/total created
      $ kubectl describe namespace prod
      Name: prod
      ...
      Resource Used Hard
      -------- --- ---
      pods 0 2
      requests.cpu 0 1
      Resource Limits
      Type Resource Min Max Default Request Default Limit Max Limit/Request Ratio
      ---- -------- --- --- --------------- ------------- -----------------------
      Container cpu - 500m 100m 200m -
      $ kubectl -n prod run big --image=nginx --overrides='{"spec":{"containers":[{"name":"big","image":"nginx","resources":{"limits":{"cpu":"2"}}}]}}'
      Error from server (Forbidden): pods "big" is forbidden: maximum cpu usage per Container is 500m, but limit is 2
      $ kubectl -n prod create deployment web --image=nginx --replicas=3
      deployment.apps/web created
      $ kubectl -n prod wait --for=jsonpath={.status.readyReplicas}=2 deployment/web --timeout=90s
      deployment.apps/web condition met
      $ kubectl -n prod get resourcequota total
      NAME REQUEST LIMIT AGE
      total pods: 2/2, requests.cpu: 200m/1 *
      $ kubectl -n prod get replicaset -o jsonpath={.items[0].status.conditions[0].message}
      pods "web-*-*" is forbidden: exceeded quota: total, requested: pods=1, used: pods=2, limited: pods=2
      $ kubectl -n nowhere run web --image=nginx
      Error from server (NotFound): namespaces "nowhere" not found
      `);
  });

  it('drains a node that runs what nobody looks after', async () => {
    await play(`
      $ kubectl apply -f - <<< pod
      pod/my-pod created
      $ kubectl wait --for=condition=Ready pod/my-pod --timeout=90s
      pod/my-pod condition met
      `);
    const { stdout: node } = await kubectl(served, [
      'get',
      'pod',
      'my-pod',
      '-o',
      'jsonpath={.spec.nodeName}',
    ]);
    expect(node).toMatch(/^node-\d$/);
    await play(`
      $ kubectl drain ${node}
      node/${node} cordoned
      error: unable to drain node "${node}" due to error: **cannot delete Pods that declare no controller (use --force to override): default/my-pod**
      ...
      $ kubectl drain ${node} --force --dry-run=server
      ...
      evicting pod default/my-pod (server dry run)
      ...
      node/${node} drained (server dry run)
      ...
      $ kubectl drain ${node} --force --grace-period=1
      ...
      node/${node} drained
      ...
      $ kubectl get pod my-pod
      Error from server (NotFound): pods "my-pod" not found
      $ kubectl uncordon ${node}
      node/${node} uncordoned
      `);
  });
});
