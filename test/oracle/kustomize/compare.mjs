#!/usr/bin/env node
// Builds every kustomization below the given folders twice, with `kustomize build` and in process, and compares byte for byte.
//
//   node test/oracle/kustomize/compare.mjs [--kustomize PATH] [--answers FOLDER] [--show N] [--only TEXT] <folder>...
//
// With --answers what the referee said is kept in that folder and not asked again; delete it when the folders change.
// Needs the built libraries (npm run build:node) and the referee:
//   go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.1
// Prints the counts per folder and the first differences. A kustomization that needs the network counts as refused by both
// when both refuse it. The exit code is 1 when anything differs.
import { execFile, execFileSync } from 'node:child_process';
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
import { basename, dirname, join, relative, resolve } from 'node:path';
import { availableParallelism } from 'node:os';
import { MemoryFileTree } from '../../../libs/manifests/dist/index.js';
import { buildKustomization } from '../../../libs/kustomize/dist/index.js';

const options = { kustomize: 'kustomize', show: 3, only: '', answers: '' };
const folders = [];
for (let i = 2; i < process.argv.length; i++) {
  const argument = process.argv[i] ?? '';
  if (argument === '--kustomize') options.kustomize = process.argv[++i];
  else if (argument === '--answers') options.answers = resolve(process.argv[++i] ?? '');
  else if (argument === '--show') options.show = Number(process.argv[++i]);
  else if (argument === '--only') options.only = process.argv[++i];
  else folders.push(resolve(argument));
}

console.log(
  `referee: kustomize ${execFileSync(options.kustomize, ['version'], { encoding: 'utf8' }).trim()}`,
);

/** Every file of a folder as a tree; links stay links. */
function readTree(root) {
  const files = new Map();
  const kustomizations = [];
  const walk = (folder) => {
    for (const name of readdirSync(folder)) {
      if (name === '.git' || name === 'node_modules') continue;
      const path = join(folder, name);
      const key = relative(root, path);
      const stat = lstatSync(path);
      if (stat.isSymbolicLink()) files.set(key, `\0link:${readlinkSync(path)}`);
      else if (stat.isDirectory()) walk(path);
      else if (stat.isFile()) {
        files.set(key, readFileSync(path));
        if (['kustomization.yaml', 'kustomization.yml', 'Kustomization'].includes(basename(path)))
          kustomizations.push(dirname(key));
      }
    }
  };
  walk(root);
  return { tree: new MemoryFileTree(files), kustomizations };
}

/** What the referee says, or what it said the last time. */
async function refereeAnswer(root, path) {
  if (options.answers === '') return referee(root, path);
  const file = join(options.answers, createHash('sha256').update(join(root, path)).digest('hex'));
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const answer = await referee(root, path);
  mkdirSync(options.answers, { recursive: true });
  writeFileSync(file, JSON.stringify(answer));
  return answer;
}

function referee(root, path) {
  return new Promise((done) => {
    const environment = {
      ...process.env,
      HTTPS_PROXY: 'http://127.0.0.1:9',
      HTTP_PROXY: 'http://127.0.0.1:9',
      GIT_TERMINAL_PROMPT: '0',
      GIT_SSH_COMMAND: 'false',
    };
    execFile(
      options.kustomize,
      ['build', join(root, path)],
      { maxBuffer: 1 << 28, timeout: 300_000, env: environment },
      (error, stdout, stderr) => {
        done(error ? { ok: false, text: stderr } : { ok: true, text: stdout });
      },
    );
  });
}

function ours(tree, path) {
  const start = process.hrtime.bigint();
  try {
    const request = { tree, path: path === '.' ? '' : path };
    const { text } = buildKustomization(request);
    // The second build finds what the first one read; it must not find what the first one wrote.
    if (buildKustomization(request).text !== text) throw new Error('the second build differs from the first');
    return { ok: true, text, milliseconds: Number(process.hrtime.bigint() - start) / 1e6 };
  } catch (error) {
    return {
      ok: false,
      text: error instanceof Error ? (error.code ? error.message : String(error.stack)) : String(error),
      milliseconds: 0,
    };
  }
}

/** Objects of both texts that differ, by document, for a look at the whole. */
function sameObjects(a, b) {
  const split = (text) =>
    text
      .split(/^---\n/m)
      .sort()
      .join('---\n');
  return split(a) === split(b);
}

function firstDifference(a, b) {
  const left = a.split('\n');
  const right = b.split('\n');
  const at = left.findIndex((line, index) => line !== right[index]);
  const from = Math.max(0, at - 3);
  return [
    `line ${at + 1}`,
    ...left.slice(from, at + 4).map((line) => `  - ${line}`),
    ...right.slice(from, at + 4).map((line) => `  + ${line}`),
  ].join('\n');
}

let differences = 0;
const total = { same: 0, order: 0, different: 0, bothRefuse: 0, weRefuse: 0, weAccept: 0 };
for (const root of folders) {
  const { tree, kustomizations } = readTree(root);
  const chosen = kustomizations.filter((path) => path.includes(options.only));
  const counts = { same: 0, order: 0, different: 0, bothRefuse: 0, weRefuse: 0, weAccept: 0 };
  const shown = [];
  let next = 0;
  const worker = async () => {
    for (let path = chosen[next++]; path !== undefined; path = chosen[next++]) {
      const theirs = await refereeAnswer(root, path);
      const mine = ours(tree, path);
      let kind = 'same';
      if (theirs.ok && mine.ok && theirs.text !== mine.text)
        kind = sameObjects(theirs.text, mine.text) ? 'order' : 'different';
      else if (!theirs.ok && !mine.ok) kind = 'bothRefuse';
      else if (theirs.ok && !mine.ok) kind = 'weRefuse';
      else if (!theirs.ok) kind = 'weAccept';
      counts[kind]++;
      if (kind === 'same' || kind === 'bothRefuse') continue;
      differences++;
      if (shown.length >= options.show) continue;
      const detail =
        kind === 'weRefuse'
          ? mine.text
          : kind === 'weAccept'
            ? theirs.text
            : firstDifference(theirs.text, mine.text);
      shown.push(
        `  ${kind}: ${path}\n${detail
          .split('\n')
          .slice(0, 14)
          .map((line) => `    ${line.slice(0, 240)}`)
          .join('\n')}`,
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker));
  for (const key of Object.keys(total)) total[key] += counts[key];
  console.log(`${basename(root)}: ${chosen.length} kustomizations, ${JSON.stringify(counts)}`);
  for (const text of shown) console.log(text);
}
console.log(`all: ${JSON.stringify(total)}`);
process.exitCode = differences === 0 ? 0 : 1;
