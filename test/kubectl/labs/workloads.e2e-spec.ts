import { afterAll, beforeAll, describe, it } from 'vitest';
import { hasKubectl } from '../find-kubectl.js';
import { startCluster, type ServedCluster } from '../served-cluster.js';
import { transcript } from '../transcript.js';

const MANIFESTS = {
  site: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: site}
spec:
  replicas: 3
  selector: {matchLabels: {app: site}}
  template:
    metadata: {labels: {app: site}}
    spec:
      containers:
      - {name: web, image: "nginx:1.25", ports: [{containerPort: 80}]}
`,
  reader: `
apiVersion: v1
kind: Pod
metadata: {name: reader}
spec:
  volumes: [{name: keys, secret: {secretName: login}}, {name: conf, configMap: {name: settings}}]
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "echo colour is $COLOUR; sleep 3600"]
    env: [{name: COLOUR, valueFrom: {configMapKeyRef: {name: settings, key: colour}}}]
    envFrom: [{configMapRef: {name: settings}}]
    volumeMounts: [{name: keys, mountPath: /keys, readOnly: true}, {name: conf, mountPath: /conf}]
`,
};

describe.runIf(hasKubectl())('workloads, step by step', () => {
  let served: ServedCluster;
  beforeAll(async () => {
    served = await startCluster();
  });
  afterAll(() => served.stop());

  const play = (text: string) => transcript(served, text, MANIFESTS);

  it('rolls a deployment out, scales it, replaces what is deleted, upgrades it and goes back', async () => {
    await play(`
      $ kubectl apply -f - <<< site
      deployment.apps/site created
      $ kubectl rollout status deployment/site
      ...
      deployment "site" successfully rolled out
      $ kubectl get deployment site
      NAME READY UP-TO-DATE AVAILABLE AGE
      site 3/3 3 3 *
      $ kubectl get replicasets -l app=site
      NAME DESIRED CURRENT READY AGE
      site-* 3 3 3 *
      $ kubectl get pods -l app=site
      NAME READY STATUS RESTARTS AGE
      site-*-* 1/1 Running 0 *
      site-*-* 1/1 Running 0 *
      site-*-* 1/1 Running 0 *
      $ kubectl scale deployment site --replicas=5
      deployment.apps/site scaled
      $ kubectl rollout status deployment/site
      ...
      deployment "site" successfully rolled out
      $ kubectl delete pod -l app=site --wait=false
      pod "site-*-*" deleted**
      pod "site-*-*" deleted**
      pod "site-*-*" deleted**
      pod "site-*-*" deleted**
      pod "site-*-*" deleted**
      $ kubectl wait --for=jsonpath={.status.readyReplicas}=5 deployment/site --timeout=90s
      deployment.apps/site condition met
      $ kubectl set image deployment/site web=nginx:1.27
      deployment.apps/site image updated
      $ kubectl annotate deployment/site kubernetes.io/change-cause=1.27
      deployment.apps/site annotated
      $ kubectl rollout status deployment/site
      ...
      deployment "site" successfully rolled out
      $ kubectl rollout history deployment/site
      deployment.apps/site
      REVISION CHANGE-CAUSE
      1 <none>
      2 1.27
      $ kubectl rollout history deployment/site --revision=2
      deployment.apps/site with revision #2
      Pod Template:
      Labels: app=site
      pod-template-hash=*
      Annotations: kubernetes.io/change-cause: 1.27
      Containers:
      web:
      Image: nginx:1.27
      Port: 80/TCP
      Host Port: 0/TCP
      Environment: <none>
      Mounts: <none>
      Volumes: <none>
      Node-Selectors: <none>
      Tolerations: <none>
      $ kubectl rollout undo deployment/site --to-revision=1
      deployment.apps/site rolled back
      $ kubectl rollout status deployment/site
      ...
      deployment "site" successfully rolled out
      $ kubectl get deployment site -o jsonpath={.spec.template.spec.containers[*].image}
      nginx:1.25
      $ kubectl rollout undo deployment/site --to-revision=9
      error: unable to find specified revision 9 in history
      $ kubectl set image deployment/site web=nginx:99.99.99-none
      deployment.apps/site image updated
      $ kubectl rollout status deployment/site --timeout=3s
      ...
      deployment "site" successfully rolled out
      $ kubectl rollout undo deployment/site
      deployment.apps/site rolled back
      $ kubectl rollout status deployment/site
      ...
      deployment "site" successfully rolled out
      $ kubectl delete deployment site
      deployment.apps "site" deleted**
      `);
  });

  it('gives pods their settings and secrets as variables and files', async () => {
    await play(`
      $ kubectl create configmap settings --from-literal=colour=blue --from-literal=size=L
      configmap/settings created
      $ kubectl describe configmap settings
      Name: settings
      Namespace: default
      Labels: <none>
      Annotations: <none>
      Data
      ====
      ~ colour:
      ~ ----
      ~ blue
      ~ size:
      ~ ----
      ~ L
      BinaryData
      ====
      Events: <none>
      $ kubectl create secret generic login --from-literal=user=ann --from-literal=password=pa55
      secret/login created
      $ kubectl describe secret login
      Name: login
      Namespace: default
      Labels: <none>
      Annotations: <none>
      Type: Opaque
      Data
      ====
      ...
      $ kubectl get secret login -o jsonpath={.data.password}
      cGE1NQ==
      $ kubectl get secret login -o go-template={{.data.user|base64decode}}
      ann
      $ kubectl apply -f - <<< reader
      pod/reader created
      $ kubectl wait --for=condition=Ready pod/reader --timeout=90s
      pod/reader condition met
      $ kubectl logs reader
      colour is blue
      $ kubectl exec reader -- cat /keys/password
      pa55
      $ kubectl exec reader -- ls /keys /conf
      /keys:
      password
      user
      /conf:
      colour
      size
      $ kubectl exec reader -- printenv size
      L
      $ kubectl exec reader -- sh -c 'echo x > /keys/new'
      sh: can't create /keys/new: Read-only file system
      command terminated with exit code 1
      $ kubectl delete pod reader --now
      pod "reader" deleted**
      $ kubectl delete configmap/settings secret/login
      configmap "settings" deleted**
      secret "login" deleted**
      `);
  });
});
