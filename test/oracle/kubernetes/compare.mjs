#!/usr/bin/env node
/**
 * Asks this cluster and Kubernetes' own API server the same requests and compares the answers: status, headers, every field.
 *
 *   node test/oracle/kubernetes/compare.mjs --apiserver FILE --etcd FILE [--only REGEX]
 *
 * The binaries are built from the public Go modules `k8s.io/kubernetes/cmd/kube-apiserver` and `go.etcd.io/etcd/server/v3`. Neither side
 * runs controllers or has nodes. A scenario (`requests/*.mjs`) is a series of requests in a namespace of its own; its later requests
 * may use what was answered before. Prints every difference and a count for each file. Needs `npm run build:node` first. Exits 1 when answers differ.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { differences } from './differences.mjs';
import { startOurs } from './ours.mjs';
import { startReference } from './reference.mjs';
import { requester } from './requester.mjs';

const { values } = parseArgs({
  options: {
    apiserver: { type: 'string', default: '' },
    etcd: { type: 'string', default: '' },
    only: { type: 'string', default: '' },
  },
});
if (!existsSync(values.apiserver) || !existsSync(values.etcd)) {
  console.log('skipped: name the binaries of Kubernetes with --apiserver and --etcd');
  process.exit(0);
}
const here = dirname(fileURLToPath(import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'lotse-requests-'));
const disabledAdmission = ['ServiceAccount'];
const serviceCidr = '10.96.0.0/16';
const reference = await startReference({
  etcd: values.etcd,
  apiserver: values.apiserver,
  folder: join(work, 'reference'),
  disabledAdmission,
  serviceCidr,
});
const ours = await startOurs({ folder: join(work, 'ours'), disabledAdmission, serviceCidr });
const only = new RegExp(values.only);
let different = 0;
let asked = 0;
try {
  for (const file of readdirSync(join(here, 'requests'))
    .filter((name) => name.endsWith('.mjs'))
    .sort()) {
    const { default: scenarios } = await import(pathToFileURL(join(here, 'requests', file)).href);
    let requests = 0;
    let unequal = 0;
    for (const [index, [name, play]] of Object.entries(scenarios).entries()) {
      if (!only.test(`${file} ${name}`)) continue;
      const namespace = `${file.replace('.mjs', '')}-${index}`;
      const [mine, theirs] = await Promise.all([
        played(ours, play, namespace),
        played(reference, play, namespace),
      ]);
      requests += mine.length;
      unequal += print(`${file} ${name}`, mine, theirs);
    }
    if (requests > 0) console.log(`${file}: ${requests - unequal}/${requests} answers are the same`);
    asked += requests;
    different += unequal;
  }
} finally {
  reference.stop();
  ours.stop();
  rmSync(work, { recursive: true, force: true });
}
console.log(`total: ${asked - different}/${asked} answers are the same`);
process.exit(different === 0 ? 0 : 1);

/** Plays a scenario against one server and returns what was asked and answered. */
async function played(server, play, namespace) {
  const log = [];
  const ask = requester(server);
  const recorded = async (method, path, body, headers) => {
    const answer = await ask(method, path, body, headers).catch(noAnswer);
    log.push({ asked: `${method} ${path.slice(0, 200)}`, body, answer });
    return answer;
  };
  await ask('POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
  // For waiting, which takes the one longer than the other.
  recorded.silently = ask;
  try {
    await play(recorded, namespace);
  } catch (error) {
    log.push({ asked: 'the rest of the scenario', answer: { status: 0, headers: {}, text: error.stack } });
  }
  return log;
}

/** A server that broke while it answered has answered nothing; the requests after it are asked all the same. */
function noAnswer({ message }) {
  return { status: 0, headers: {}, text: message, body: undefined };
}

/** Prints how the answers of a scenario differ; how many requests do. */
function print(name, mine, theirs) {
  let unequal = 0;
  for (const [index, { asked, body, answer }] of mine.entries()) {
    const other = theirs[index];
    const lines = other === undefined ? ['was not asked'] : differences(answer, other.answer);
    if (lines.length === 0) continue;
    unequal++;
    const sent =
      body === undefined
        ? ''
        : `\n    sent ${typeof body === 'string' ? body.slice(0, 600) : JSON.stringify(body).slice(0, 600)}`;
    console.log(`${name}\n    ${asked}${sent}\n    - ${lines.slice(0, 12).join('\n    - ')}`);
  }
  return unequal;
}
