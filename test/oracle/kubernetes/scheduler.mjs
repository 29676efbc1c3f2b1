#!/usr/bin/env node
/**
 * Places random pods on random nodes, by this cluster's scheduler and by kube-scheduler, and compares where they go, why they wait, and
 * whom they push away.
 *
 *   node test/oracle/kubernetes/scheduler.mjs --scheduler FILE [--seed N] [--clusters N] [--pods N]
 *
 * FILE is kube-scheduler, built from the public Go module `k8s.io/kubernetes`. Both decide in a cluster of their own with the same nodes, which nobody
 * runs, and the same pods on them. Both choose by chance among nodes that they like as much; they are asked up
 * to twelve times, and a choice counts as different when they never make the same. Needs `npm run build:node`. Exits 1 when something is different.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { requester } from './requester.mjs';
import { randomCluster, randomPod, seeded } from './scheduler/random.mjs';

const { values } = parseArgs({
  options: {
    scheduler: { type: 'string' },
    seed: { type: 'string', default: '1' },
    clusters: { type: 'string', default: '20' },
    pods: { type: 'string', default: '15' },
  },
});
if (!values.scheduler || !existsSync(values.scheduler)) {
  console.log('skipped: name kube-scheduler with --scheduler');
  process.exit(0);
}
const TOKEN = 'token-of-an-administrator';
const DECIDED_WITHIN_MS = 20_000;
const VICTIMS_GO_WITHIN_MS = 1000;
const ASKED = 12;
const work = mkdtempSync(join(tmpdir(), 'lotse-scheduler-'));
const children = [];

const ours = { ...(await serve('ours')), schedulerName: 'default-scheduler' };
const theirs = { ...(await serve('theirs')), schedulerName: 'kube-scheduler' };
runKubeScheduler(theirs);

const counts = {
  same: 0,
  'placed by one only': 0,
  'another reason': 0,
  'another node': 0,
  'other victims': 0,
};
try {
  for (let index = 0; index < Number(values.clusters); index++) await oneCluster(Number(values.seed) + index);
} finally {
  for (const child of children) child.kill();
  rmSync(work, { recursive: true, force: true });
}
console.log(
  Object.entries(counts)
    .map(([what, count]) => `${what}: ${count}`)
    .join(', '),
);
process.exit(Object.values(counts).reduce((a, b) => a + b) === counts.same ? 0 : 1);

async function oneCluster(seed) {
  const chance = seeded(seed);
  const cluster = randomCluster(chance);
  await Promise.all([ours, theirs].map((side) => fill(side, cluster)));
  for (let index = 0; index < Number(values.pods); index++) {
    const pod = randomPod(chance, `probe-${index}`, cluster);
    const [mine, first] = await Promise.all([decide(ours, pod), decide(theirs, pod)]);
    const answers = [first];
    const nodes = new Set([mine.node]);
    while (mine.node && !nodes.has(answers.at(-1).node) && answers.length < ASKED) {
      nodes.add((await decide(ours, pod)).node);
      answers.push(await decide(theirs, pod));
    }
    if (nodes.has(answers.at(-1).node)) mine.node = answers.at(-1).node;
    const what = difference(mine, answers);
    counts[what]++;
    if (what !== 'same')
      console.log(
        JSON.stringify({
          seed,
          index,
          what,
          ours: mine,
          theirs: answers,
          pod: pod.spec,
          labels: pod.metadata.labels,
          priority: pod.spec.priority,
        }),
      );
    // Whoever was pushed away is gone on both sides only if they agree: the next cluster is a new one.
    if (mine.victims.length > 0 || answers[0].victims.length > 0) break;
  }
}

function difference(mine, answers) {
  const [first] = answers;
  if (Boolean(mine.node) !== Boolean(first.node)) return 'placed by one only';
  if (mine.victims.join() !== first.victims.join() || mine.nominated !== first.nominated)
    return 'other victims';
  if (!mine.node) return mine.message === first.message ? 'same' : 'another reason';
  return answers.some(({ node }) => node === mine.node) ? 'same' : 'another node';
}

/** Creates the pod, waits until the scheduler has said something, and takes it away again. */
async function decide({ ask, schedulerName }, pod) {
  const pods = '/api/v1/namespaces/default/pods';
  const wanted = { ...pod, spec: { ...pod.spec, schedulerName } };
  const { status, body } = await ask('POST', pods, wanted);
  if (status !== 201) throw new Error(`the pod is refused: ${JSON.stringify(body)}`);
  const end = Date.now() + DECIDED_WITHIN_MS;
  for (;;) {
    const { body: now } = await ask('GET', `${pods}/${pod.metadata.name}`);
    const condition = now.status?.conditions?.find(({ type }) => type === 'PodScheduled');
    if (now.spec.nodeName || condition?.status === 'False' || Date.now() > end) {
      // Room is made while the pod waits already.
      if (now.status.nominatedNodeName) await pause(VICTIMS_GO_WITHIN_MS);
      const all = await ask('GET', pods);
      const victims = all.body.items
        .filter(({ metadata, status: state }) => metadata.deletionTimestamp || state.reason === 'Preempted')
        .map(({ metadata }) => metadata.name)
        .sort();
      await ask('DELETE', `${pods}/${pod.metadata.name}?gracePeriodSeconds=0`);
      const { nodeName: node } = now.spec;
      const { nominatedNodeName: nominated } = now.status;
      return { node, nominated, victims, message: node ? undefined : condition?.message };
    }
    await pause(10);
  }
}

/** Empties a cluster and fills it again. */
async function fill({ ask, schedulerName }, { nodes, pods }) {
  await ask('DELETE', '/api/v1/namespaces/default/pods?gracePeriodSeconds=0');
  await ask('DELETE', '/api/v1/nodes');
  for (const { status, ...node } of nodes) {
    const { body, status: code } = await ask('POST', '/api/v1/nodes', node);
    if (code !== 201) throw new Error(`the node is refused: ${JSON.stringify(body)}`);
    const written = await ask('PUT', `/api/v1/nodes/${node.metadata.name}/status`, { ...body, status });
    if (written.status !== 200) throw new Error(`the status is refused: ${JSON.stringify(written.body)}`);
  }
  for (const [index, pod] of pods.entries()) {
    const wanted = { ...pod, spec: { ...pod.spec, schedulerName } };
    const { body, status } = await ask('POST', '/api/v1/namespaces/default/pods', wanted);
    if (status !== 201) throw new Error(`the pod is refused: ${JSON.stringify(body)}`);
    // Who has run for the shortest time is pushed away first.
    const startTime = new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString().replace('.000', '');
    const path = `/api/v1/namespaces/default/pods/${body.metadata.name}/status`;
    await ask('PUT', path, { ...body, status: { phase: 'Running', startTime } });
  }
  await pause(300);
}

async function serve(name) {
  const folder = join(work, name);
  mkdirSync(folder);
  const script = join(dirname(fileURLToPath(import.meta.url)), 'serve.mjs');
  const options = [
    '--nodes',
    '0',
    '--no-controllers',
    '--token',
    TOKEN,
    '--disable-admission',
    'ServiceAccount,TaintNodesByCondition,Priority',
  ];
  const child = spawn(process.execPath, [script, folder, ...options], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const line = await new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
  const { url, kubeconfig } = JSON.parse(line);
  return { ask: requester({ url, token: TOKEN }), kubeconfig };
}

function runKubeScheduler({ kubeconfig, schedulerName }) {
  const config = join(work, 'config.json');
  writeFileSync(
    config,
    JSON.stringify({
      apiVersion: 'kubescheduler.config.k8s.io/v1',
      kind: 'KubeSchedulerConfiguration',
      clientConnection: { kubeconfig, qps: 1000, burst: 1000 },
      leaderElection: { leaderElect: false },
      percentageOfNodesToScore: 100,
      profiles: [{ schedulerName }],
    }),
  );
  const log = openSync(join(work, 'kube-scheduler.log'), 'w');
  const own = ['--secure-port=18406', `--cert-dir=${join(work, 'certificates')}`];
  // With it a pod that looks like the one before goes to the same node without being looked at.
  const unbiased = '--feature-gates=OpportunisticBatching=false';
  const access = [`--authentication-kubeconfig=${kubeconfig}`, `--authorization-kubeconfig=${kubeconfig}`];
  children.push(
    spawn(values.scheduler, [`--config=${config}`, ...own, ...access, unbiased], {
      stdio: ['ignore', log, log],
    }),
  );
}
