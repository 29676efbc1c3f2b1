import { afterAll, beforeAll, describe, it } from 'vitest';
import { hasKubectl } from '../find-kubectl.js';
import { startCluster, type ServedCluster } from '../served-cluster.js';
import { transcript } from '../transcript.js';

const MANIFESTS = {};

describe.runIf(hasKubectl())('a demonstration', () => {
  let served: ServedCluster;
  beforeAll(async () => {
    served = await startCluster();
  });
  afterAll(() => served.stop());

  const play = (text: string) => transcript(served, text, MANIFESTS);

  it('keeps what is wanted running while pods go, numbers change and an update fails', async () => {
    await play(`
      $ kubectl run web --image=nginx
      pod/web created
      $ kubectl wait --for=condition=Ready pod/web --timeout=90s
      pod/web condition met
      $ kubectl logs web
      /docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration
      ...
      $ kubectl delete pod web
      pod "web" deleted**
      $ kubectl create deployment web --image=nginx --replicas=3
      deployment.apps/web created
      $ kubectl rollout status deployment/web
      ...
      deployment "web" successfully rolled out
      $ kubectl get all -n default
      NAME READY STATUS RESTARTS AGE
      pod/web-*-* 1/1 Running 0 *
      pod/web-*-* 1/1 Running 0 *
      pod/web-*-* 1/1 Running 0 *
      ...
      $ kubectl scale deployment web --replicas=4
      deployment.apps/web scaled
      $ kubectl wait --for=jsonpath={.status.readyReplicas}=4 deployment/web --timeout=90s
      deployment.apps/web condition met
      $ kubectl scale deployment web --replicas=2
      deployment.apps/web scaled
      $ kubectl wait --for=jsonpath={.status.replicas}=2 deployment/web --timeout=90s
      deployment.apps/web condition met
      $ kubectl get deployment web -o jsonpath={.spec.strategy.rollingUpdate}
      {"maxSurge":"25%","maxUnavailable":"25%"}
      $ kubectl set image deployments/web nginx==nginx:1.23
      deployment.apps/web image updated
      $ kubectl set image deployments/web nginx=nginx:1.23
      deployment.apps/web image updated
      $ kubectl rollout status deployment/web
      ...
      deployment "web" successfully rolled out
      $ kubectl rollout undo deployment/web --to-revision=1
      deployment.apps/web rolled back
      $ kubectl rollout status deployment/web
      ...
      deployment "web" successfully rolled out
      $ kubectl expose deployment web --type=NodePort --port=80
      service/web exposed
      $ kubectl get service web
      NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE
      web NodePort 10.* <none> 80:*/TCP *
      $ kubectl delete service,deployment web
      service "web" deleted**
      deployment.apps "web" deleted**
      `);
  });
});
