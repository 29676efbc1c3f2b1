#!/usr/bin/env node
/**
 * Judges random pods by the Pod Security Standards here and with Kubernetes' own code, and compares the findings word for word.
 *
 *   node test/oracle/pod-security/compare.mjs REFEREE [SEED] [COUNT]
 *
 * REFEREE is main.go of this folder, built in a Go module that requires k8s.io/pod-security-admission. Needs `npm run build:node`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  describeViolations,
  violationsOf,
} from '../../../libs/engine/dist/admission/pod-security/evaluate.js';
import { SeededRandom } from '../../../libs/engine/dist/random.js';

const [referee, seed = '1', count = '5000'] = process.argv.slice(2);
if (!referee || !existsSync(referee)) {
  console.log('skipped: name the referee, built from main.go of this folder');
  process.exit(0);
}
const random = new SeededRandom(seed);
const chance = (part) => random.next() < part;
const pick = (list) => list[Math.floor(random.next() * list.length)];
const some = (list, part) => list.filter(() => chance(part));
const maybe = (part, make) => (chance(part) ? make() : undefined);

const profile = () => maybe(0.25, () => ({ type: pick(['RuntimeDefault', 'Localhost', 'Unconfined']) }));
const context = () => ({
  runAsNonRoot: maybe(0.4, () => chance(0.6)),
  runAsUser: maybe(0.3, () => pick([0, 1000])),
  seccompProfile: profile(),
  appArmorProfile: profile(),
  seLinuxOptions: maybe(0.2, () => ({
    type: maybe(0.7, () => pick(['container_t', 'container_engine_t', 'spc_t'])),
    user: maybe(0.2, () => 'u'),
    role: maybe(0.2, () => 'r'),
  })),
  windowsOptions: maybe(0.1, () => ({ hostProcess: chance(0.7) })),
});
const handler = () =>
  maybe(0.2, () =>
    chance(0.5)
      ? { httpGet: { port: 80, host: pick(['', 'a.example', '10.0.0.1']) } }
      : { tcpSocket: { port: 80, host: pick(['', 'b.example']) } },
  );
const container = (name) => ({
  name,
  image: 'i',
  ports: maybe(0.4, () => [
    { containerPort: 80, hostPort: pick([0, 80, 443, 8080]) },
    { containerPort: 81, hostPort: pick([0, 9]) },
  ]),
  livenessProbe: handler(),
  startupProbe: handler(),
  lifecycle: maybe(0.2, () => ({ preStop: handler(), postStart: handler() })),
  securityContext: maybe(0.8, () => ({
    ...context(),
    privileged: maybe(0.2, () => chance(0.5)),
    allowPrivilegeEscalation: maybe(0.7, () => chance(0.3)),
    procMount: maybe(0.2, () => pick(['Default', 'Unmasked'])),
    capabilities: maybe(0.6, () => ({
      add: some(['NET_BIND_SERVICE', 'NET_RAW', 'SYS_ADMIN', 'CHOWN'], 0.3),
      drop: some(['ALL', 'KILL'], 0.6),
    })),
  })),
});
const SOURCES = {
  configMap: { name: 'c' },
  secret: { secretName: 's' },
  emptyDir: {},
  hostPath: { path: '/' },
  nfs: { server: 's', path: '/' },
  csi: { driver: 'd' },
  gcePersistentDisk: { pdName: 'p' },
  image: { reference: 'r' },
};
const volumes = () =>
  Array.from({ length: Math.floor(random.next() * 4) }, (_, index) => {
    const source = pick(Object.keys(SOURCES));
    return { name: `v${index}`, [source]: SOURCES[source] };
  });
const pod = () => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'p',
    annotations: Object.fromEntries([
      ...some(['pod', 'other'], 0.2).map((key) => [
        `seccomp.security.alpha.kubernetes.io/${key}`,
        pick(['unconfined', 'docker/default', 'localhost/x']),
      ]),
      ...some(['a', 'b'], 0.2).map((key) => [
        `container.seccomp.security.alpha.kubernetes.io/${key}`,
        pick(['', 'unconfined', 'runtime/default']),
      ]),
      ...some(['a', 'b'], 0.2).map((key) => [
        `container.apparmor.security.beta.kubernetes.io/${key}`,
        pick(['', 'unconfined', 'runtime/default', 'localhost/x']),
      ]),
    ]),
  },
  spec: {
    hostNetwork: chance(0.1) || undefined,
    hostPID: chance(0.1) || undefined,
    hostIPC: chance(0.1) || undefined,
    hostUsers: maybe(0.2, () => chance(0.3)),
    os: maybe(0.1, () => ({ name: pick(['windows', 'linux']) })),
    securityContext: maybe(0.6, () => ({
      ...context(),
      sysctls: maybe(0.3, () =>
        some(
          ['kernel.shm_rmid_forced', 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_fin_timeout', 'kernel.msgmax'],
          0.4,
        ).map((name) => ({ name, value: '1' })),
      ),
    })),
    volumes: volumes(),
    initContainers: some(['b'], 0.4).map(container),
    containers: ['a', ...some(['c', 'd'], 0.3)].map(container),
  },
});

const VERSIONS = [
  'latest',
  ...[0, 5, 8, 18, 19, 22, 23, 25, 27, 29, 31, 32, 34, 35, 36].map((minor) => `v1.${minor}`),
];
const questions = Array.from({ length: Number(count) }, () => ({
  level: pick(['baseline', 'restricted']),
  version: pick(VERSIONS),
  pod: JSON.parse(JSON.stringify(pod())),
}));
const { stdout } = spawnSync(referee, {
  input: questions.map((question) => JSON.stringify(question)).join('\n'),
  encoding: 'utf8',
  maxBuffer: 1 << 30,
});
const answers = stdout
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));
let different = 0;
for (const [index, { level, version, pod: asked }] of questions.entries()) {
  const minor = version === 'latest' ? Infinity : Number(version.slice(3));
  const own = describeViolations(violationsOf(asked, { level, minor }));
  if (own === answers[index]) continue;
  different += 1;
  if (different <= 3)
    console.log(JSON.stringify({ level, version, asked }), '\n ours  ', own, '\n theirs', answers[index]);
}
console.log(`${questions.length - different} of ${questions.length} the same, seed ${seed}`);
process.exit(different === 0 ? 0 : 1);
