import { afterAll, beforeAll, describe, it } from 'vitest';
import { hasKubectl } from '../find-kubectl.js';
import { startCluster, type ServedCluster } from '../served-cluster.js';
import { transcript } from '../transcript.js';

const MANIFESTS = {
  greeter: `
apiVersion: v1
kind: Pod
metadata: {name: greeter, labels: {app: greeter}}
spec:
  containers: [{name: web, image: "nginx:1.27", ports: [{name: http, containerPort: 80}]}]
---
apiVersion: v1
kind: Service
metadata: {name: greeter}
spec: {selector: {app: greeter}, ports: [{port: 80, targetPort: http}]}
`,
  denyall: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny-all}
spec: {podSelector: {}, policyTypes: [Ingress]}
`,
  friends: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: friends-to-greeter}
spec:
  podSelector: {matchLabels: {app: greeter}}
  ingress:
  - from: [{podSelector: {matchLabels: {may: "yes"}}}]
    ports: [{port: http}]
`,
  canary: `
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: canary}
spec:
  replicas: 1
  selector: {matchExpressions: [{key: track, operator: In, values: [canary, preview]}]}
  template:
    metadata: {labels: {app: greeter, track: canary}}
    spec: {containers: [{name: web, image: "nginx:1.28", ports: [{name: http, containerPort: 80}]}]}
`,
  wrong: `
apiVersion: extensions/v1beta1
kind: ReplicaSet
metadata: {name: wrong}
spec:
  replicas: 1
  selector: {matchLabels: {app: mine}}
  template:
    metadata: {labels: {app: yours}}
    spec: {containers: [{name: main, image: nginx}]}
`,
  fanout: `
apiVersion: extensions/v1beta1
kind: Ingress
metadata: {name: fanout}
spec:
  rules:
  - host: shop.example.com
    http:
      paths:
      - {path: /foo, backend: {serviceName: foo, servicePort: 80}}
      - {path: /bar, backend: {serviceName: bar, servicePort: http}}
`,
  hpa: `
apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata: {name: scaler}
spec:
  minReplicas: 1
  maxReplicas: 5
  scaleTargetRef: {apiVersion: extensions/v1beta1, kind: Deployment, name: web}
  targetCPUUtilizationPercentage: 50
`,
  policies: `
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata: {name: example}
spec: {privileged: false, volumes: ["*"], fsGroup: {rule: RunAsAny}, runAsUser: {rule: RunAsAny}, seLinux: {rule: RunAsAny}, supplementalGroups: {rule: RunAsAny}}
`,
  webold: `
apiVersion: extensions/v1beta1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx, resources: {requests: {cpu: 100m}}}]}
`,
};

describe.runIf(hasKubectl())('services, canaries and old manifests', () => {
  let served: ServedCluster;
  beforeAll(async () => {
    served = await startCluster();
  });
  afterAll(() => served.stop());

  const play = (text: string) => transcript(served, text, MANIFESTS);

  it('finds pods by the name of a service, until it is gone', async () => {
    await play(`
      $ kubectl apply -f - <<< greeter
      pod/greeter created
      service/greeter created
      $ kubectl run client --image=busybox --labels=may=yes -- sleep 100000
      pod/client created
      $ kubectl wait --for=condition=Ready pod/greeter pod/client --timeout=90s
      pod/greeter condition met
      pod/client condition met
      $ kubectl get service greeter
      NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE
      greeter ClusterIP 10.* <none> 80/TCP *
      $ kubectl get endpointslices -l kubernetes.io/service-name=greeter
      NAME ADDRESSTYPE PORTS ENDPOINTS AGE
      greeter-* IPv4 80 10.* *
      $ kubectl describe service greeter
      Name: greeter
      Namespace: default
      Labels: <none>
      Annotations: <none>
      Selector: app=greeter
      ...
      $ kubectl exec client -- wget -qO- http://greeter
      <!DOCTYPE html>
      <html>
      ...
      $ kubectl exec client -- wget -qO- http://greeter.default.svc.cluster.local
      <!DOCTYPE html>
      <html>
      ...
      $ kubectl exec client -- nslookup greeter
      ...
      Address: 10.*
      $ kubectl delete service greeter
      service "greeter" deleted**
      $ kubectl exec client -- wget -qO- -T 2 http://greeter
      wget: bad address 'greeter'
      command terminated with exit code 1
      $ kubectl apply -f - <<< greeter
      pod/greeter unchanged
      service/greeter created
      `);
  });

  it('keeps calls from pods that no policy lets in', async () => {
    await play(`
      $ kubectl apply -f - <<< denyall
      networkpolicy.networking.k8s.io/deny-all created
      $ kubectl exec client -- wget -qO- -T 1 http://greeter
      wget: download timed out
      command terminated with exit code 1
      $ kubectl exec client -- nc -zv -w 1 greeter 80
      nc: greeter (10.*:80): Operation timed out
      command terminated with exit code 1
      $ kubectl apply -f - <<< friends
      networkpolicy.networking.k8s.io/friends-to-greeter created
      $ kubectl exec client -- wget -qO- -T 1 http://greeter
      <!DOCTYPE html>
      <html>
      ...
      $ kubectl label pod client may=no --overwrite
      pod/client labeled
      $ kubectl exec client -- wget -qO- -T 1 http://greeter
      wget: download timed out
      command terminated with exit code 1
      $ kubectl delete networkpolicy --all
      networkpolicy.networking.k8s.io "deny-all" deleted**
      networkpolicy.networking.k8s.io "friends-to-greeter" deleted**
      $ kubectl exec client -- nc -zv -w 1 greeter 80
      greeter (10.*:80) open
      `);
  });

  it('adds a canary to a service', async () => {
    await play(`
      $ kubectl apply -f - <<< canary
      replicaset.apps/canary created
      $ kubectl wait --for=jsonpath={.status.readyReplicas}=1 replicaset/canary --timeout=90s
      replicaset.apps/canary condition met
      $ kubectl get endpoints greeter
      NAME ENDPOINTS AGE
      greeter 10.*:80,10.*:80 *
      Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice
      $ kubectl get pods -l app=greeter -L track
      NAME READY STATUS RESTARTS AGE TRACK
      canary-* 1/1 Running 0 * canary
      greeter 1/1 Running 0 *
      $ kubectl get pods -l 'app=greeter,!track' -o name
      pod/greeter
      $ kubectl get pods -l 'track in (canary,preview)' -o name
      pod/canary-*
      $ kubectl delete replicaset canary
      replicaset.apps "canary" deleted**
      `);
  });

  it('reads manifests of old versions and names their successors', async () => {
    await play(`
      $ kubectl apply -f - <<< wrong
      Warning: extensions/v1beta1 ReplicaSet is deprecated in v1.9+, unavailable in v1.16+; use apps/v1 ReplicaSet
      The ReplicaSet "wrong" is invalid: spec.template.metadata.labels: Invalid value: {"app":"yours"}: \`selector\` does not match template \`labels\`
      $ kubectl apply -f - <<< fanout
      ingress.extensions/fanout created
      Warning: extensions/v1beta1 Ingress is deprecated in v1.14+, unavailable in v1.22+; use networking.k8s.io/v1 Ingress
      $ kubectl describe ingress fanout
      Name: fanout
      Labels: <none>
      Namespace: default
      Address: 172.19.255.254
      Ingress Class: <none>
      Default backend: <default>
      Rules:
      Host Path Backends
      ---- ---- --------
      shop.example.com
      /foo foo:80 (<error: services "foo" not found>)
      /bar bar:http (<error: services "bar" not found>)
      ...
      $ kubectl get ingress fanout -o jsonpath={.apiVersion}
      networking.k8s.io/v1
      $ kubectl get ingresses.v1beta1.extensions fanout -o jsonpath={.spec.rules[0].http.paths[0].backend}
      {"serviceName":"foo","servicePort":80}Warning: extensions/v1beta1 Ingress is deprecated in v1.14+, unavailable in v1.22+; use networking.k8s.io/v1 Ingress
      $ kubectl apply -f - <<< webold
      deployment.extensions/web created
      Warning: extensions/v1beta1 Deployment is deprecated in v1.9+, unavailable in v1.16+; use apps/v1 Deployment
      $ kubectl rollout status deployment/web
      ...
      deployment "web" successfully rolled out
      $ kubectl apply -f - <<< webold
      deployment.extensions/web unchanged
      Warning: extensions/v1beta1 Deployment is deprecated in v1.9+, unavailable in v1.16+; use apps/v1 Deployment
      $ kubectl apply -f - <<< hpa
      horizontalpodautoscaler.autoscaling/scaler created
      $ kubectl wait --for=condition=AbleToScale hpa/scaler --timeout=90s
      horizontalpodautoscaler.autoscaling/scaler condition met
      $ kubectl get hpa scaler -o jsonpath={.spec.scaleTargetRef.kind}
      Deployment
      $ kubectl explain deployment.spec.template --api-version=extensions/v1beta1
      GROUP: extensions
      KIND: Deployment
      VERSION: v1beta1
      ...
      $ kubectl apply -f - <<< policies
      Error from server (BadRequest): error when creating "STDIN": PodSecurityPolicy was removed in Kubernetes v1.25 and can not be converted. Use Pod Security Standards instead: label the namespace with pod-security.kubernetes.io/enforce=privileged, baseline or restricted (and …/warn, …/audit to try it first)
      $ kubectl delete -f - <<< webold
      deployment.extensions "web" deleted**
      Warning: extensions/v1beta1 Deployment is deprecated in v1.9+, unavailable in v1.16+; use apps/v1 Deployment
      $ kubectl delete ingress/fanout hpa/scaler
      ingress.networking.k8s.io "fanout" deleted**
      horizontalpodautoscaler.autoscaling "scaler" deleted**
      `);
  });
});
