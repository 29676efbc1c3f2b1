import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasKubectl } from './find-kubectl.js';
import { startCluster, type ServedCluster } from './served-cluster.js';
import { kubectl, transcript } from './transcript.js';

const WIDGETS = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget, shortNames: [wd]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources:
      status: {}
      scale: {specReplicasPath: .spec.size.count, statusReplicasPath: .status.count}
    additionalPrinterColumns:
    - {name: Colour, type: string, jsonPath: .spec.colour}
    - {name: Count, type: integer, jsonPath: .spec.size.count}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [colour]
            properties:
              colour: {type: string, enum: [red, blue]}
              size: {type: object, properties: {count: {type: integer}}}
          status: {type: object, properties: {count: {type: integer}}}
`;
const WIDGET =
  '{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"w"},"spec":{"colour":"red","size":{"count":1}}}';

describe.runIf(hasKubectl())('a tour with kubectl', () => {
  let served: ServedCluster;
  beforeAll(async () => {
    served = await startCluster();
  });
  afterAll(() => served.stop());

  const play = (text: string, inputs: Record<string, string> = {}) => transcript(served, text, inputs);

  it('creates by every generator', async () => {
    await play(`
      $ kubectl create configmap settings --from-literal=a=b
      configmap/settings created
      $ kubectl create secret generic hidden --from-literal=x=y
      secret/hidden created
      $ kubectl create serviceaccount robot
      serviceaccount/robot created
      $ kubectl create job once --image=busybox -- echo hi
      job.batch/once created
      $ kubectl create cronjob often --image=busybox --schedule='*/5 * * * *' -- date
      cronjob.batch/often created
      $ kubectl create job manual --from=cronjob/often
      job.batch/manual created
      $ kubectl create service clusterip inside --tcp=80:8080
      service/inside created
      $ kubectl create service nodeport outside --tcp=80
      service/outside created
      $ kubectl create ingress front --rule='shop.example.com/*=inside:80'
      ingress.networking.k8s.io/front created
      $ kubectl create quota limit --hard=configmaps=10
      resourcequota/limit created
      $ kubectl create poddisruptionbudget keep --selector=app=x --min-available=1
      poddisruptionbudget.policy/keep created
      $ kubectl create priorityclass urgent --value=10
      priorityclass.scheduling.k8s.io/urgent created
      $ kubectl create role reader --verb=get --resource=pods
      role.rbac.authorization.k8s.io/reader created
      $ kubectl create clusterrolebinding all-readers --clusterrole=view --serviceaccount=default:robot
      clusterrolebinding.rbac.authorization.k8s.io/all-readers created
      $ kubectl wait --for=condition=Complete job/once job/manual --timeout=90s
      job.batch/once condition met
      job.batch/manual condition met
      $ kubectl get cronjob,job,ingress,pdb,secret
      NAME SCHEDULE TIMEZONE SUSPEND ACTIVE LAST SCHEDULE AGE
      cronjob.batch/often */5 * * * * <none> False * ** *
      NAME STATUS COMPLETIONS DURATION AGE
      job.batch/manual Complete 1/1 * *
      job.batch/once Complete 1/1 * *
      NAME CLASS HOSTS ADDRESS PORTS AGE
      ingress.networking.k8s.io/front <none> shop.example.com 172.19.255.254 80 *
      NAME MIN AVAILABLE MAX UNAVAILABLE ALLOWED DISRUPTIONS AGE
      poddisruptionbudget.policy/keep 1 N/A 0 *
      NAME TYPE DATA AGE
      secret/hidden Opaque 1 *
      `);
  });

  it('changes a deployment in every way there is', async () => {
    await play(
      `
      $ kubectl create deployment d --image=nginx
      deployment.apps/d created
      $ kubectl set env deployment/d A=B
      deployment.apps/d env updated
      $ kubectl set resources deployment d --limits=cpu=200m
      deployment.apps/d resource requirements updated
      $ kubectl set serviceaccount deployment d robot
      deployment.apps/d serviceaccount updated
      $ kubectl patch deployment d -p '{"spec":{"template":{"spec":{"containers":[{"name":"nginx","env":[{"name":"C","value":"D"}]}]}}}}'
      deployment.apps/d patched
      $ kubectl get deployment d -o jsonpath={.spec.template.spec.containers[0].env[*].name}
      C A
      $ kubectl annotate deployment d note=x
      deployment.apps/d annotated
      $ kubectl autoscale deployment d --min=1 --max=3 --cpu-percent=80
      horizontalpodautoscaler.autoscaling/d autoscaled
      $ kubectl get horizontalpodautoscalers.v1.autoscaling d -o jsonpath={.spec.targetCPUUtilizationPercentage}
      80
      $ kubectl rollout pause deployment d
      deployment.apps/d paused
      $ kubectl rollout resume deployment d
      deployment.apps/d resumed
      $ kubectl rollout status deployment d --timeout=90s
      ...
      deployment "d" successfully rolled out
      $ kubectl top pods -l app=d
      NAME CPU(cores) MEMORY(bytes)
      d-* *m *Mi
      ...
      $ kubectl delete hpa,deployment d
      horizontalpodautoscaler.autoscaling "d" deleted**
      deployment.apps "d" deleted**
      `,
    );
  });

  it('serves custom resources like its own', async () => {
    await play(
      `
      $ kubectl apply -f - <<< widgets
      customresourcedefinition.apiextensions.k8s.io/widgets.example.com created
      $ kubectl wait --for=condition=Established crd/widgets.example.com --timeout=90s
      customresourcedefinition.apiextensions.k8s.io/widgets.example.com condition met
      $ kubectl apply -f - <<< widget
      widget.example.com/w created
      $ kubectl get wd
      NAME COLOUR COUNT
      w red 1
      $ kubectl scale widget w --replicas=3
      widget.example.com/w scaled
      $ kubectl get widget w -o jsonpath={.spec.size.count}
      3
      $ kubectl patch widget w --type=merge -p '{"spec":{"colour":"green"}}'
      The Widget "w" is invalid: spec.colour: Unsupported value: "green": supported values: "red", "blue"
      $ kubectl explain widget.spec
      GROUP: example.com
      KIND: Widget
      VERSION: v1
      ...
      colour <string> -required-
      ...
      $ kubectl delete crd widgets.example.com
      customresourcedefinition.apiextensions.k8s.io "widgets.example.com" deleted**
      $ kubectl get widgets
      Error from server (NotFound): Unable to list "example.com/v1, Resource=widgets": the server could not find the requested resource (get widgets.example.com)
      `,
      { widgets: WIDGETS, widget: WIDGET },
    );
  });

  it('certifies a user who asks for it, and lets them in by that certificate', async () => {
    const at = (name: string) => join(served.folder, name);
    const request = [
      'req',
      '-new',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      at('joe.key'),
      '-out',
      at('joe.csr'),
    ];
    await promisify(execFile)('openssl', [...request, '-subj', '/CN=joe/O=developers']);
    const { stdout } = await promisify(execFile)('base64', ['-w0', at('joe.csr')]);
    await play(
      `
      $ kubectl apply -f - <<< csr
      certificatesigningrequest.certificates.k8s.io/joe created
      $ kubectl get csr
      NAME AGE SIGNERNAME REQUESTOR REQUESTEDDURATION CONDITION
      joe * kubernetes.io/kube-apiserver-client admin <none> Pending
      $ kubectl certificate approve joe
      certificatesigningrequest.certificates.k8s.io/joe approved
      $ kubectl wait --for=jsonpath={.status.certificate} csr/joe --timeout=90s
      certificatesigningrequest.certificates.k8s.io/joe condition met
      `,
      {
        csr: `{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"joe"},"spec":{"request":"${stdout}","signerName":"kubernetes.io/kube-apiserver-client","usages":["client auth"]}}`,
      },
    );
    const issued = await kubectl(served, ['get', 'csr', 'joe', '-o', 'jsonpath={.status.certificate}']);
    writeFileSync(at('joe.crt'), Buffer.from(issued.stdout, 'base64'));
    const config = (...args: string[]) => kubectl(served, ['config', ...args]);
    await config(
      'set-credentials',
      'joe',
      `--client-certificate=${at('joe.crt')}`,
      `--client-key=${at('joe.key')}`,
    );
    await play(`
      $ kubectl --user joe auth whoami
      ATTRIBUTE VALUE
      Username joe
      Groups [developers system:authenticated]
      `);
  });

  it('takes the token of a service account for that account', async () => {
    const { stdout: token } = await kubectl(served, ['create', 'token', 'robot', '--duration=10m']);
    await kubectl(served, ['config', 'set-credentials', 'robot', `--token=${token.trim()}`]);
    await play(`
      $ kubectl --user robot auth can-i list pods
      yes
      $ kubectl --user robot auth can-i create pods
      no
      $ kubectl create token robot --duration=1m
      error: failed to create token: TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes
      `);
    await kubectl(served, ['delete', 'serviceaccount', 'robot']);
    const gone = await kubectl(served, ['--user', 'robot', 'get', 'pods']);
    expect(gone.stderr).toContain('Unauthorized');
  });

  it('edits with an editor and shows what an apply would change', async () => {
    await play(
      `
      $ kubectl apply -f - <<< one
      configmap/edited created
      $ kubectl diff -f - <<< two
      ...
      - colour: blue
      + colour: red
      ...
      $ kubectl replace -f - <<< two
      configmap/edited replaced
      $ kubectl get configmap edited -o jsonpath={.data.colour}
      red
      $ kubectl delete -f - <<< two
      configmap "edited" deleted**
      `,
      {
        one: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"edited"},"data":{"colour":"blue"}}',
        two: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"edited"},"data":{"colour":"red"}}',
      },
    );
  });

  it('reaches services and pods through the API', async () => {
    await play(`
      $ kubectl run site --image=nginx --port=80 --expose
      service/site created
      pod/site created
      $ kubectl wait --for=condition=Ready pod/site --timeout=90s
      pod/site condition met
      `);
    const raw = async (path: string) => (await kubectl(served, ['get', '--raw', path])).stdout;
    for (const path of ['services/site:80/proxy/', 'pods/site/proxy/'])
      await expect.poll(() => raw(`/api/v1/namespaces/default/${path}`)).toContain('<html');
  });
});
