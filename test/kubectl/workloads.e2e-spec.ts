import { afterAll, beforeAll, describe, it } from 'vitest';
import { hasKubectl } from './find-kubectl.js';
import { startCluster, type ServedCluster } from './served-cluster.js';
import { transcript } from './transcript.js';

const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: main, image: "nginx:1.27", ports: [{containerPort: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`;

describe.runIf(hasKubectl())('kubectl and workloads', () => {
  let served: ServedCluster;
  beforeAll(async () => {
    served = await startCluster();
  });
  afterAll(() => served.stop());

  const play = (text: string, inputs: Record<string, string> = {}) => transcript(served, text, inputs);

  it('applies a deployment, watches it roll out, scales it, changes it and rolls it back', async () => {
    await play(
      `
      $ kubectl create namespace shop
      namespace/shop created
      $ kubectl -n shop apply -f - <<< web
      deployment.apps/web created
      service/web created
      $ kubectl -n shop rollout status deployment/web
      ...
      deployment "web" successfully rolled out
      $ kubectl -n shop get deployment,service
      NAME READY UP-TO-DATE AVAILABLE AGE
      deployment.apps/web 2/2 2 2 *
      NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE
      service/web ClusterIP 10.* <none> 80/TCP *
      $ kubectl -n shop get pods -o wide
      NAME READY STATUS RESTARTS AGE IP NODE NOMINATED NODE READINESS GATES
      web-*-* 1/1 Running 0 * * node-* <none> <none>
      web-*-* 1/1 Running 0 * * node-* <none> <none>
      $ kubectl -n shop apply -f - <<< web
      deployment.apps/web unchanged
      service/web unchanged
      $ kubectl -n shop scale deployment/web --replicas=3
      deployment.apps/web scaled
      $ kubectl -n shop wait --for=jsonpath={.status.readyReplicas}=3 deployment/web --timeout=90s
      deployment.apps/web condition met
      $ kubectl -n shop get deployment web -o jsonpath={.spec.replicas}
      3
      $ kubectl -n shop set image deployment/web main=nginx:1.28
      deployment.apps/web image updated
      $ kubectl -n shop rollout status deployment/web
      ...
      deployment "web" successfully rolled out
      $ kubectl -n shop rollout history deployment/web
      deployment.apps/web
      REVISION CHANGE-CAUSE
      1 <none>
      2 <none>
      $ kubectl -n shop rollout undo deployment/web
      deployment.apps/web rolled back
      $ kubectl -n shop rollout status deployment/web
      ...
      deployment "web" successfully rolled out
      $ kubectl -n shop get deployment web -o jsonpath={.spec.template.spec.containers[0].image}
      nginx:1.27
      $ kubectl -n shop rollout restart deployment/web
      deployment.apps/web restarted
      $ kubectl -n shop delete deployment/web service/web
      deployment.apps "web" deleted**
      service "web" deleted**
      $ kubectl -n shop get deployments
      No resources found in shop namespace.
      $ kubectl delete namespace shop
      namespace "shop" deleted
      $ kubectl get namespace shop
      Error from server (NotFound): namespaces "shop" not found
      `,
      { web: WEB },
    );
  });

  it('describes what it runs', async () => {
    await play(
      `
      $ kubectl apply -f - <<< web
      deployment.apps/web created
      service/web created
      $ kubectl rollout status deployment/web
      ...
      deployment "web" successfully rolled out
      $ kubectl describe deployment web
      Name: web
      Namespace: default
      CreationTimestamp: **
      Labels: app=web
      Annotations: deployment.kubernetes.io/revision: 1
      Selector: app=web
      Replicas: 2 desired | 2 updated | 2 total | 2 available | 0 unavailable
      StrategyType: RollingUpdate
      MinReadySeconds: 0
      RollingUpdateStrategy: 25% max unavailable, 25% max surge
      Pod Template:
      Labels: app=web
      Containers:
      main:
      Image: nginx:1.27
      Port: 80/TCP
      Host Port: 0/TCP
      Environment: <none>
      Mounts: <none>
      ...
      NewReplicaSet: web-* (2/2 replicas created)
      Events:
      Type Reason Age From Message
      ---- ------ ---- ---- -------
      Normal ScalingReplicaSet * deployment-controller Scaled up replica set web-* from 0 to 2
      $ kubectl delete deployment,service web
      deployment.apps "web" deleted**
      service "web" deleted**
      `,
      { web: WEB },
    );
  });

  it('shows the logs of a container, also while it writes them', async () => {
    await play(`
      $ kubectl run talk --image=busybox --restart=Never -- sh -c 'echo one; sleep 1; echo two'
      pod/talk created
      $ kubectl wait --for=condition=Ready pod/talk --timeout=90s
      pod/talk condition met
      $ kubectl logs -f talk
      one
      two
      $ kubectl logs talk --tail=1
      two
      $ kubectl logs talk -c other
      error: container other is not valid for pod talk
      $ kubectl delete pod talk
      pod "talk" deleted**
      `);
  });

  it('drains a node and lets pods come back to it', async () => {
    await play(`
      $ kubectl create deployment spread --image=nginx --replicas=3
      deployment.apps/spread created
      $ kubectl rollout status deployment/spread
      ...
      deployment "spread" successfully rolled out
      $ kubectl drain node-1 --ignore-daemonsets
      node/node-1 cordoned
      ...
      node/node-1 drained
      $ kubectl get node node-1
      NAME STATUS ROLES AGE VERSION
      node-1 Ready,SchedulingDisabled <none> * v1.36.*
      $ kubectl get pods --field-selector spec.nodeName=node-1
      No resources found in default namespace.
      $ kubectl uncordon node-1
      node/node-1 uncordoned
      $ kubectl delete deployment spread
      deployment.apps "spread" deleted**
      `);
  });
});
