#!/usr/bin/env node
// Asks go-jsonnet each program of questions.txt, one on a line, compares the answers with those in process, and with --record
// keeps them where the unit tests of libs/jsonnet read them.
//
//   node test/oracle/jsonnet/probe.mjs [--jsonnet PATH] [--record]
//
// Needs the built libraries (npm run build:node) and the referee; without it the script says so and ends well. Both refusing a
// program counts as equal, whatever they say. The exit code is 1 when anything differs.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { MemoryFileTree } from '@lotse/manifests';
import { evaluateJsonnet } from '../../../libs/jsonnet/dist/index.js';

const args = process.argv.slice(2);
const jsonnet = args.includes('--jsonnet') ? args[args.indexOf('--jsonnet') + 1] : 'jsonnet';
if (spawnSync(jsonnet, ['--version']).error) {
  console.log(`skipped: there is no ${jsonnet}`);
  process.exit(0);
}

const here = (path) => new URL(path, import.meta.url);
const questions = [...new Set(readFileSync(here('questions.txt'), 'utf8').split('\n'))].filter(Boolean);

/** [its JSON], or nothing when it is refused. */
const theirs = (program) => {
  const { status, stdout } = spawnSync(jsonnet, ['-'], { input: program, encoding: 'utf8', timeout: 10_000 });
  // JSON has a zero below zero, and nobody means it
  return status === 0 ? [JSON.parse(stdout, (_, value) => (value === 0 ? 0 : value))] : [];
};
const ours = (program) => {
  try {
    const tree = new MemoryFileTree({ 'main.jsonnet': program });
    return [JSON.parse(JSON.stringify(evaluateJsonnet({ tree, path: 'main.jsonnet' })))];
  } catch {
    return [];
  }
};

const answers = questions.map((program) => [program, ...theirs(program)]);
const different = answers.filter(([program, ...answer]) => !isDeepStrictEqual(answer, ours(program)));
for (const [program, ...answer] of different)
  console.log(
    `different  ${program}\n    theirs: ${JSON.stringify(answer)}\n    ours:   ${JSON.stringify(ours(program))}`,
  );
const refused = answers.filter(({ length }) => length === 1).length;
console.log(
  `${answers.length} programs: ${answers.length - different.length} the same (${refused} refused), ${different.length} different`,
);
if (args.includes('--record')) {
  const lines = answers.map((answer) => `  ${JSON.stringify(answer)}`).join(',\n');
  writeFileSync(here('../../../libs/jsonnet/src/testdata/jsonnet-answers.json'), `[\n${lines}\n]\n`);
}
process.exit(different.length > 0 ? 1 : 0);
