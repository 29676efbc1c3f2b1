import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createAuthority, createServerCertificate, generatePrivateKey } from '@lotse/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasKubectl } from './find-kubectl.js';
import { startCluster, type ServedCluster } from './served-cluster.js';
import { kubectl, transcript } from './transcript.js';

const FILES = {
  'app/application.properties': 'FOO=Bar\n',
  'app/kustomization.yaml': `
configMapGenerator:
- name: example-configmap-1
  files: [application.properties]
`,
  'hello-world/base/kustomization.yaml': 'resources: [deployment.yaml]\n',
  'hello-world/base/deployment.yaml': `
apiVersion: apps/v1
kind: Deployment
metadata: {name: hello, labels: {app: hello}}
spec:
  replicas: 1
  selector: {matchLabels: {app: hello}}
  template:
    metadata: {labels: {app: hello}}
    spec: {containers: [{name: hello, image: "nginx:1.27"}]}
`,
  'hello-world/overlays/staging/kustomization.yaml': `
namePrefix: staging-
resources: [../../base]
patches: [{path: replica_count.yaml}]
`,
  'hello-world/overlays/staging/replica_count.yaml': `
apiVersion: apps/v1
kind: Deployment
metadata: {name: hello}
spec: {replicas: 2}
`,
  'patch.yaml': 'spec: {replicas: 2}\n',
  'many/one.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, labels: {set: many}}\n',
  'many/deeper/two.json':
    '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "two", "labels": {"set": "many"}}}\n',
  'editors/scale.sh': '#!/bin/sh\nsed -i "s/replicas: 1$/replicas: 3/" "$1"\n',
  'editors/break.sh': '#!/bin/sh\nsed -i "s/replicas: 3$/replicas: -3/" "$1"\n',
  'editors/note.sh': '#!/bin/sh\nsed -i "s/^  name: hello$/  name: hello\\n  labels: {seen: editor}/" "$1"\n',
};

describe.runIf(hasKubectl())('kubectl and files', () => {
  let served: ServedCluster;
  const at = (name: string): string => join(served.folder, name);
  beforeAll(async () => {
    served = await startCluster();
    for (const [name, text] of Object.entries(FILES)) {
      mkdirSync(dirname(at(name)), { recursive: true });
      writeFileSync(at(name), text);
      if (name.endsWith('.sh')) chmodSync(at(name), 0o755);
    }
    const nowMs = Date.now();
    const site = createServerCertificate({
      authority: createAuthority({ key: generatePrivateKey(), nowMs }),
      key: generatePrivateKey(),
      nowMs,
      commonName: 'shop.example.com',
      names: ['shop.example.com'],
    });
    writeFileSync(at('tls.key'), site.key);
    writeFileSync(at('tls.crt'), site.cert);
  });
  afterAll(() => served.stop());

  const play = (text: string, editor = 'true') =>
    transcript(
      served,
      text.replaceAll('~/', `${served.folder}/`),
      {},
      { variables: { KUBE_EDITOR: editor } },
    );

  it('builds kustomizations, applies them, compares with them and removes them', async () => {
    await play(`
      $ kubectl kustomize ~/app
      apiVersion: v1
      data:
      application.properties: |
      FOO=Bar
      kind: ConfigMap
      metadata:
      name: example-configmap-1-g4hk9g2ff8
      $ kubectl apply -k ~/app
      configmap/example-configmap-1-g4hk9g2ff8 created
      $ kubectl get -k ~/app -o jsonpath={.data}
      {"application.properties":"FOO=Bar\\n"}
      $ kubectl diff -k ~/app
      $ kubectl delete -k ~/app
      configmap "example-configmap-1-g4hk9g2ff8" deleted**
      $ kubectl apply -k ~/hello-world/overlays/staging
      deployment.apps/staging-hello created
      $ kubectl rollout status -k ~/hello-world/overlays/staging
      ...
      deployment "staging-hello" successfully rolled out
      $ kubectl get -k ~/hello-world/overlays/staging
      NAME READY UP-TO-DATE AVAILABLE AGE
      staging-hello 2/2 2 2 *
      $ kubectl delete -k ~/hello-world/overlays/staging
      deployment.apps "staging-hello" deleted**
      `);
  });

  it('makes secrets and config maps of files', async () => {
    await play(`
      $ kubectl create secret tls site --cert=~/tls.crt --key=~/tls.key
      secret/site created
      $ kubectl create secret tls broken --cert=~/tls.key --key=~/tls.crt
      **tls: **
      $ kubectl create secret generic multi --from-file=key=~/app/application.properties --from-literal=a=b --type=example.com/odd
      secret/multi created
      $ kubectl create secret docker-registry pull --docker-server=r.example --docker-username=u --docker-password=p
      secret/pull created
      $ kubectl create configmap lines --from-env-file=~/app/application.properties
      configmap/lines created
      $ kubectl create configmap folder --from-file=~/app
      configmap/folder created
      $ kubectl get secrets
      NAME TYPE DATA AGE
      multi example.com/odd 2 *
      pull kubernetes.io/dockerconfigjson 1 *
      site kubernetes.io/tls 2 *
      $ kubectl get configmap lines folder
      NAME DATA AGE
      lines 1 *
      folder 2 *
      $ kubectl get secret pull -o go-template='{{index .data ".dockerconfigjson" | base64decode}}'
      {"auths":{"r.example":{"username":"u","password":"p","auth":"dTpw"}}}
      $ kubectl describe secret site
      Name: site
      Namespace: default
      Labels: <none>
      Annotations: <none>
      Type: kubernetes.io/tls
      Data
      ====
      ~ tls.crt: * bytes
      ~ tls.key: * bytes
      $ kubectl delete secret,configmap --all
      secret "multi" deleted**
      secret "pull" deleted**
      secret "site" deleted**
      configmap "folder" deleted**
      configmap "kube-root-ca.crt" deleted**
      configmap "lines" deleted**
      `);
  });

  it('reads folders, keeps what was applied last, patches from a file, and prunes', async () => {
    await play(`
      $ kubectl apply -R -f ~/many
      configmap/two created
      configmap/one created
      $ kubectl apply -f ~/many --prune -l set=many --prune-allowlist=core/v1/ConfigMap
      configmap/one unchanged
      configmap/two pruned
      $ kubectl create -f ~/hello-world/base/deployment.yaml --save-config
      deployment.apps/hello created
      $ kubectl apply view-last-applied deployment/hello -o json
      {
      "apiVersion": "apps/v1",
      "kind": "Deployment",
      ...
      $ kubectl apply set-last-applied -f ~/hello-world/base/deployment.yaml
      deployment.apps/hello configured
      $ kubectl patch deployment hello --patch-file ~/patch.yaml
      deployment.apps/hello patched
      $ kubectl patch -f ~/hello-world/base/deployment.yaml --type=json -p '[{"op":"replace","path":"/spec/replicas","value":1}]'
      deployment.apps/hello patched
      $ kubectl patch deployment hello --subresource=scale --type=merge -p '{"spec":{"replicas":-1}}'
      The Scale "hello" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0
      $ kubectl get deployment hello --subresource=scale
      NAME DESIRED AVAILABLE AGE
      hello 1 * *
      $ kubectl set image -f ~/hello-world/base/deployment.yaml hello=nginx:9 --local -o jsonpath={.spec.template.spec.containers[0].image}
      nginx:9
      $ kubectl replace -f ~/many/one.yaml
      configmap/one replaced
      $ kubectl delete -f ~/many
      configmap "one" deleted**
      `);
  });

  it('edits in an editor, and keeps a copy of what the API refuses', async () => {
    await play(
      `
      $ kubectl edit deployment hello
      Edit cancelled, no changes made.
      `,
    );
    await play(
      `
      $ kubectl edit deployment hello
      deployment.apps/hello edited
      $ kubectl get deployment hello -o jsonpath={.spec.replicas}
      3
      `,
      at('editors/scale.sh'),
    );
    const refused = await kubectl(served, ['edit', 'deployment', 'hello'], {
      variables: { KUBE_EDITOR: at('editors/break.sh') },
    });
    expect(refused.stderr).toContain('deployments.apps "hello" is invalid');
    const [, copy = ''] = /A copy of your changes has been stored to "(.+)"/.exec(refused.stderr) ?? [];
    expect(existsSync(copy)).toBe(true);
    expect(readFileSync(copy, 'utf8')).toMatch(
      /^# \* spec.replicas: Invalid value: -3: must be greater than or equal to 0$/m,
    );
    await play(
      `
      $ kubectl create configmap hello -o yaml --dry-run=server --edit
      ...
      `,
    );
    await play(
      `
      $ kubectl edit deployment hello --output-patch
      Patch: {"metadata":{"labels":{**"seen":"editor"}}}
      deployment.apps/hello edited
      `,
      at('editors/note.sh'),
    );
    await play(`
      $ kubectl delete deployment hello
      deployment.apps "hello" deleted**
      `);
  });

  it('writes what it knows of the cluster into a folder', async () => {
    await play(`
      $ kubectl cluster-info dump --output-directory=~/dump
      Cluster info dumped to **
      `);
    const nodes = JSON.parse(readFileSync(at('dump/nodes.json'), 'utf8')) as { items: unknown[] };
    expect(nodes.items).toHaveLength(3);
    expect(existsSync(at('dump/default/pods.json'))).toBe(true);
  });

  it('keeps its own settings', async () => {
    await play(`
      $ kubectl config set-cluster other --server=https://192.0.2.1
      Cluster "other" set.
      $ kubectl config set-context there --cluster=other --user=admin
      Context "there" created.
      $ kubectl config use-context there
      Switched to context "there".
      $ kubectl config rename-context there elsewhere
      Context "there" renamed to "elsewhere".
      $ kubectl config get-contexts -o name
      elsewhere
      lotse
      $ kubectl config use-context lotse
      Switched to context "lotse".
      $ kubectl config delete-context elsewhere
      deleted context elsewhere from **
      $ kubectl config delete-cluster other
      deleted cluster other from **
      $ kubectl config get-clusters
      NAME
      lotse
      $ kubectl config get-users
      NAME
      admin
      $ kubectl config view -o jsonpath={.users[0].user}
      {"client-certificate-data":"**","client-key-data":"**"}
      `);
  });
});
