import { afterAll, beforeAll, describe, it } from 'vitest';
import { hasKubectl } from '../find-kubectl.js';
import { startCluster, type ServedCluster } from '../served-cluster.js';
import { transcript } from '../transcript.js';

const MANIFESTS = {
  agent: `
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: collector, namespace: kube-system, labels: {k8s-app: logs}}
spec:
  selector: {matchLabels: {name: collector}}
  template:
    metadata: {labels: {name: collector}}
    spec:
      tolerations: [{key: node-role.kubernetes.io/control-plane, operator: Exists, effect: NoSchedule}]
      containers:
      - {name: collector, image: "fluentd:v2.5.2", volumeMounts: [{name: logs, mountPath: /var/log}]}
      volumes: [{name: logs, hostPath: {path: /var/log}}]
`,
  sums: `
apiVersion: batch/v1
kind: Job
metadata: {name: sums}
spec:
  backoffLimit: 4
  template:
    spec:
      restartPolicy: Never
      containers: [{name: sums, image: "busybox:1.28", command: [sh, -c, "echo $((6 * 7))"]}]
`,
  hello: `
apiVersion: batch/v1
kind: CronJob
metadata: {name: hello}
spec:
  schedule: "0 0 1 1 *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: OnFailure
          containers: [{name: hello, image: "busybox:1.28", command: [/bin/sh, -c, "echo Hello from the cluster"]}]
`,
};

describe.runIf(hasKubectl())('daemons and jobs', () => {
  let served: ServedCluster;
  beforeAll(async () => {
    served = await startCluster();
  });
  afterAll(() => served.stop());

  const play = (text: string) => transcript(served, text, MANIFESTS);

  it('runs one pod of a daemon set on each node', async () => {
    await play(`
      $ kubectl apply -f - <<< agent
      daemonset.apps/collector created
      $ kubectl rollout status daemonset/collector -n kube-system
      ...
      daemon set "collector" successfully rolled out
      $ kubectl get daemonset -n kube-system
      NAME DESIRED CURRENT READY UP-TO-DATE AVAILABLE NODE SELECTOR AGE
      collector 3 3 3 3 3 <none> *
      $ kubectl get pods -n kube-system -l name=collector --sort-by=.spec.nodeName -o custom-columns=NODE:.spec.nodeName
      NODE
      node-1
      node-2
      node-3
      $ kubectl set image daemonset/collector collector=fluentd:v3 -n kube-system
      daemonset.apps/collector image updated
      $ kubectl rollout status daemonset/collector -n kube-system
      ...
      daemon set "collector" successfully rolled out
      $ kubectl rollout history daemonset/collector -n kube-system
      daemonset.apps/collector
      REVISION CHANGE-CAUSE
      1 <none>
      2 <none>
      $ kubectl rollout undo daemonset/collector -n kube-system
      daemonset.apps/collector rolled back
      $ kubectl delete daemonset collector -n kube-system
      daemonset.apps "collector" deleted**
      `);
  });

  it('runs a job to its end, and one whenever it is time or somebody asks', async () => {
    await play(`
      $ kubectl apply -f - <<< sums
      job.batch/sums created
      $ kubectl wait --for=condition=complete job/sums --timeout=90s
      job.batch/sums condition met
      $ kubectl get jobs
      NAME STATUS COMPLETIONS DURATION AGE
      sums Complete 1/1 * *
      $ kubectl logs job/sums
      42
      $ kubectl describe job sums
      ...
      Type Reason Age From Message
      ---- ------ ---- ---- -------
      Normal SuccessfulCreate * job-controller Created pod: sums-*
      Normal Completed * job-controller Job completed
      $ kubectl delete job sums
      job.batch "sums" deleted**
      $ kubectl get pods
      No resources found in default namespace.
      $ kubectl apply -f - <<< hello
      cronjob.batch/hello created
      $ kubectl get cronjob hello
      NAME SCHEDULE TIMEZONE SUSPEND ACTIVE LAST SCHEDULE AGE
      hello 0 0 1 1 * <none> False 0 <none> *
      $ kubectl create job hello-now --from=cronjob/hello
      job.batch/hello-now created
      $ kubectl wait --for=condition=complete job/hello-now --timeout=90s
      job.batch/hello-now condition met
      $ kubectl logs job/hello-now
      Hello from the cluster
      $ kubectl patch cronjob hello -p '{"spec":{"suspend":true}}'
      cronjob.batch/hello patched
      $ kubectl get cronjob hello -o jsonpath={.spec.suspend}
      true
      $ kubectl delete cronjob hello
      cronjob.batch "hello" deleted**
      $ kubectl get jobs
      No resources found in default namespace.
      `);
  });
});
