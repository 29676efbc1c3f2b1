#!/usr/bin/env node
/**
 * Plays scenarios against this cluster's controllers and Kubernetes' own kube-controller-manager, and compares the objects that are there then:
 * statuses, conditions, owners, labels, annotations and events.
 *
 *   node test/oracle/kubernetes/controllers.mjs --apiserver FILE --etcd FILE --manager FILE [--only REGEX] [--at-once N]
 *
 * The binaries are built from the public Go modules `k8s.io/kubernetes/cmd/kube-apiserver`, `k8s.io/kubernetes/cmd/kube-controller-manager`
 * and `go.etcd.io/etcd/server/v3`. Neither side has a scheduler or kubelets: a scenario (`controllers/*.mjs`) writes what those would. Prints
 * every difference and a count for each file. Needs `npm run build:node` first. Exits 1 when something differs.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { startControllerManager } from './controller-manager.mjs';
import { objectDifferences } from './normal-objects.mjs';
import { startOurs } from './ours.mjs';
import { playedWorld } from './played-world.mjs';
import { startReference } from './reference.mjs';
import { requester } from './requester.mjs';
import { watchedObjects } from './watched-objects.mjs';

const { values } = parseArgs({
  options: {
    apiserver: { type: 'string', default: '' },
    etcd: { type: 'string', default: '' },
    manager: { type: 'string', default: '' },
    only: { type: 'string', default: '' },
    'at-once': { type: 'string', default: '16' },
  },
});
if (![values.apiserver, values.etcd, values.manager].every((file) => existsSync(file))) {
  console.log('skipped: name the binaries of Kubernetes with --apiserver, --etcd and --manager');
  process.exit(0);
}
/** How often the nodes that scenarios share say that they are alive. */
const HEARTBEAT_MS = 8000;
const SHARED_NODES = ['node-a', 'node-b'];
const here = dirname(fileURLToPath(import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'lotse-controllers-'));
const settings = { disabledAdmission: [], serviceCidr: '10.96.0.0/16' };
const reference = await startReference({
  etcd: values.etcd,
  apiserver: values.apiserver,
  folder: join(work, 'reference'),
  ...settings,
});
const manager = startControllerManager({
  binary: values.manager,
  folder: join(work, 'manager'),
  reference,
  serviceAccountKey: reference.serviceAccountKey,
});
const ours = await startOurs({ folder: join(work, 'ours'), hasControllers: true, ...settings });
const sides = await Promise.all(
  [ours, reference].map(async (server) => {
    const ask = requester(server);
    return { ask, watched: await watchedObjects(server, ask) };
  }),
);
const heartbeats = [];
const only = new RegExp(values.only);
const totals = new Map();
try {
  for (const side of sides) await shareNodes(side);
  const queue = (await scenarios()).values();
  await Promise.all(
    Array.from({ length: Number(values['at-once']) }, async () => {
      for (const scenario of queue) await play(scenario);
    }),
  );
} finally {
  for (const timer of heartbeats) clearInterval(timer);
  for (const { watched } of sides) watched.stop();
  manager.stop();
  reference.stop();
  ours.stop();
  rmSync(work, { recursive: true, force: true });
}
let [equal, all] = [0, 0];
for (const [file, { same, checks }] of [...totals].sort()) {
  console.log(`${file}: ${same}/${checks} checks are the same`);
  equal += same;
  all += checks;
}
console.log(`total: ${equal}/${all} checks are the same`);
process.exit(equal === all ? 0 : 1);

async function scenarios() {
  const found = [];
  for (const file of readdirSync(join(here, 'controllers')).sort()) {
    const { default: played } = await import(pathToFileURL(join(here, 'controllers', file)).href);
    for (const [index, [name, act]] of Object.entries(played).entries()) {
      const namespace = `${file.replace('.mjs', '')}-${index}`;
      if (only.test(`${file} ${name}`)) found.push({ file, name, namespace, act });
    }
  }
  return found;
}

/** Plays a scenario on both sides and compares what each had at every check. */
async function play({ file, name, namespace, act }) {
  const [mine, theirs] = await Promise.all(
    sides.map(async (side) => {
      const { world, checks } = playedWorld({ ...side, namespace, nodes: SHARED_NODES });
      try {
        await world.create({ kind: 'Namespace', metadata: { name: namespace } });
        await world.until(
          () => world.objects('ServiceAccount').length > 0 && world.objects('ConfigMap').length > 0,
          'the service account of a new namespace',
        );
        await act(world);
      } catch (error) {
        checks.push({ what: 'the rest of the scenario', failure: error.message, objects: [], ever: [] });
      }
      return checks;
    }),
  );
  const total = totals.get(file) ?? { same: 0, checks: 0 };
  totals.set(file, total);
  for (let index = 0; index < Math.max(mine.length, theirs.length); index++) {
    const [left, right] = [mine[index], theirs[index]];
    total.checks++;
    const lines =
      left && right && left.what === right.what && !left.failure && !right.failure
        ? objectDifferences(left, right)
        : [`ours:   ${left?.failure ?? left?.what}\n        theirs: ${right?.failure ?? right?.what}`];
    if (lines.length === 0) total.same++;
    else
      console.log(`${file} ${name}: ${(left ?? right).what}\n      ${lines.slice(0, 30).join('\n      ')}`);
  }
}

/** Two nodes that nobody runs: they are ready and their leases are renewed. */
async function shareNodes({ ask }) {
  for (const [index, name] of SHARED_NODES.entries()) {
    await ask('POST', '/api/v1/nodes', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels: { 'topology.kubernetes.io/zone': `zone-${index}`, shared: 'yes' } },
    });
    const now = new Date().toISOString().replace(/\.\d+/, '');
    const status = {
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          message: 'kubelet is posting ready status',
          lastHeartbeatTime: now,
          lastTransitionTime: now,
        },
      ],
      allocatable: { cpu: '8', memory: '16Gi', pods: '110' },
      capacity: { cpu: '8', memory: '16Gi', pods: '110' },
    };
    await ask(
      'PATCH',
      `/api/v1/nodes/${name}/status`,
      { status },
      { 'content-type': 'application/merge-patch+json' },
    );
    const lease = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
    const spec = () => ({
      holderIdentity: name,
      leaseDurationSeconds: 40,
      renewTime: new Date().toISOString().replace('Z', '000Z'),
    });
    const body = () => ({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name },
      spec: spec(),
    });
    for (let tries = 0; tries < 20; tries++) {
      if ((await ask('POST', lease, body())).status === 201) break;
      await sleep(500);
    }
    heartbeats.push(
      setInterval(
        () =>
          ask(
            'PATCH',
            `${lease}/${name}`,
            { spec: spec() },
            { 'content-type': 'application/merge-patch+json' },
          ).catch(() => undefined),
        HEARTBEAT_MS,
      ),
    );
  }
}
