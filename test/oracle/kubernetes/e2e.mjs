#!/usr/bin/env node
/**
 * Runs the conformance tests of Kubernetes (`e2e.test`) against this cluster, each in its own process.
 *
 *   node test/oracle/kubernetes/e2e.mjs --e2e FILE [--focus REGEX] [--tests FILE] [--parallel N] [--timeout S] [--logs FOLDER]
 *
 * FILE is built from the public Go module `k8s.io/kubernetes` by `go test -c k8s.io/kubernetes/test/e2e`. Only tests marked
 * `[Conformance]` are run, of those the ones that match REGEX, or the ones listed in a file, a line each. Tests share one cluster of
 * three nodes unless they are marked `[Serial]`, which get one of their own. Prints a line for each and a table by group; the folder of the
 * logs holds `passed.txt`, `failed.txt` and the output of each failure. A test that takes longer than the timeout (default 120 s) fails.
 *
 * Needs `npm run build:node` first. Exits 1 when a test fails.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    e2e: { type: 'string' },
    focus: { type: 'string', default: '' },
    tests: { type: 'string' },
    parallel: { type: 'string', default: '2' },
    timeout: { type: 'string', default: '120' },
    logs: { type: 'string' },
  },
});
if (!values.e2e || !existsSync(values.e2e)) {
  console.log('skipped: name the e2e.test of Kubernetes with --e2e');
  process.exit(0);
}
const binary = resolve(values.e2e);
const here = dirname(fileURLToPath(import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'lotse-e2e-'));
const logs = resolve(values.logs ?? join(work, 'logs'));
mkdirSync(logs, { recursive: true });

const tests = askedTests();
const shared = await startServer();
const passed = [];
const failed = [];
const waiting = [...tests];
const started = Date.now();
await Promise.all(Array.from({ length: Number(values.parallel) }, takeTests));
shared.stop();
writeFileSync(join(logs, 'passed.txt'), [...passed].sort().join('\n') + '\n');
writeFileSync(join(logs, 'failed.txt'), [...failed].sort().join('\n') + '\n');
printTable();
rmSync(work, { recursive: true, force: true });
process.exit(failed.length === 0 ? 0 : 1);

/** Names of the tests, as `[sig-apps] Deployment should … [Conformance]`. */
function askedTests() {
  const listed = spawnSync(binary, ['--list-tests'], { encoding: 'utf8', maxBuffer: 1 << 27 });
  const known = listed.stdout
    .split('\n')
    .filter((line) => line.includes('[Conformance]'))
    .map((line) => line.trim().replace(/^\S*\.go:\d+: /, ''));
  const wanted = values.tests && new Set(readFileSync(values.tests, 'utf8').split('\n'));
  const focus = new RegExp(values.focus);
  return known.filter((name) => focus.test(name) && (!wanted || wanted.has(name)));
}

async function startServer() {
  const folder = mkdtempSync(join(work, 'cluster-'));
  const child = spawn(process.execPath, [join(here, 'serve.mjs'), folder, '--nodes', '3'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const line = await new Promise((done) => createInterface(child.stdout).once('line', done));
  return { kubeconfig: JSON.parse(line).kubeconfig, stop: () => child.stdin.end() };
}

async function takeTests() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const own = name.includes('[Serial]') ? await startServer() : undefined;
    const began = Date.now();
    const ok = await runTest(name, (own ?? shared).kubeconfig);
    own?.stop();
    (ok ? passed : failed).push(name);
    console.log(
      `${ok ? 'pass' : 'FAIL'}  ${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s  ${name}`,
    );
  }
}

async function runTest(name, kubeconfig) {
  const focus = `${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+')}$`;
  const child = spawn(
    binary,
    [
      `--kubeconfig=${kubeconfig}`,
      '--provider=skeleton',
      `--ginkgo.focus=${focus}`,
      '--ginkgo.no-color',
      '--ginkgo.v',
      '--allowed-not-ready-nodes=-1',
      '--dump-logs-on-failure=false',
      '--node-os-distro=linux',
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const output = [];
  child.stdout.on('data', (piece) => output.push(piece));
  child.stderr.on('data', (piece) => output.push(piece));
  const timer = setTimeout(() => child.kill('SIGKILL'), Number(values.timeout) * 1000);
  const code = await new Promise((done) => child.once('close', done));
  clearTimeout(timer);
  const text = Buffer.concat(output).toString();
  // A focus that matches nothing would end well, too.
  const ok = code === 0 && /Ran 1 of \d+ Specs/.test(text);
  if (!ok) {
    const file = `${name.replace(/[^a-zA-Z0-9]+/g, '-').slice(0, 80)}-${createHash('sha256').update(name).digest('hex').slice(0, 6)}.log`;
    writeFileSync(
      join(logs, file),
      `${name}\n${code === null ? `killed after ${values.timeout} s\n` : ''}${text}`,
    );
  }
  return ok;
}

function printTable() {
  const groups = new Map();
  for (const name of tests) {
    const group = /\[sig-[\w-]+\]/.exec(name)?.[0] ?? 'other';
    const row = groups.get(group) ?? { passed: 0, total: 0 };
    row.total += 1;
    if (passed.includes(name)) row.passed += 1;
    groups.set(group, row);
  }
  for (const [group, row] of [...groups].sort())
    console.log(`${group.padEnd(24)} ${row.passed}/${row.total}`);
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`${passed.length} of ${tests.length} pass in ${seconds} s; logs in ${logs}`);
}
