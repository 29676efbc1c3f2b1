#!/usr/bin/env node
/**
 * Asks the real Helm engine and this project's library the same template questions and prints where they differ.
 *
 *   (cd test/oracle/helm/probe && go mod init probe && go mod tidy && go build -o /tmp/helm-probe .)
 *   node test/oracle/helm/probe.mjs /tmp/helm-probe test/oracle/helm/questions-*.txt [--record <file>]
 *
 * A question is a line of template text; `{{` is added around a line that has none. Lines `# values:` start YAML values
 * for what follows, up to an empty line.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { MemoryFileTree } from '@lotse/manifests';
import { renderChart } from '@lotse/helm';

const record = process.argv.indexOf('--record');
const recordFile = record < 0 ? undefined : process.argv.splice(record, 2)[1];
const [probe, ...files] = process.argv.slice(2);

function questionsOf(text) {
  const questions = [];
  let values = '';
  let reading = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('# values:')) {
      values = '';
      reading = true;
    } else if (reading) {
      if (line.trim() === '') reading = false;
      else values += `${line}\n`;
    } else if (line.trim() !== '' && !line.startsWith('#')) {
      const template = line.includes('{{') ? line.replaceAll('\\n', '\n') : `{{ ${line} }}`;
      questions.push({ template, values });
    }
  }
  return questions;
}

function ours({ template, values }) {
  const tree = new MemoryFileTree({
    'probe/Chart.yaml': 'apiVersion: v2\nname: probe\nversion: 0.1.0\n',
    'probe/values.yaml': values,
    'probe/templates/NOTES.txt': template,
    'probe/a/one.txt': 'first\nsecond\n',
    'probe/a/two.bin': Uint8Array.from([0, 255, 10]),
    'probe/b.yaml': 'x: 1',
  });
  try {
    const { notes } = renderChart({
      tree,
      path: 'probe',
      releaseName: 'release',
      namespace: 'space',
      kubeVersion: 'v1.33.4',
    });
    return { text: notes };
  } catch (error) {
    if (!String(error.code).startsWith('helm/')) return { error: `CRASH ${error.stack}` };
    // Behind helm's words ours say what the values hold there.
    return { error: error.message.split('\n  .Values')[0] };
  }
}

const questions = files.flatMap((file) => questionsOf(readFileSync(file, 'utf8')));
const done = spawnSync(probe, { input: JSON.stringify(questions), encoding: 'utf8', maxBuffer: 1 << 30 });
if (done.status !== 0) throw new Error(done.stderr);
const answers = JSON.parse(done.stdout);
const clean = (text) =>
  text.replaceAll('probe/templates/NOTES.txt', 'T').replaceAll('probe/templates/probe.txt', 'T');
let same = 0;
let words = 0;
const recorded = [];
for (const [index, question] of questions.entries()) {
  const expected = answers[index];
  const mine = ours(question);
  const equal = expected.error === undefined ? mine.text === expected.text : mine.error !== undefined;
  if (equal) same++;
  const sameWords = !equal || expected.error === undefined || clean(mine.error) === clean(expected.error);
  if (equal && expected.error !== undefined && !sameWords) words++;
  if (equal && sameWords) recorded.push({ ...question, ...expected });
  if (equal && (sameWords || process.env.WORDS === undefined)) continue;
  console.log(
    `${question.template}\n   helm ${JSON.stringify(clean(expected.text ?? `ERROR ${expected.error}`))}\n   ours ${JSON.stringify(clean(mine.text ?? `ERROR ${mine.error}`))}`,
  );
}
console.log(`${questions.length} questions: ${same} same answers, ${words} refusals in other words`);

if (recordFile) {
  const byValues = Map.groupBy(recorded, (answer) => answer.values);
  const groups = [...byValues].map(([values, answers]) => ({
    values,
    answers: answers.map(({ template, text, error }) =>
      error === undefined ? [template, text] : [template, null, clean(error)],
    ),
  }));
  writeFileSync(recordFile, `${JSON.stringify(groups, null, 1)}\n`);
}
