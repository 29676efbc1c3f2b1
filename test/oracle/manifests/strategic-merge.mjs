#!/usr/bin/env node
// Applies random strategic merge patches, directives included, to random objects with `kubectl patch --local` and in process,
// and compares the results.
//
//   node test/oracle/manifests/strategic-merge.mjs [--kubectl PATH] [--show N] [seed] [count]
//
// Needs the built libraries (npm run build:node); no cluster. Skips with a line when there is no kubectl. The exit code is 1
// when anything differs.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { jsonEqual, patchSchemaForKind, strategicMergePatch } from '../../../libs/manifests/dist/index.js';

const options = { kubectl: 'kubectl', show: 5 };
const numbers = [];
for (let i = 2; i < process.argv.length; i++) {
  const argument = process.argv[i] ?? '';
  if (argument === '--kubectl') options.kubectl = process.argv[++i];
  else if (argument === '--show') options.show = Number(process.argv[++i]);
  else numbers.push(Number(argument));
}
const [seed = 1, count = 200] = numbers;
if (spawnSync(options.kubectl, ['version', '--client'], { stdio: 'ignore' }).error) {
  console.log(`skipped: there is no ${options.kubectl}`);
  process.exit(0);
}

let state = seed * 104729;
const random = () => {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const pick = (list) => list[Math.floor(random() * list.length)];
const chance = (probability) => random() < probability;
const shuffle = (list) =>
  list
    .map((item) => [random(), item])
    .sort((a, b) => a[0] - b[0])
    .map(([, item]) => item);
const some = (list, probability) => shuffle(list.filter(() => chance(probability)));
const maybe = (probability, entry) => (chance(probability) ? entry() : {});

/** A list of maps with a merge key, for an object or, with directives, for a patch. */
const keyed = (key, values, make, inPatch) => {
  const items = some(values, 0.6).map((value) => {
    if (inPatch && chance(0.12)) return { [key]: value, $patch: 'delete' };
    return {
      [key]: value,
      ...make(inPatch),
      ...(inPatch && chance(0.06) ? { $patch: pick(['replace', 'merge']) } : {}),
    };
  });
  if (inPatch && chance(0.05)) items.push({ $patch: 'replace' });
  return items;
};
/** A field with a keyed list, now and then with the order its entries should have. */
const keyedField = (name, key, values, make, inPatch) => {
  if (inPatch && chance(0.04)) return { [name]: null };
  const items = keyed(key, values, make, inPatch);
  return {
    [name]: items,
    ...(inPatch && chance(0.35) ? { [`$setElementOrder/${name}`]: orderOf(items, key, values) } : {}),
  };
};
const orderOf = (items, key, values) => {
  const wanted = items.filter((item) => item.$patch !== 'delete' && key in item).map((item) => item[key]);
  const order = chance(0.85) ? shuffle([...new Set([...wanted, ...some(values, 0.5)])]) : some(values, 0.5);
  // Over an order that names nothing the referee sorts by a sort that is not stable.
  return (order.length > 0 ? order : [values[0]]).map((value) => ({ [key]: value }));
};
const primitives = (name, values, inPatch) => {
  if (inPatch && chance(0.05)) return { [name]: null };
  const items = some(values, 0.5);
  return {
    ...(inPatch && chance(0.2) ? {} : { [name]: items }),
    ...(inPatch && chance(0.25)
      ? { [`$deleteFromPrimitiveList/${name}`]: some(values, 0.4).filter((value) => !items.includes(value)) }
      : {}),
    ...(inPatch && chance(0.25)
      ? { [`$setElementOrder/${name}`]: shuffle([...new Set([...items, ...some(values, 0.6)])]) }
      : {}),
  };
};
const map = (keys, inPatch) =>
  Object.fromEntries([
    ...some(keys, 0.5).map((key) => [key, inPatch && chance(0.2) ? null : pick(['a', 'b'])]),
    ...(inPatch && chance(0.05) ? [['$patch', pick(['replace', 'delete', 'merge'])]] : []),
  ]);

const container = (p) => ({
  ...maybe(0.7, () => ({ image: pick(['i', 'j']) })),
  ...maybe(0.4, () => keyedField('env', 'name', ['A', 'B', 'C'], () => ({ value: pick(['1', '2']) }), p)),
  ...maybe(0.3, () =>
    keyedField(
      'ports',
      'containerPort',
      [80, 81, 82],
      () => ({ ...maybe(0.5, () => ({ protocol: pick(['TCP', 'UDP']) })) }),
      p,
    ),
  ),
  ...maybe(0.3, () =>
    keyedField('volumeMounts', 'mountPath', ['/a', '/b'], () => ({ name: pick(['v', 'w']) }), p),
  ),
  ...maybe(0.3, () => ({ args: some(['x', 'y', 'z'], 0.6) })),
  ...maybe(0.2, () => ({ resources: { limits: map(['cpu', 'memory'], p) } })),
});
const volume = (p) => ({
  ...(p && chance(0.4) ? { $retainKeys: ['name', pick(['emptyDir', 'configMap'])] } : {}),
  ...pick([
    { emptyDir: {} },
    { configMap: { name: 'c', ...maybe(0.3, () => ({ items: [{ key: 'k', path: 'p' }] })) } },
    { secret: { secretName: 's' } },
    {},
  ]),
});
const metadata = (p) => ({
  ...maybe(0.5, () => ({ labels: map(['l', 'm', 'n'], p) })),
  ...maybe(0.4, () => ({ annotations: map(['l', 'm'], p) })),
  ...maybe(0.4, () => primitives('finalizers', ['f.io/a', 'f.io/b', 'f.io/c'], p)),
  ...maybe(0.3, () =>
    keyedField('ownerReferences', 'uid', ['1', '2'], () => ({ apiVersion: 'v1', kind: 'Pod', name: 'o' }), p),
  ),
});
const podSpec = (p) => ({
  ...maybe(0.9, () => keyedField('containers', 'name', ['a', 'b', 'c'], container, p)),
  ...maybe(0.3, () => keyedField('initContainers', 'name', ['a', 'b'], container, p)),
  ...maybe(0.5, () => keyedField('volumes', 'name', ['v', 'w', 'x'], volume, p)),
  ...maybe(0.2, () => ({ tolerations: some([{ key: 'k' }, { key: 'l', operator: 'Exists' }], 0.6) })),
  ...maybe(0.2, () => keyedField('imagePullSecrets', 'name', ['s', 't'], () => ({}), p)),
  ...maybe(0.2, () =>
    keyedField('hostAliases', 'ip', ['1.1.1.1', '2.2.2.2'], () => ({ hostnames: some(['h', 'i'], 0.6) }), p),
  ),
  ...maybe(0.2, () => ({ nodeSelector: map(['n', 'o'], p) })),
  ...maybe(0.1, () => ({ securityContext: { $patch: p ? 'replace' : undefined, runAsUser: 5 } })),
  ...maybe(0.1, () => ({ nodeName: p ? pick([null, 'x']) : 'n' })),
});
const template = (p) => ({ metadata: metadata(p), spec: podSpec(p) });
const KINDS = {
  Pod: ['v1', (p) => ({ spec: podSpec(p) })],
  Deployment: [
    'apps/v1',
    (p) => ({
      spec: {
        template: template(p),
        ...maybe(0.3, () => ({
          strategy: {
            ...(p && chance(0.6) ? { $retainKeys: ['type'] } : {}),
            type: pick(['Recreate', 'RollingUpdate']),
            ...maybe(0.4, () => ({ rollingUpdate: { maxSurge: 1 } })),
          },
        })),
        ...maybe(0.3, () => ({ replicas: p ? pick([null, 3]) : 1 })),
      },
    }),
  ],
  Service: [
    'v1',
    (p) => ({
      spec: {
        ...keyedField(
          'ports',
          'port',
          [80, 81, 82],
          () => ({ name: pick(['n', 'm']), ...maybe(0.4, () => ({ targetPort: 8 })) }),
          p,
        ),
        selector: map(['a', 'b'], p),
        ...maybe(0.3, () => primitives('externalIPs', ['1.1.1.1', '2.2.2.2'], p)),
      },
    }),
  ],
  ConfigMap: ['v1', (p) => ({ data: map(['a', 'b', 'c'], p) })],
  ServiceAccount: [
    'v1',
    (p) => ({
      ...keyedField('secrets', 'name', ['s', 't'], () => ({}), p),
      ...keyedField('imagePullSecrets', 'name', ['i', 'j'], () => ({}), p),
    }),
  ],
  ClusterRole: [
    'rbac.authorization.k8s.io/v1',
    () => ({ rules: some([{ verbs: ['get'] }, { verbs: ['list'] }], 0.6) }),
  ],
};
const gvkOf = (apiVersion, kind) => {
  const [version, group = ''] = apiVersion.split('/').reverse();
  return { group, version, kind };
};
const strip = (value) => JSON.parse(JSON.stringify(value));

/** What the API server makes of it: directives and nulls that kubectl left in what a patch adds are no fields of any kind. */
const prune = (value) => {
  if (Array.isArray(value)) return value.map(prune);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => item !== null && !key.startsWith('$'))
      .map(([key, item]) => [key, prune(item)]),
  );
};

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'strategic-'));
const counts = { same: 0, different: 0, bothRefuse: 0, weRefuse: 0, weAccept: 0, crashes: 0 };
let shown = 0;

async function one(index) {
  const kind = pick(Object.keys(KINDS));
  const [apiVersion, make] = KINDS[kind];
  const object = strip({ apiVersion, kind, ...make(false), metadata: { name: 'o', ...metadata(false) } });
  const patch = strip({
    ...make(true),
    ...(chance(0.5) ? { metadata: metadata(true) } : {}),
    ...(chance(0.01) ? { $patch: 'nonsense' } : {}),
  });
  const file = join(folder, `${index}.json`);
  writeFileSync(file, JSON.stringify(object));
  let theirs;
  let problem = '';
  try {
    const { stdout } = await run(
      options.kubectl,
      ['patch', '--local', '--type=strategic', '-o', 'json', '-f', file, '-p', JSON.stringify(patch)],
      { timeout: 60_000 },
    );
    theirs = prune(JSON.parse(stdout));
  } catch (error) {
    problem = String(error.stderr ?? error).trim();
  }
  // The referee crashes over the order of lists of maps without a merge key; that says nothing about the result.
  if (problem.startsWith('panic:')) {
    counts.crashes++;
    return;
  }
  let mine;
  let reason = '';
  try {
    mine = strategicMergePatch(object, patch, patchSchemaForKind(gvkOf(apiVersion, kind)));
  } catch (error) {
    reason = error.code ? error.message : String(error.stack);
  }
  const outcome =
    theirs && mine
      ? jsonEqual(theirs, mine)
        ? 'same'
        : 'different'
      : theirs
        ? 'weRefuse'
        : mine
          ? 'weAccept'
          : 'bothRefuse';
  counts[outcome]++;
  if (outcome === 'same' || outcome === 'bothRefuse' || shown >= options.show) return;
  shown++;
  console.log(
    `${outcome}: case ${index}\n  object ${JSON.stringify(object)}\n  patch  ${JSON.stringify(patch)}`,
  );
  console.log(
    `  theirs ${theirs ? JSON.stringify(theirs) : problem}\n  ours   ${mine ? JSON.stringify(mine) : reason}`,
  );
}

let next = 0;
const worker = async () => {
  while (next < count) await one(next++);
};
await Promise.all([worker(), worker()]);
rmSync(folder, { recursive: true, force: true });
console.log(`seed ${seed}: ${JSON.stringify(counts)}`);
process.exitCode = counts.different + counts.weRefuse + counts.weAccept === 0 ? 0 : 1;
