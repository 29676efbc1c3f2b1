import { afterAll, beforeAll, describe, it } from 'vitest';
import { hasKubectl } from './find-kubectl.js';
import { startCluster, type ServedCluster } from './served-cluster.js';
import { transcript } from './transcript.js';

const MANIFESTS = {
  subjects: `
apiVersion: v1
kind: ServiceAccount
metadata: {name: robot}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: default}
rules: [{apiGroups: [""], resources: [pods], verbs: [get, list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers, namespace: default}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: robot, namespace: default}]
`,
  cfg: `
apiVersion: v1
kind: ConfigMap
metadata: {name: cfg}
data: {a: "1"}
`,
  two: `
apiVersion: v1
kind: Pod
metadata: {name: two, labels: {app: two}}
spec:
  containers:
  - {name: a, image: busybox, command: [sh, -c, "echo from a; sleep 100000"]}
  - {name: b, image: busybox, command: [sh, -c, "echo from b; sleep 100000"]}
`,
};

describe.runIf(hasKubectl())('kubectl, command by command', () => {
  let served: ServedCluster;
  beforeAll(async () => {
    served = await startCluster();
  });
  afterAll(() => served.stop());

  const play = (text: string) => transcript(served, text, MANIFESTS);

  it('makes every kind a generator makes', async () => {
    await play(`
      $ kubectl create clusterrole r --verb=get,list --resource=pods --resource=deployments.apps
      clusterrole.rbac.authorization.k8s.io/r created
      $ kubectl create clusterrole urls --verb=get --non-resource-url=/metrics
      clusterrole.rbac.authorization.k8s.io/urls created
      $ kubectl create clusterrole sum --aggregation-rule=part=sum
      clusterrole.rbac.authorization.k8s.io/sum created
      $ kubectl create rolebinding rb --clusterrole=r --user=ann
      rolebinding.rbac.authorization.k8s.io/rb created
      $ kubectl create secret docker-registry pull --docker-server=r.example --docker-username=u --docker-password=p
      secret/pull created
      $ kubectl create service externalname ext --external-name=example.com
      service/ext created
      $ kubectl create service loadbalancer lb --tcp=80:80
      service/lb created
      $ kubectl create service clusterip headless --clusterip=None --tcp=80
      service/headless created
      $ kubectl create configmap c --from-literal=a=b --dry-run=server -o name
      configmap/c
      $ kubectl get service ext headless
      NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE
      ext ExternalName <none> example.com <none> *
      headless ClusterIP None <none> 80/TCP *
      $ kubectl get secret pull -o jsonpath={.type}
      kubernetes.io/dockerconfigjson
      $ kubectl delete clusterrole r urls sum
      clusterrole.rbac.authorization.k8s.io "r" deleted**
      clusterrole.rbac.authorization.k8s.io "urls" deleted**
      clusterrole.rbac.authorization.k8s.io "sum" deleted**
      $ kubectl delete rolebinding rb
      rolebinding.rbac.authorization.k8s.io "rb" deleted**
      $ kubectl delete service ext lb headless
      service "ext" deleted**
      service "lb" deleted**
      service "headless" deleted**
      `);
  });

  it('changes objects: replace, edit, label, annotate, set, patch', async () => {
    await play(`
      $ kubectl create -f - <<< cfg
      configmap/cfg created
      $ kubectl replace --force -f - <<< cfg
      configmap "cfg" deleted**
      configmap/cfg replaced
      $ kubectl label configmap cfg tier=back
      configmap/cfg labeled
      $ kubectl label configmap cfg tier=front
      error: 'tier' already has a value (back), and --overwrite is false
      $ kubectl label configmap cfg tier=front --overwrite
      configmap/cfg labeled
      $ kubectl annotate configmap cfg note-
      configmap/cfg annotated
      $ kubectl patch configmap cfg --type=merge -p '{"data":{"b":"2","a":null}}'
      configmap/cfg patched
      $ kubectl patch configmap cfg --type=json -p '[{"op":"test","path":"/data/b","value":"3"}]'
      The request is invalid: the server rejected our request due to an error in our request
      $ kubectl get configmap cfg -o jsonpath={.data}
      {"b":"2"}
      $ kubectl get configmap cfg -o 'go-template={{range $k, $v := .data}}{{$k}}={{$v}}{{end}}'
      b=2
      $ kubectl apply -f - --server-side <<< cfg
      configmap/cfg serverside-applied
      $ kubectl apply -f - --server-side --force-conflicts <<< cfg
      configmap/cfg serverside-applied
      $ kubectl create deployment d --image=nginx
      deployment.apps/d created
      $ kubectl create service clusterip d --tcp=80
      service/d created
      $ kubectl set selector service d app=other
      service/d selector updated
      $ kubectl get service d -o jsonpath={.spec.selector}
      {"app":"other"}
      $ kubectl set env deployment/d --from=configmap/cfg
      deployment.apps/d env updated
      ...
      $ kubectl set env deployment/d --list
      # Deployment d, container nginx
      ...
      $ kubectl delete configmap/cfg deployment/d service/d --cascade=foreground
      configmap "cfg" deleted**
      deployment.apps "d" deleted**
      service "d" deleted**
      `);
  });

  it('answers who may what', async () => {
    await play(`
      $ kubectl auth reconcile -f - <<< subjects
      role.rbac.authorization.k8s.io/reader reconciled
      rolebinding.rbac.authorization.k8s.io/readers reconciled
      reconciliation required create
      missing rules added:
      {Verbs:[get list] APIGroups:[] Resources:[pods] ResourceNames:[] NonResourceURLs:[]}
      reconciliation required create
      missing subjects added:
      {Kind:ServiceAccount APIGroup: Name:robot Namespace:default}
      $ kubectl auth can-i get pods --as system:serviceaccount:default:robot
      yes
      $ kubectl auth can-i delete pods --as system:serviceaccount:default:robot
      no
      $ kubectl auth can-i --list --as system:serviceaccount:default:robot
      Resources Non-Resource URLs Resource Names Verbs
      ...
      $ kubectl create rolebinding more --role=reader --user=bob
      rolebinding.rbac.authorization.k8s.io/more created
      $ kubectl set subject rolebinding more --user=eve
      rolebinding.rbac.authorization.k8s.io/more subjects updated
      $ kubectl get rolebinding more -o jsonpath={.subjects[*].name}
      bob eve
      $ kubectl describe rolebinding more
      Name: more
      Labels: <none>
      Annotations: <none>
      Role:
      Kind: Role
      Name: reader
      Subjects:
      Kind Name Namespace
      ---- ---- ---------
      User bob
      User eve
      $ kubectl auth whoami
      ATTRIBUTE VALUE
      Username admin
      Groups [system:masters system:authenticated]
      `);
  });

  it('reads logs of several containers, runs commands beside them, and looks at nodes', async () => {
    await play(`
      $ kubectl apply -f - <<< two
      pod/two created
      $ kubectl wait --for=condition=Ready pod/two --timeout=90s
      pod/two condition met
      $ kubectl logs two -c b
      from b
      $ kubectl logs two --all-containers --prefix
      [pod/two/*] from *
      [pod/two/*] from *
      $ kubectl logs -l app=two -c a --tail=1
      from a
      $ kubectl logs two -c a --since=1h --timestamps
      * from a
      $ kubectl logs two -c a -p
      Error from server (BadRequest): previous terminated container "a" in pod "two" not found
      $ kubectl debug two --image=busybox --target=a -c probe -- sleep 100000
      Targeting container "a". If you don't see processes from this container it may be because the container runtime doesn't support this feature.
      ...
      $ kubectl wait --for=jsonpath={.status.ephemeralContainerStatuses[0].state.running.startedAt} pod/two --timeout=90s
      pod/two condition met
      $ kubectl get pod two -o jsonpath={.spec.ephemeralContainers[*].name}
      probe
      $ kubectl debug two --copy-to=three --container=a --set-image=b=busybox:1.36 -- sleep 1000
      ...
      $ kubectl get pod three -o jsonpath={.spec.containers[*].image}
      busybox busybox:1.36
      $ kubectl top nodes
      ...
      $ kubectl cordon node-1
      node/node-1 cordoned
      $ kubectl get nodes node-1
      NAME STATUS ROLES AGE VERSION
      node-1 Ready,SchedulingDisabled <none> * v1.36.*
      $ kubectl uncordon node-1
      node/node-1 uncordoned
      $ kubectl describe node node-1
      Name: node-1
      Roles: <none>
      ...
      $ kubectl cluster-info dump --namespaces=default --output=name
      ...
      $ kubectl get pods --sort-by=.metadata.name -o custom-columns=P:.metadata.name,N:.spec.containers[*].name
      P N
      three a,b
      two a,b
      $ kubectl delete pod two three --now
      pod "two" deleted**
      pod "three" deleted**
      `);
  });

  it('explains kinds and fields', async () => {
    await play(`
      $ kubectl explain pod.spec.containers.livenessProbe.periodSeconds
      KIND: Pod
      VERSION: v1
      FIELD: periodSeconds <integer>
      DESCRIPTION:
      How often (in seconds) to perform the probe. Default to 10 seconds. Minimum
      value is 1.
      $ kubectl explain deployment.spec.strategy.rollingUpdate --recursive
      GROUP: apps
      KIND: Deployment
      VERSION: v1
      FIELD: rollingUpdate <RollingUpdateDeployment>
      DESCRIPTION:
      Spec to control the desired behavior of rolling update.
      FIELDS:
      maxSurge <IntOrString>
      maxUnavailable <IntOrString>
      $ kubectl explain nothing
      the server doesn't have a resource type "nothing"
      $ kubectl explain pod.spec.nothing
      KIND: Pod
      VERSION: v1
      error: field "nothing" does not exist
      `);
  });
});
