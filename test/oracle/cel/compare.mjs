#!/usr/bin/env node
/**
 * Asks Kubernetes' own code and the engine the same about CEL: whether an expression compiles and what is wrong with it, its
 * type, what it costs at most and when it runs, its value; what definitions of custom resources are refused for; what rules say
 * about values; and expressions of policies.
 *
 *   node test/oracle/cel/compare.mjs [--go PATH] [--seed N] [--count N] [--show N] [<folder or file with definitions>...]
 *
 * Needs the built libraries (npm run build:node) and Go with its module proxy; builds the referee, main.go of this folder, in a
 * temporary folder. Skips with a line when there is no Go. The exit code is 1 when anything differs.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { parseYamlDocuments } from '../../../libs/manifests/dist/index.js';
import { objectRuleErrors } from '../../../libs/engine/dist/crds/cel-rules.js';
import { structuralErrors } from '../../../libs/engine/dist/crds/structural-schema.js';
import { evaluate, policy } from './here.mjs';
import { Writer } from './random.mjs';
import { SCHEMA, VALUE } from './subject.mjs';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    go: { type: 'string', default: 'go' },
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '5000' },
    show: { type: 'string', default: '10' },
    referee: { type: 'string', default: '' },
  },
});
const here = import.meta.dirname;
const VERSIONS = {
  'github.com/google/cel-go': 'v0.26.0',
  'k8s.io/apiextensions-apiserver': 'v0.36.3',
  'k8s.io/apimachinery': 'v0.36.3',
  'k8s.io/apiserver': 'v0.36.3',
};

if (flags.referee === '' && spawnSync(flags.go, ['version'], { stdio: 'ignore' }).error) {
  console.log(`skipped: there is no ${flags.go}`);
  process.exit(0);
}

function built() {
  const folder = mkdtempSync(join(tmpdir(), 'cel-referee-'));
  for (const file of ['main.go', 'sizes.go']) copyFileSync(join(here, file), join(folder, file));
  const requires = Object.entries(VERSIONS).map(([module, version]) => `\t${module} ${version}`);
  writeFileSync(
    join(folder, 'go.mod'),
    `module referee\n\ngo 1.26\n\nrequire (\n${requires.join('\n')}\n)\n`,
  );
  for (const args of [
    ['mod', 'tidy'],
    ['build', '-o', 'referee', '.'],
  ]) {
    const { status, stderr } = spawnSync(flags.go, args, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`go ${args.join(' ')}: ${stderr}`);
  }
  return folder;
}

const folder = flags.referee === '' ? built() : undefined;
const referee = spawn(flags.referee || join(folder, 'referee'), { stdio: ['pipe', 'pipe', 'inherit'] });
const answers = createInterface({ input: referee.stdout, crlfDelay: Infinity })[Symbol.asyncIterator]();

async function ask(question) {
  referee.stdin.write(`${JSON.stringify(question)}\n`);
  const { value } = await answers.next();
  return JSON.parse(value);
}

const counts = {};
let shown = 0;
let differing = 0;

/** Messages of the grammar, and of Go's reader of addresses, are not compared word by word. */
function comparable(answer) {
  const { error, type, ...rest } = answer;
  if (rest.evalError) rest.evalError = rest.evalError.replace(/(ParseAddr\(".*?"\)): .*/, '$1');
  if (error === undefined) return { type, ...rest };
  return { error: error.includes('Syntax error') ? 'a syntax error' : error };
}

function tell(kind, what, theirs, ours) {
  counts[kind] ??= { compared: 0, same: 0 };
  counts[kind].compared += 1;
  const keys = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])].filter(
    (key) => JSON.stringify(theirs[key]) !== JSON.stringify(ours[key]),
  );
  if (keys.length === 0) {
    counts[kind].same += 1;
    return;
  }
  differing += 1;
  shown += 1;
  if (shown > Number(flags.show)) return;
  console.log(`${kind}: ${what}`);
  for (const key of keys)
    console.log(
      `  ${key}\n    Kubernetes: ${JSON.stringify(theirs[key])}\n    here:       ${JSON.stringify(ours[key])}`,
    );
}

async function compareExpression(kind, expr, optionalOldSelf = false) {
  const question = {
    op: 'eval',
    expr,
    schema: SCHEMA,
    root: true,
    self: VALUE,
    oldSelf: VALUE,
    optionalOldSelf,
  };
  const theirs = await ask(question);
  // Where Kubernetes' own code breaks there is nothing to compare with.
  if (/^(?:panic|internal error)/.test(theirs.evalError ?? '')) return;
  tell(kind, expr, comparable(theirs), comparable(evaluate(question)));
}

const definitionOf = (schema, kind = 'Widget') => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${kind.toLowerCase()}s.example.com` },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind, plural: `${kind.toLowerCase()}s`, singular: kind.toLowerCase(), listKind: `${kind}List` },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
  },
});

/** Names of types of rules are made up by Kubernetes, and how a rule is printed is Go's. */
const plain = (text) =>
  text
    .replaceAll(/selfType\d*/g, 'selfType')
    .replaceAll(/Invalid value: (?:apiextensions\.ValidationRule)?\{.*?\}: /gs, 'Invalid value: RULE: ')
    .replaceAll(/compilation failed: ERROR: <input>:.*Syntax error.*/gs, 'a syntax error');
const sorted = (texts) => texts.map(plain).toSorted();

async function compareDefinition(kind, name, definition) {
  const theirs = await ask({ op: 'crd', crd: definition });
  const ours = (definition.spec.versions ?? []).flatMap(({ schema }, index) =>
    schema?.openAPIV3Schema
      ? structuralErrors(schema.openAPIV3Schema, `spec.versions[${index}].schema.openAPIV3Schema`)
      : [],
  );
  const ofRules = (texts) => sorted(texts.filter((text) => text.includes('x-kubernetes-validations')));
  const single = (text) =>
    text.replaceAll('spec.validation.openAPIV3Schema', 'spec.versions[0].schema.openAPIV3Schema');
  tell(
    kind,
    name,
    { refused: ofRules((theirs.errors ?? []).map(single)), error: theirs.error },
    { refused: ofRules(ours.map(({ field, message }) => `${field}: ${message}`)), error: undefined },
  );
}

for (const expr of readFileSync(join(here, 'expressions.txt'), 'utf8').trim().split('\n')) {
  await compareExpression('written expressions', expr);
  for (const kind of ['condition', 'audit', 'variable', 'apply', 'patch']) {
    const changed = expr.replaceAll('self', 'object').replaceAll('oldSelf', 'oldObject');
    const theirs = await ask({ op: 'policy', expr: changed, kind });
    if (!theirs.evalError)
      tell(
        'expressions of policies',
        `${kind}: ${changed}`,
        comparable(theirs),
        comparable(policy({ expr: changed, kind })),
      );
  }
}

const writer = new Writer(flags.seed);
for (let index = 0; index < Number(flags.count); index += 1)
  await compareExpression('random expressions', writer.expression());

for (let index = 0; index < Number(flags.count) / 5; index += 1) {
  const schema = writer.schema();
  await compareDefinition('random definitions', JSON.stringify(schema), definitionOf(schema));
}

for (let index = 0; index < Number(flags.count) / 5; index += 1) {
  const schema = writer.fineSchema((one) => structuralErrors(one, 's').map(({ field }) => field));
  if (!schema) continue;
  const [self, old] = [writer.value(schema), writer.chance(0.6) ? writer.value(schema) : undefined];
  const theirs = await ask({ op: 'validate', schema, root: true, self, oldSelf: old });
  const ours = objectRuleErrors(self, schema, old).map(
    ({ field, message }) =>
      `root${field === '<nil>' ? '' : field.startsWith('[') ? field : `.${field}`}: ${message}`,
  );
  tell(
    'rules about random values',
    JSON.stringify({ schema, self, old }),
    { errors: (theirs.errors ?? []).toSorted() },
    { errors: ours.toSorted() },
  );
}

const files = (path) =>
  statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true })
        .map((name) => join(path, name))
        .filter((name) => /\.ya?ml$/.test(name))
    : [path];
for (const path of positionals.filter((one) => existsSync(one)).flatMap(files)) {
  const text = readFileSync(path, 'utf8');
  if (!text.includes('x-kubernetes-validations') || text.includes('{{')) continue;
  let documents;
  try {
    documents = parseYamlDocuments(text).map((one) => one.value ?? one);
  } catch {
    continue;
  }
  for (const document of documents)
    if (document?.kind === 'CustomResourceDefinition' && document.apiVersion === 'apiextensions.k8s.io/v1')
      await compareDefinition('public definitions', `${path} ${document.metadata?.name}`, document);
}

referee.stdin.end();
if (folder) rmSync(folder, { recursive: true, force: true });
for (const [kind, { compared, same }] of Object.entries(counts))
  console.log(`${kind}: ${same} of ${compared} the same`);
process.exitCode = differing > 0 ? 1 : 0;
