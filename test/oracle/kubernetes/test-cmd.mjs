#!/usr/bin/env node
/**
 * Runs the command-line tests that Kubernetes keeps for its own API server (`test/cmd`) against this cluster.
 *
 *   node test/oracle/kubernetes/test-cmd.mjs --source FOLDER --kubectl FILE [--kubectl-convert FILE] [--logs FOLDER] [GROUP...]
 *
 * FOLDER holds the sources of Kubernetes 1.36 (the public Go module `k8s.io/kubernetes` will do), FILE is a kubectl of
 * the same version. A group is a function of those scripts without `run_` and `_tests`: `pod`, `kubectl_apply`; default: all of
 * them. Each has a fresh cluster without kubelets, as upstream runs them. Prints a line for each and the total; the output of
 * what failed is in the folder of the logs. Exits 1 when a group fails.
 *
 * Needs `npm run build:node` first, and bash, curl, jq and openssl.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    source: { type: 'string' },
    kubectl: { type: 'string' },
    'kubectl-convert': { type: 'string' },
    logs: { type: 'string' },
  },
});
if (!values.source || !values.kubectl || !existsSync(values.source) || !existsSync(values.kubectl)) {
  console.log('skipped: name the sources of Kubernetes with --source and its kubectl with --kubectl');
  process.exit(0);
}

/** What the scripts write lies beside them, so they get a folder of their own. */
const COPIED = ['hack', 'test', 'third_party'];
const TOKEN = 'admin-token';
/** How upstream starts its API server for these scripts (hack/make-rules/test-cmd.sh). */
const AS_UPSTREAM = [
  '--allow-all',
  '--disable-admission',
  'ServiceAccount,DefaultStorageClass,DefaultTolerationSeconds,StorageObjectInUseProtection',
];
/** What upstream's groups find because they come late in a long run: here each has a cluster of its own. */
const AFTER_A_WHILE = {
  run_nodes_tests: 'kubectl wait --for=condition=Ready=Unknown node/127.0.0.1 --timeout=120s',
};
/** The longest group takes two minutes with a real API server. */
const GROUP_TIMEOUT_MS = 400_000;

const here = dirname(fileURLToPath(import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'lotse-test-cmd-'));
const logs = resolve(values.logs ?? join(work, 'logs'));
mkdirSync(logs, { recursive: true });
const root = join(work, 'kubernetes');
prepareSources();

const script = readFileSync(join(root, 'test/cmd/legacy-script.sh'), 'utf8');
const all = [
  ...new Set([...script.matchAll(/^ *record_command (run_\w+)/gm)].flatMap(([, name]) => name ?? [])),
];
const asked =
  positionals.length > 0
    ? positionals.map((name) => all.find((known) => known === `run_${name}_tests`) ?? `run_${name}`)
    : all;

let passed = 0;
for (const name of asked) {
  const started = Date.now();
  const ok = await runGroup(name);
  if (ok) passed += 1;
  console.log(`${ok ? 'pass' : 'FAIL'}  ${name}  ${Math.round((Date.now() - started) / 1000)} s`);
}
console.log(`${passed} of ${asked.length} groups pass; logs in ${logs}`);
process.exit(passed === asked.length ? 0 : 1);

function prepareSources() {
  mkdirSync(join(root, '_output/bin'), { recursive: true });
  for (const name of readdirSync(values.source)) {
    const from = resolve(values.source, name);
    if (COPIED.includes(name)) cpSync(from, join(root, name), { recursive: true });
    else symlinkSync(from, join(root, name));
  }
  spawnSync('chmod', ['-R', 'u+w', root]);
  // Modules of Go don't keep which files may be executed.
  spawnSync('find', [join(root, 'test/fixtures'), '-name', 'kubectl-*', '-exec', 'chmod', 'a+x', '{}', '+']);
  const bin = join(root, '_output/bin');
  cpSync(resolve(values.kubectl), join(bin, 'kubectl'));
  chmodSync(join(bin, 'kubectl'), 0o755);
  if (values['kubectl-convert']) cpSync(resolve(values['kubectl-convert']), join(bin, 'kubectl-convert'));
}

/** Upstream's preparation without its etcd, API server and controller manager, then one function of its scripts. */
function groupScript(name, port, folder) {
  return `
set -o errexit -o nounset -o pipefail
cd '${root}'
export SECURE_API_PORT=${port} ALLOW_SKEW=true KUBE_JUNIT_REPORT_DIR='${work}/junit' TMPDIR='${folder}'
KUBE_ROOT='${root}'
source hack/lib/init.sh
source hack/lib/test.sh
source test/cmd/legacy-script.sh
kube::util::ensure-temp-dir
export HOME="\${KUBE_TEMP}"
export SED=sed
# The report writer pipes what it runs, and would wait for what a failed group leaves in the background.
juLog() { while [[ "$1" == -* ]]; do shift; done; ( set -o errexit -o nounset -o pipefail; "$@" ); }
CONTEXT=test
kubectl config set-credentials test-admin --token ${TOKEN}
kubectl config set-cluster local --insecure-skip-tls-verify --server "https://127.0.0.1:${port}"
kubectl config set-context test --user test-admin --cluster local
kubectl config use-context test
# Groups use the namespace that the group before them made.
create_and_use_new_namespace
kubectl create -f - <<__EOF__
{"kind":"Node","apiVersion":"v1","metadata":{"name":"127.0.0.1","annotations":{"save-managers":"true"}},"status":{"capacity":{"memory":"1Gi"}}}
__EOF__
# Upstream's API server comes without a storage class.
kubectl delete storageclass --all
${AFTER_A_WHILE[name] ?? ''}
export SUPPORTED_RESOURCES=("*")
WHAT='${name.replace(/^run_/, '').replace(/_tests$/, '')}'
${name.endsWith('_tests') ? '' : `${name}_tests() { ${name}; }`}
runTests
`;
}

async function runGroup(name) {
  const folder = mkdtempSync(join(work, 'cluster-'));
  const server = spawn(
    process.execPath,
    [
      join(here, 'serve.mjs'),
      folder,
      '--nodes',
      '0',
      '--token',
      TOKEN,
      '--service-cidr',
      '10.0.0.0/24',
      ...AS_UPSTREAM,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const [line] = await new Promise((done) =>
    createInterface(server.stdout).once('line', (text) => done([text])),
  );
  const port = new URL(JSON.parse(line).url).port;
  const log = join(logs, `${name}.log`);
  const file = join(folder, 'group.sh');
  writeFileSync(file, groupScript(name, port, folder));
  const output = openSync(log, 'w');
  const result = spawnSync('bash', [file], {
    timeout: GROUP_TIMEOUT_MS,
    killSignal: 'SIGKILL',
    detached: true,
    // A file and not a pipe: what a group leaves running in the background would keep a pipe open.
    stdio: ['ignore', output, output],
    env: { ...process.env, LANG: 'C' },
  });
  closeSync(output);
  killGroup(result.pid);
  server.stdin.end();
  await new Promise((done) => server.once('exit', done));
  return result.status === 0;
}

function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing was left behind.
  }
}
