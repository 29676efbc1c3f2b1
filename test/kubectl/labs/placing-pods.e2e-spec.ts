import { afterAll, beforeAll, describe, it } from 'vitest';
import { hasKubectl } from '../find-kubectl.js';
import { startCluster, type ServedCluster } from '../served-cluster.js';
import { transcript } from '../transcript.js';

const MANIFESTS = {
  picky: `
apiVersion: v1
kind: Pod
metadata: {name: picky}
spec:
  nodeSelector: {disktype: ssd}
  containers: [{name: main, image: nginx}]
`,
  affine: `
apiVersion: v1
kind: Pod
metadata: {name: affine}
spec:
  affinity:
    nodeAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms:
        - matchExpressions: [{key: topology.kubernetes.io/zone, operator: In, values: [antarctica-east1, antarctica-west1]}]
      preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 1
        preference: {matchExpressions: [{key: another, operator: In, values: [another]}]}
  containers: [{name: main, image: "registry.k8s.io/pause:2.0"}]
`,
  tolerant: `
apiVersion: v1
kind: Pod
metadata: {name: tolerant}
spec:
  nodeName: node-1
  tolerations: [{key: example-key, operator: Exists, effect: NoSchedule}]
  containers: [{name: main, image: nginx}]
`,
  keep: `
apiVersion: v1
kind: Pod
metadata: {name: untolerant}
spec:
  affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [node-1]}]}]}}}
  containers: [{name: main, image: nginx}]
`,
};

describe.runIf(hasKubectl())('placing pods', () => {
  let served: ServedCluster;
  beforeAll(async () => {
    served = await startCluster();
  });
  afterAll(() => served.stop());

  const play = (text: string) => transcript(served, text, MANIFESTS);

  it('places a pod by the labels of nodes', async () => {
    await play(`
      $ kubectl label node node-2 disktype=ssd
      node/node-2 labeled
      $ kubectl get nodes -l disktype=ssd -L disktype
      NAME STATUS ROLES AGE VERSION DISKTYPE
      node-2 Ready <none> * v1.36.* ssd
      $ kubectl apply -f - <<< picky
      pod/picky created
      $ kubectl wait --for=condition=Ready pod/picky --timeout=90s
      pod/picky condition met
      $ kubectl get pod picky -o jsonpath={.spec.nodeName}
      node-2
      $ kubectl delete pod picky --now
      pod "picky" deleted**
      $ kubectl label node node-2 disktype-
      node/node-2 unlabeled
      $ kubectl apply -f - <<< picky
      pod/picky created
      $ kubectl wait --for=jsonpath={.status.conditions[0].reason}=Unschedulable pod/picky --timeout=90s
      pod/picky condition met
      $ kubectl events --for pod/picky
      ...
      * Warning FailedScheduling Pod/picky 0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.
      $ kubectl delete pod picky --now
      pod "picky" deleted**
      $ kubectl label node node-3 topology.kubernetes.io/zone=antarctica-west1 --overwrite
      node/node-3 labeled
      $ kubectl apply -f - <<< affine
      pod/affine created
      $ kubectl wait --for=condition=Ready pod/affine --timeout=90s
      pod/affine condition met
      $ kubectl get pod affine -o jsonpath={.spec.nodeName}
      node-3
      $ kubectl delete pod affine --now
      pod "affine" deleted**
      `);
  });

  it('keeps pods off a node by a taint, unless they tolerate it', async () => {
    await play(`
      $ kubectl taint nodes node-1 example-key=example-value:NoSchedule
      node/node-1 tainted
      $ kubectl get node node-1 -o jsonpath={.spec.taints}
      [{"effect":"NoSchedule","key":"example-key","value":"example-value"}]
      $ kubectl apply -f - <<< tolerant
      pod/tolerant created
      $ kubectl wait --for=condition=Ready pod/tolerant --timeout=90s
      pod/tolerant condition met
      $ kubectl apply -f - <<< keep
      pod/untolerant created
      $ kubectl wait --for=jsonpath={.status.conditions[0].reason}=Unschedulable pod/untolerant --timeout=90s
      pod/untolerant condition met
      $ kubectl taint nodes node-1 example-key=example-value:NoSchedule
      error: node node-1 already has example-key taint(s) with same effect(s) and --overwrite is false
      $ kubectl taint nodes node-1 example-key-
      node/node-1 untainted
      $ kubectl wait --for=condition=Ready pod/untolerant --timeout=90s
      pod/untolerant condition met
      $ kubectl taint nodes node-1 example-key-
      error: taint "example-key" not found
      $ kubectl delete pod tolerant untolerant --now
      pod "tolerant" deleted**
      pod "untolerant" deleted**
      `);
  });
});
