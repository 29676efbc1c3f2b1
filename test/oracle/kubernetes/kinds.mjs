#!/usr/bin/env node
/**
 * Asks this cluster and Kubernetes' own API server what they make of objects of every kind, whole ones and ones with a mistake, and
 * compares the answers: what is refused and in which words, what is filled in, what may not change, what tables show.
 *
 *   node test/oracle/kubernetes/kinds.mjs --apiserver FILE --etcd FILE [--only REGEX] [--testdata FOLDER] [--limit N]
 *
 * The objects are in `kinds/*.yaml`: for each kind one with as many fields as may be set together. Each place of an object is left out,
 * emptied, doubled or given a wrong value, in a new object and in one that is there. `--testdata` is `testdata/HEAD` of the public Go module
 * `k8s.io/api`, whose objects have every field; they are sent as JSON and as protobuf, too, and its fields are added to the objects here.
 * Nothing but the whole objects is stored. Prints each kind of difference once, with the number of requests that show it.
 * Needs `npm run build:node` first. Exits 1 when answers differ.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { differences } from './differences.mjs';
import { grafted, mutated } from './mutations.mjs';
import { startOurs } from './ours.mjs';
import { startReference } from './reference.mjs';
import { requester } from './requester.mjs';

const { values } = parseArgs({
  options: {
    apiserver: { type: 'string', default: '' },
    etcd: { type: 'string', default: '' },
    only: { type: 'string', default: '' },
    testdata: { type: 'string' },
    limit: { type: 'string', default: '400' },
  },
});
if (!existsSync(values.apiserver) || !existsSync(values.etcd)) {
  console.log('skipped: name the binaries of Kubernetes with --apiserver and --etcd');
  process.exit(0);
}

/** How many requests are under way at once on each side. */
const AT_ONCE = 12;
const NAMESPACE = 'kinds';
const here = dirname(fileURLToPath(import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'lotse-kinds-'));
const settings = { disabledAdmission: ['ServiceAccount'], serviceCidr: '10.96.0.0/16' };
const reference = await startReference({
  etcd: values.etcd,
  apiserver: values.apiserver,
  folder: join(work, 'reference'),
  ...settings,
});
const ours = await startOurs({ folder: join(work, 'ours'), ...settings });
const servers = [ours, reference].map((server) => {
  const send = requester(server);
  return (method, path, body, headers) =>
    send(method, path, body, { 'user-agent': 'kinds', ...headers }).catch((error) => ({
      status: 0,
      headers: {},
      text: `no answer to ${method} ${path}: ${error.message}`,
    }));
});
const only = new RegExp(values.only);
const found = new Map();
let asked = 0;
let unequal = 0;
try {
  await both('POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: NAMESPACE },
  });
  const paths = await resourcePaths();
  const wholes = readWholes();
  if (values.testdata)
    for (const name of testdataNames()) if (only.test(name)) await playTestdata(paths, name);
  for (const whole of wholes)
    if (only.test(`${whole.apiVersion} ${whole.kind} ${whole.metadata.name}`)) await play(paths, whole);
} finally {
  reference.stop();
  ours.stop();
  rmSync(work, { recursive: true, force: true });
}
const limit = Number(values.limit);
const seen = [...found.values()].sort((a, b) => b.count - a.count);
for (const { lines, count, examples } of seen.slice(0, limit))
  console.log(`${count} times, as ${examples.join('; ')}\n    - ${lines}`);
if (seen.length > limit) console.log(`and ${seen.length - limit} more`);
console.log(`total: ${asked - unequal}/${asked} answers are the same`);
process.exit(unequal === 0 ? 0 : 1);

/** Everything that is asked about one whole object. */
async function play(paths, whole) {
  const path = paths.get(`${whole.apiVersion} ${whole.kind}`);
  if (!path) throw new Error(`${whole.apiVersion} ${whole.kind} is not served`);
  const what = `${whole.kind} ${whole.metadata.name}`;
  const extra = testdataOf(whole);
  const creations = [...mutated(whole), ...grafted(whole, extra)];
  await inTurns(creations, ({ name, object }) =>
    ask(`create ${what} ${name}`, 'POST', `${path.collection}?dryRun=All`, object),
  );
  const stored = await both('POST', path.collection, whole);
  note(`create ${what}`, stored);
  if (stored.some(({ status }) => status !== 201)) return;
  const one = `${path.collection}/${whole.metadata.name}`;
  const [mine, theirs] = stored.map(({ body }) => body);
  const changes = (body) => [...mutated(body), ...grafted(body, extra)];
  const theirChanges = new Map(changes(theirs).map(({ name, object }) => [name, object]));
  await inTurns(changes(mine), async ({ name, object }) => {
    const other = theirChanges.get(name);
    if (!other) return;
    note(
      `update ${what} ${name}`,
      await Promise.all([
        servers[0]('PUT', `${one}?dryRun=All`, object),
        servers[1]('PUT', `${one}?dryRun=All`, other),
      ]),
    );
  });
  if (path.hasStatus && extra?.status !== undefined) await playStatus(what, one, stored, extra.status);
  await ask(`table of ${what}`, 'GET', one, undefined, {
    accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
  });
  await both('DELETE', one, { propagationPolicy: 'Background', gracePeriodSeconds: 0 });
}

/** Writes a status with every field, wrong ones, and leaves the fullest that Kubernetes takes. */
async function playStatus(what, one, stored, status) {
  const withStatus = (index) => ({ ...stored[index].body, status });
  const theirs = new Map([...mutated(withStatus(1), ['status'])].map(({ name, object }) => [name, object]));
  await inTurns([...mutated(withStatus(0), ['status'])], async ({ name, object }) =>
    note(
      `status of ${what} ${name}`,
      await Promise.all([
        servers[0]('PUT', `${one}/status?dryRun=All`, object),
        servers[1]('PUT', `${one}/status?dryRun=All`, theirs.get(name)),
      ]),
    ),
  );
  note(
    `status of ${what}`,
    await Promise.all([0, 1].map((index) => servers[index]('PUT', `${one}/status`, withStatus(index)))),
  );
}

/** The objects with every field, as they are and under a name that may be: most are refused, for the same reasons in the same words. */
async function playTestdata(paths, name) {
  const given = JSON.parse(readFileSync(join(values.testdata, `${name}.json`), 'utf8'));
  const path = paths.get(`${given.apiVersion} ${given.kind}`);
  if (!path) return;
  const collection = `${path.collection}?dryRun=All`;
  const yaml = { 'content-type': 'application/yaml' };
  const proto = { 'content-type': 'application/vnd.kubernetes.protobuf' };
  await ask(`create ${name}.json`, 'POST', collection, given);
  await ask(
    `create ${name}.yaml`,
    'POST',
    collection,
    readFileSync(join(values.testdata, `${name}.yaml`), 'utf8'),
    yaml,
  );
  const binary = join(values.testdata, `${name}.pb`);
  if (existsSync(binary)) await ask(`create ${name}.pb`, 'POST', collection, readFileSync(binary), proto);
  const { labels, annotations, finalizers, ownerReferences } = given.metadata;
  const metadata = { name: 'every-field', labels, annotations, finalizers, ownerReferences };
  await ask(`create ${name} without metadata`, 'POST', collection, {
    ...given,
    metadata: { name: 'every-field' },
  });
  await ask(`create ${name} with labels`, 'POST', collection, { ...given, metadata });
}

async function ask(name, method, path, body, headers) {
  note(name, await both(method, path, body, headers));
}

function both(method, path, body, headers) {
  return Promise.all(servers.map((server) => server(method, path, body, headers)));
}

function note(name, [mine, theirs]) {
  asked++;
  for (const answer of [mine, theirs]) leaveOutChanges(answer.body);
  const lines = mine.status === theirs.status ? differences(mine, theirs) : [refusals(mine, theirs)];
  if (lines.length === 0) return;
  unequal++;
  const told = lines.slice(0, 4).join('\n    - ');
  const known = found.get(told);
  if (!known) found.set(told, { lines: told, count: 1, examples: [name] });
  else {
    known.count++;
    if (known.examples.length < 4) known.examples.push(name);
  }
}

/** What changed where nothing may, printed in Go's own notation after the sentence itself, is not compared. */
function leaveOutChanges(body) {
  if (body?.kind !== 'Status') return;
  const told = /((?:may not change fields|immutable after creation|are forbidden)[^\n]*?)(?:\n[^]*|\])$/;
  const cut = (text) => text?.replace(told, '$1');
  body.message = cut(body.message);
  for (const cause of body.details?.causes ?? []) cause.message = cut(cause.message);
}

function refusals(...answers) {
  const [ours, theirs] = answers.map(
    ({ status, body, text }) => `${status} ${body ? (body.message ?? '') : text}`,
  );
  return `answer\n      ours:   ${ours.slice(0, 1500)}\n      theirs: ${theirs.slice(0, 1500)}`;
}

async function inTurns(list, run) {
  const queue = list.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const item of queue) await run(item);
    }),
  );
}

/** Where the objects of each kind are, as the reference's discovery has it: `apps/v1 Deployment` to its path. */
async function resourcePaths() {
  const paths = new Map();
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  for (const root of ['/api', '/apis']) {
    const { body } = await servers[1]('GET', root, undefined, { accept });
    for (const { metadata, versions } of body.items)
      for (const { version, resources } of versions)
        for (const { resource, responseKind, scope, subresources } of resources) {
          const group = metadata.name ? `${metadata.name}/${version}` : version;
          const base = metadata.name ? `/apis/${group}` : `/api/${group}`;
          const place = scope === 'Namespaced' ? `/namespaces/${NAMESPACE}` : '';
          paths.set(`${group} ${responseKind.kind}`, {
            collection: `${base}${place}/${resource}`,
            hasStatus: subresources?.some(({ subresource }) => subresource === 'status') ?? false,
          });
        }
  }
  return paths;
}

function readWholes() {
  const folder = join(here, 'kinds');
  return readdirSync(folder)
    .sort()
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), 'utf8').replaceAll('NAMESPACE', NAMESPACE);
      return parseAllDocuments(text).map((document) => document.toJSON());
    });
}

function testdataNames() {
  return readdirSync(values.testdata)
    .filter((file) => file.endsWith('.json') && !file.includes('after_roundtrip'))
    .map((file) => file.slice(0, -'.json'.length));
}

function testdataOf({ apiVersion, kind }) {
  const group = apiVersion.includes('/') ? apiVersion.replace('/', '.') : `core.${apiVersion}`;
  const file = values.testdata && join(values.testdata, `${group}.${kind}.json`);
  return file && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}
