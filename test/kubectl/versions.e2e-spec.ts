import { afterAll, beforeAll, describe, it } from 'vitest';
import { findKubectls, hasKubectl } from './find-kubectl.js';
import { startCluster, type ServedCluster } from './served-cluster.js';
import { transcript } from './transcript.js';

const SETTINGS = `
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {colour: blue}
`;
const TYPO = SETTINGS.replace('\ndata:', '\ndada:');

describe.runIf(hasKubectl())('every kubectl on the machine', () => {
  let served: ServedCluster;
  beforeAll(async () => {
    served = await startCluster();
  });
  afterAll(() => served.stop());

  it.for(findKubectls())('creates, reads, changes and deletes ($version)', async ({ version, file }) => {
    const name = `v${version.replace('.', '-')}`;
    await transcript(
      served,
      `
      $ kubectl create namespace ${name}
      namespace/${name} created
      $ kubectl -n ${name} create deployment web --image=nginx
      deployment.apps/web created
      $ kubectl -n ${name} rollout status deployment/web
      ...
      deployment "web" successfully rolled out
      $ kubectl -n ${name} get deployment
      NAME READY UP-TO-DATE AVAILABLE AGE
      web 1/1 1 1 *
      $ kubectl -n ${name} apply -f - <<< settings
      configmap/settings created
      $ kubectl -n ${name} apply -f - <<< settings
      configmap/settings unchanged
      $ kubectl -n ${name} apply -f - --dry-run=server <<< changed
      configmap/settings configured (server dry run)
      $ kubectl -n ${name} apply -f - <<< changed
      configmap/settings configured
      $ kubectl -n ${name} get configmap settings -o jsonpath={.data.colour}
      red
      $ kubectl -n ${name} apply --server-side --field-manager=other -f - <<< settings
      **Apply failed with 1 conflict: conflict with "kubectl-client-side-apply"**: .data.colour
      ...
      $ kubectl -n ${name} label configmap settings tier=front
      configmap/settings labeled
      $ kubectl -n ${name} get configmap -l tier=front -o name
      configmap/settings
      $ kubectl -n ${name} patch configmap settings --type=json -p '[{"op":"remove","path":"/metadata/labels/tier"}]'
      configmap/settings patched
      $ kubectl -n ${name} create secret generic s --from-literal=a=b
      secret/s created
      $ kubectl -n ${name} create job j --image=busybox -- true
      job.batch/j created
      $ kubectl -n ${name} wait --for=condition=Complete job/j --timeout=90s
      job.batch/j condition met
      $ kubectl -n ${name} delete deployment web
      deployment.apps "web" deleted**
      $ kubectl auth can-i create pods
      yes
      $ kubectl delete namespace ${name}
      namespace "${name}" deleted
      `,
      { settings: SETTINGS, changed: SETTINGS.replace('blue', 'red') },
      { kubectl: file },
    );
  });

  it.for(findKubectls().slice(-1))('names fields it does not know ($version)', async ({ file }) => {
    await transcript(
      served,
      `
      $ kubectl create -f - <<< typo
      **unknown field "dada"**
      $ kubectl create --validate=warn -f - <<< typo
      configmap/settings created
      Warning: unknown field "dada"
      $ kubectl delete configmap settings
      configmap "settings" deleted**
      `,
      { typo: TYPO },
      { kubectl: file },
    );
  });
});
