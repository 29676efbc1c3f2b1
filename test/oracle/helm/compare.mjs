#!/usr/bin/env node
/**
 * Renders charts with the real helm command and with this project's library, and counts what differs.
 *
 *   node test/oracle/helm/compare.mjs [options] FOLDER...
 *
 * Every folder below FOLDER with a Chart.yaml (not itself inside a `charts/` folder) is a chart. Each is rendered with
 * its default values and with every values file in its `ci/` folder. Objects are compared one by one; where helm itself
 * gives two different answers (passwords, certificates, times) that place is not compared.
 *
 *   --helm PATH          the helm command (default: helm)
 *   --compat 3|4         which helm that is (default 4)
 *   --kube-version V     default v1.33.4
 *   --exact              compare the text as well
 *   --only TEXT          only charts whose path contains TEXT
 *   --verbose            a line for each case
 *   --errors             compare error messages, too
 *   --cache FOLDER       keep helm's answers here between runs
 *   --random COUNT       also with so many random changes of each chart's values
 *   --seed NUMBER        which ones (default 1)
 *
 * Needs `npm run build:node` first. Exits 1 when something differs.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseYaml, parseYamlDocuments } from '@lotse/manifests';
import { renderChart } from '@lotse/helm';
import { randomValues, seeded } from './random-values.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    helm: { type: 'string', default: 'helm' },
    compat: { type: 'string', default: '4' },
    'kube-version': { type: 'string', default: 'v1.33.4' },
    exact: { type: 'boolean', default: false },
    errors: { type: 'boolean', default: false },
    only: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    random: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    cache: { type: 'string', default: join(tmpdir(), 'lotse-helm-oracle') },
  },
});

/** A folder of the disk as a FileTree. */
class FolderTree {
  constructor(root) {
    this.root = root;
  }
  stat(path) {
    const found = lstatSync(join(this.root, path), { throwIfNoEntry: false });
    if (!found) return undefined;
    return found.isSymbolicLink() ? 'link' : found.isDirectory() ? 'folder' : 'file';
  }
  read(path) {
    return this.stat(path) === 'file' ? readFileSync(join(this.root, path)) : undefined;
  }
  list(path) {
    if (this.stat(path) !== 'folder') return undefined;
    const type = (entry) => (entry.isSymbolicLink() ? 'link' : entry.isDirectory() ? 'folder' : 'file');
    return readdirSync(join(this.root, path), { withFileTypes: true })
      .map((entry) => ({ name: entry.name, type: type(entry) }))
      .sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  }
  link(path) {
    return this.stat(path) === 'link' ? readlinkSync(join(this.root, path)) : undefined;
  }
}

function findCharts(folder) {
  if (!existsSync(folder) || !lstatSync(folder).isDirectory()) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  const here = entries.some((entry) => entry.name === 'Chart.yaml') ? [folder] : [];
  const inner = entries.filter(
    (entry) => entry.isDirectory() && entry.name !== '.git' && entry.name !== 'node_modules',
  );
  return [
    ...here,
    ...inner
      .filter((entry) => here.length === 0 || !['charts', 'templates'].includes(entry.name))
      .flatMap((entry) => findCharts(join(folder, entry.name))),
  ];
}

function valuesFiles(chart) {
  const folder = join(chart, 'ci');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /values?.*\.ya?ml$|\.ya?ml$/.test(name))
    .map((name) => join(folder, name));
}

/** Files of random values; those of the same content have the same name, as answers are kept by it. */
function randomFiles(chart) {
  const count = Number(options.random);
  const file = join(chart, 'values.yaml');
  if (count === 0 || !existsSync(file)) return [];
  let values;
  try {
    values = parseYaml(readFileSync(file, 'utf8'), { duplicateKeys: 'last' }) ?? {};
  } catch {
    return [];
  }
  const random = seeded(Number(options.seed) + basename(chart).length);
  return Array.from({ length: count }, () => {
    const text = JSON.stringify(randomValues(values, random), null, 1);
    const name = join(options.cache, `${createHash('sha256').update(text).digest('hex')}.values.yaml`);
    mkdirSync(options.cache, { recursive: true });
    writeFileSync(name, text);
    return name;
  });
}

/** Runs helm; the first answer is kept, a second one is asked for anew so that clocks have moved on. */
function runHelm(chart, values, run) {
  const args = [
    'template',
    'release',
    chart,
    '--namespace',
    'space',
    '--include-crds',
    '--kube-version',
    options['kube-version'],
  ];
  if (values) args.push('-f', values);
  const key = createHash('sha256')
    .update(JSON.stringify([options.helm, args]))
    .digest('hex');
  const file = join(options.cache, `${key}.json`);
  if (run === 1 && existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const done = spawnSync(options.helm, args, { encoding: 'utf8', maxBuffer: 1 << 30, timeout: 120_000 });
  if (done.error?.code === 'ENOENT') throw done.error;
  const answer = done.error
    ? { error: `helm did not answer: ${done.error.message}` }
    : done.status === 0
      ? { text: done.stdout }
      : { error: done.stderr.trim() };
  mkdirSync(options.cache, { recursive: true });
  if (run === 1) writeFileSync(file, JSON.stringify(answer));
  return answer;
}

let further = { key: '', answers: [] };

/** A further answer of helm, asked for when the clock has moved on. */
function furtherAnswer(chart, values, index = 0) {
  const key = `${chart} ${values}`;
  if (further.key !== key) further = { key, answers: [] };
  while (further.answers.length <= index) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1100);
    further.answers.push(runHelm(chart, values, 2).text ?? '');
  }
  return further.answers[index];
}

/** Certificates have one of a few lengths by chance, and with it many of their lines. */
const MOST_ANSWERS = 8;

function runLibrary(chart, values) {
  try {
    const result = renderChart({
      tree: new FolderTree(resolve(chart, '../../../..')),
      path: relative(resolve(chart, '../../../..'), chart),
      releaseName: 'release',
      namespace: 'space',
      includeCrds: true,
      kubeVersion: options['kube-version'],
      helmCompat: Number(options.compat),
      values: values ? [{ kind: 'file', name: values, text: readFileSync(values, 'utf8') }] : [],
    });
    return { text: result.text };
  } catch (error) {
    if (error.code === undefined || !String(error.code).startsWith('helm/'))
      return { error: `CRASH ${error.stack}` };
    return { error: error.message };
  }
}

const RANDOM = Symbol('random');

function documents(text) {
  try {
    return parseYamlDocuments(text, { duplicateKeys: 'last' }).filter((document) => document !== null);
  } catch (error) {
    return [`unreadable: ${error.message}`];
  }
}

/** Marks every place where two answers of helm differ. */
function mask(a, b) {
  if (a === b) return a;
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length)
    return a.map((item, index) => mask(item, b[index]));
  if (isObject(a) && isObject(b)) {
    return Object.fromEntries(Object.keys(a).map((key) => [key, key in b ? mask(a[key], b[key]) : RANDOM]));
  }
  return RANDOM;
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first place where ours differs from what is expected. */
function difference(expected, ours, path = '') {
  if (expected === RANDOM || Object.is(expected, ours)) return undefined;
  if (Array.isArray(expected) && Array.isArray(ours)) {
    for (let index = 0; index < Math.max(expected.length, ours.length); index++) {
      const found = difference(expected[index], ours[index], `${path}[${index}]`);
      if (found) return found;
    }
    return undefined;
  }
  if (isObject(expected) && isObject(ours)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(ours)])) {
      const found = difference(expected[key], ours[key], `${path}.${key}`);
      if (found) return found;
    }
    return undefined;
  }
  return `${path}: helm ${show(expected)}, ours ${show(ours)}`;
}

function show(value) {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 300);
}

function textDifference(expected, ours) {
  const a = expected.split('\n');
  const b = ours.split('\n');
  const at = a.findIndex((line, index) => line !== b[index]);
  const line = at < 0 ? a.length : at;
  return `line ${line + 1}: helm ${show(a[line])}, ours ${show(b[line])}`;
}

/** Text with the lines helm itself does not repeat taken out; helm orders some things by chance. */
function textEqual(chart, values, expected, ours) {
  if (expected === ours) return true;
  const lines = expected.split('\n');
  const mine = ours.split('\n');
  const firm = lines.map(() => true);
  for (let index = 0; index < MOST_ANSWERS; index++) {
    const again = furtherAnswer(chart, values, index).split('\n');
    if (lines.length !== again.length || lines.length !== mine.length) return false;
    const before = firm.filter(Boolean).length;
    for (const [at, line] of lines.entries()) firm[at] &&= line === again[at];
    if (lines.every((line, at) => line === mine[at] || !firm[at])) return true;
    if (firm.filter(Boolean).length === before && before === lines.length) return false;
  }
  return false;
}

const counts = {
  charts: 0,
  cases: 0,
  same: 0,
  sameText: 0,
  bothRefuse: 0,
  sameError: 0,
  different: 0,
  onlyHelm: 0,
  onlyOurs: 0,
};
const problems = [];
let helmMs = 0;
let ourMs = 0;

for (const folder of positionals) {
  for (const chart of findCharts(resolve(folder))) {
    if (options.only && !chart.includes(options.only)) continue;
    counts.charts++;
    for (const values of [undefined, ...valuesFiles(chart), ...randomFiles(chart)]) {
      counts.cases++;
      const name = `${relative(process.cwd(), chart)}${values ? ` with ${relative(chart, values)}` : ''}`;
      let started = performance.now();
      const helm = runHelm(chart, values, 1);
      helmMs += performance.now() - started;
      started = performance.now();
      const ours = runLibrary(chart, values);
      ourMs += performance.now() - started;
      const verdict = judge(chart, values, helm, ours);
      counts[verdict.kind]++;
      if (verdict.text === true) counts.sameText++;
      if (verdict.problem) problems.push(`${verdict.kind.padEnd(9)} ${name}\n    ${verdict.problem}`);
      if (options.verbose) console.log(verdict.kind.padEnd(10), name);
    }
  }
}

function judge(chart, values, helm, ours) {
  if (helm.error !== undefined && ours.error !== undefined) {
    if (ours.error.startsWith('CRASH')) return { kind: 'onlyOurs', problem: ours.error };
    const expected = helm.error
      .split('\n')
      .filter((line) => !/^(level=|time=|coalesce\.go|warning: |\d{4}\/)/i.test(line))
      .join('\n')
      .replace(/^Error: /, '')
      .replace(/\n\nUse --debug flag.*$/s, '');
    if (ours.error.split(/\n  (?:the rendered line:|in the annotation|\.Values)/)[0] === expected)
      return { kind: 'sameError' };
    return {
      kind: 'bothRefuse',
      problem: options.errors
        ? `helm: ${expected.slice(0, 700)}\n    ours: ${ours.error.slice(0, 700)}`
        : undefined,
    };
  }
  if (ours.error !== undefined) return { kind: 'onlyHelm', problem: `ours: ${ours.error.slice(0, 600)}` };
  if (helm.error !== undefined) return { kind: 'onlyOurs', problem: `helm: ${helm.error.slice(0, 600)}` };
  const text = textEqual(chart, values, helm.text, ours.text);
  let expected = documents(helm.text);
  const mine = documents(ours.text);
  let found = difference(expected, mine);
  if (found) {
    const again = documents(furtherAnswer(chart, values));
    expected = mask(expected, again);
    found = difference(expected, mine);
  }
  if (found) return { kind: 'different', problem: `${found}\n    ${textDifference(helm.text, ours.text)}` };
  return {
    kind: 'same',
    text,
    problem: options.exact && !text ? textDifference(helm.text, ours.text) : undefined,
  };
}

for (const problem of problems) console.log(problem);
console.log(JSON.stringify(counts));
const rendered = counts.same + counts.different + counts.onlyHelm;
console.log(
  `${counts.charts} charts, ${counts.cases} cases; helm renders ${rendered}: same objects ${counts.same}, same text ${counts.sameText}, ` +
    `different ${counts.different}, refused by us alone ${counts.onlyHelm}. helm refuses ${counts.bothRefuse + counts.sameError + counts.onlyOurs}: ` +
    `so do we ${counts.bothRefuse + counts.sameError} (same words ${counts.sameError}), we render ${counts.onlyOurs}. ` +
    `helm ${(helmMs / 1000).toFixed(1)} s, library ${(ourMs / 1000).toFixed(1)} s`,
);
process.exitCode = counts.different + counts.onlyHelm + counts.onlyOurs === 0 ? 0 : 1;
