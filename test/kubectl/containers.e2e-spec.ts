import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findKubectls, hasKubectl } from './find-kubectl.js';
import { startCluster, type ServedCluster } from './served-cluster.js';
import { kubectl, transcript } from './transcript.js';

const PI = `
apiVersion: batch/v1
kind: Job
metadata: {name: pi}
spec:
  backoffLimit: 4
  template:
    spec:
      restartPolicy: Never
      containers: [{name: pi, image: "perl:5.34.0", command: [perl, "-Mbignum=bpi", "-wle", "print bpi(2000)"]}]
`;

const INGRESS = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules:
  - host: web.example.com
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
`;

describe.runIf(hasKubectl())('kubectl and programs in containers', () => {
  let served: ServedCluster;
  beforeAll(async () => {
    served = await startCluster();
    await play(`
      $ kubectl run box --image=busybox -- sleep 100000
      pod/box created
      $ kubectl run web --image=nginx --port=80 --expose
      service/web created
      pod/web created
      $ kubectl wait --for=condition=Ready pod/box pod/web --timeout=90s
      pod/box condition met
      pod/web condition met
    `);
  });
  afterAll(() => served.stop());

  const play = (text: string, inputs: Readonly<Record<string, string>> = {}) =>
    transcript(served, text, inputs);

  it('works out pi in a job', async () => {
    await play(
      `
      $ kubectl apply -f - <<< pi
      job.batch/pi created
      $ kubectl wait --for=condition=Complete job/pi --timeout=90s
      job.batch/pi condition met
      `,
      { pi: PI },
    );
    const { stdout } = await kubectl(served, ['logs', 'job/pi']);
    expect(stdout).toMatch(/^3\.14159265358979323846\d+904780275901\n$/);
    expect(stdout).toHaveLength(2002);
  });

  it('asks the DNS of the cluster at the address of its service', async () => {
    const { stdout: address } = await kubectl(
      served,
      'get service kube-dns -n kube-system -o jsonpath={.spec.clusterIP}'.split(' '),
    );
    const found = await kubectl(served, ['exec', 'box', '--', 'nslookup', 'kubernetes.default']);
    expect(found.stdout).toContain(`Server:\t\t${address}\n`);
    const settings = await kubectl(served, ['exec', 'box', '--', 'cat', '/etc/resolv.conf']);
    expect(settings.stdout).toContain(`nameserver ${address}\n`);
  });

  it('finds an ingress behind its address', async () => {
    await play(
      `
      $ kubectl apply -f - <<< ingress
      ingress.networking.k8s.io/web created
      $ kubectl wait --for=jsonpath={.status.loadBalancer.ingress} ingress/web --timeout=90s
      ingress.networking.k8s.io/web condition met
      `,
      { ingress: INGRESS },
    );
    const { stdout: address } = await kubectl(
      served,
      'get ingress web -o jsonpath={.status.loadBalancer.ingress[0].ip}'.split(' '),
    );
    const page = await kubectl(served, [
      'exec',
      'box',
      '--',
      'wget',
      '-qO-',
      '--header',
      'Host: web.example.com',
      `http://${address}/`,
    ]);
    expect(page.stdout).toContain('Welcome to nginx');
  });

  it('looks at a node from a pod on it', async () => {
    const { stdout, stderr, code } = await kubectl(
      served,
      'debug node/node-1 --image=busybox -- sleep 1000'.split(' '),
    );
    expect(code, stderr).toBe(0);
    const pod = /debugging pod (node-debugger-node-1-\w+) with container debugger on node node-1/.exec(
      stdout + stderr,
    )?.[1];
    await kubectl(served, ['wait', '--for=condition=Ready', `pod/${pod}`, '--timeout=90s']);
    const seen = await kubectl(served, ['exec', pod ?? '', '--', 'sh', '-c', 'hostname; ls -d /host/etc']);
    expect(seen.stdout).toBe('node-1\n/host/etc\n');
    await kubectl(served, ['delete', 'pod', pod ?? '', '--now']);
  });

  it('denies a certificate', async () => {
    const key = join(served.folder, 'eve.key');
    const made = ['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-subj', '/CN=eve'];
    const { stdout } = await promisify(execFile)('openssl', made);
    const request = Buffer.from(stdout).toString('base64');
    await play(
      `
      $ kubectl create -f - <<< csr
      certificatesigningrequest.certificates.k8s.io/eve created
      $ kubectl certificate deny eve
      certificatesigningrequest.certificates.k8s.io/eve denied
      $ kubectl get csr eve
      NAME AGE SIGNERNAME REQUESTOR REQUESTEDDURATION CONDITION
      eve * kubernetes.io/kube-apiserver-client * <none> Denied
      $ kubectl certificate approve eve
      error: certificate signing request "eve" is already Denied
      $ kubectl get csr eve -o jsonpath={.status.certificate}
      `,
      {
        csr: `{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"eve"},"spec":{"request":"${request}","signerName":"kubernetes.io/kube-apiserver-client","usages":["client auth"]}}`,
      },
    );
  });

  it('lists resources with what may be done with them', async () => {
    await play(`
      $ kubectl api-resources --api-group=batch -o wide
      NAME SHORTNAMES APIVERSION NAMESPACED KIND VERBS CATEGORIES
      cronjobs cj batch/v1 true CronJob create,delete,deletecollection,get,list,patch,update,watch all
      jobs batch/v1 true Job create,delete,deletecollection,get,list,patch,update,watch all
    `);
  });

  it.for(findKubectls())('copies folders with links in them ($version)', async ({ version, file }) => {
    const folder = join(served.folder, `links-${version}`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'a file'), 'content\n', { mode: 0o755 });
    symlinkSync('a file', join(folder, 'link'));
    symlinkSync('/etc/passwd', join(folder, 'absolute'));
    const there = await kubectl(served, ['cp', folder, `box:/tmp/links-${version}`], { kubectl: file });
    expect(there.code, there.stderr).toBe(0);
    const script = `cd /tmp/links-${version}; readlink link; readlink absolute; stat -c %a "a file"`;
    const seen = await kubectl(served, ['exec', 'box', '--', 'sh', '-c', script], { kubectl: file });
    expect(seen.stdout).toBe('a file\n/etc/passwd\n755\n');
    const back = join(served.folder, `back-${version}`);
    const here = await kubectl(served, ['cp', `box:/tmp/links-${version}`, back], { kubectl: file });
    expect(here.code, here.stderr).toBe(0);
    expect(here.stdout + here.stderr).toContain('skipping symlink');
    expect(readFileSync(join(back, 'a file'), 'utf8')).toBe('content\n');
    const missing = await kubectl(served, ['cp', 'box:/nope', back], { kubectl: file });
    expect(missing.code).not.toBe(0);
    expect(missing.stdout + missing.stderr).toContain('No such file or directory');
  });
});
