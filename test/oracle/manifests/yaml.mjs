#!/usr/bin/env node
// Reads random texts and mutations of real documents with Go's parser (sigs.k8s.io/yaml over go-yaml v2) and with ours, prints
// what was read with both Go emitters and ours, and compares.
//
//   node test/oracle/manifests/yaml.mjs [--go PATH] [--show N] [--seed N] [--count N] [<folder with YAML files>...]
//
// Needs the built libraries (npm run build:node) and Go with its module proxy; the referee is a small program that this script
// writes and builds in a temporary folder. Skips with a line when there is no Go. The exit code is 1 when anything differs.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { emitYaml, emitYamlPretty, parseYamlDocuments } from '../../../libs/manifests/dist/index.js';

const { values: flags, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: {
    go: { type: 'string', default: 'go' },
    show: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '20000' },
  },
});
const count = Number(flags.count);
if (spawnSync(flags.go, ['version'], { stdio: 'ignore' }).error) {
  console.log(`skipped: there is no ${flags.go}`);
  process.exit(0);
}

const PROGRAM = `package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	yaml3 "go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml"
)

type answer struct {
	JSON    *string \`json:"json"\`
	Lenient *string \`json:"lenient"\`
	V2      string  \`json:"v2"\`
	V3      string  \`json:"v3"\`
	Error   string  \`json:"error"\`
}

func read(convert func([]byte) ([]byte, error), text string) (out *string, failure string) {
	defer func() {
		if r := recover(); r != nil {
			out, failure = nil, fmt.Sprint(r)
		}
	}()
	b, err := convert([]byte(text))
	if err != nil {
		return nil, err.Error()
	}
	s := string(b)
	return &s, ""
}

func print(a *answer, v any) {
	if b, err := yaml.Marshal(v); err == nil {
		a.V2 = string(b)
	}
	var buffer bytes.Buffer
	encoder := yaml3.NewEncoder(&buffer)
	encoder.SetIndent(2)
	if encoder.Encode(v) == nil {
		a.V3 = buffer.String()
	}
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<20), 1<<26)
	out := bufio.NewWriter(os.Stdout)
	for in.Scan() {
		var question struct{ Text, Value *string }
		if err := json.Unmarshal(in.Bytes(), &question); err != nil {
			panic(err)
		}
		var a answer
		if question.Value != nil {
			var v any
			if err := json.Unmarshal([]byte(*question.Value), &v); err != nil {
				panic(err)
			}
			print(&a, v)
		} else {
			text := *question.Text
			a.JSON, a.Error = read(func(b []byte) ([]byte, error) { return yaml.YAMLToJSONStrict(b) }, text)
			a.Lenient, _ = read(func(b []byte) ([]byte, error) { return yaml.YAMLToJSON(b) }, text)
		}
		line, _ := json.Marshal(a)
		out.Write(line)
		out.WriteByte('\\n')
		out.Flush()
	}
}
`;
const MODULE =
  'module referee\n\ngo 1.23\n\nrequire (\n\tgo.yaml.in/yaml/v3 v3.0.4\n\tsigs.k8s.io/yaml v1.6.0\n)\n';

let state = Number(flags.seed) * 104729;
const random = () => {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const below = (limit) => Math.floor(random() * limit);
const pick = (list) => list[below(list.length)];
const chance = (probability) => random() < probability;

const SCALARS =
  `a|b c|null|~|true|yes|No|on|Off|y|n|0|-0|+1|007|08|0x1F|0o17|0b101|1_000|1e3|1E-7|.5|5.|-.5|1.0|1e400|.inf|-.Inf|.nan|
12345678901234567890|9007199254740993|0.1|1:30|190:20:30|2001-01-01|2001-12-14t21:59:43.10-05:00|<<|=|!!str 5|!!int "7"|!!float 1|!!bool yes|
!!binary aGk=|!x y|!!null ''|"a\\tb"|"\\u00e9\\x41\\U0001F600"|"a\\
  b"|'it''s'|''|""|"|'|[|{|]|}|[a, b]|{a: b}|[a, [b, {c: d}]]|{a, b: }|[]|{}|{a: b, a: c}|*x|&x a|&x|*y|? a|- a|a: b|a:|:a|a:b|a #b|a#b|#b|@a|%a|\`a|
|-|>|>-|>+|x  y|a\tb|é|😀|--- a|...|a:  b|- - a|key: |foo: |  |\ta|-|- |?|a,b|0.0.0.0|1.2.3|+.5e+3|0x|0_|_1|1__0|0b2|TRUE|tRUE|NULL|Null|.NaN|.INF`
    .split('|')
    .map((text) => text.replace(/\n/g, ''));
const KEYS = [
  'a',
  'b',
  'name',
  'x-y',
  '"q"',
  "'s'",
  '1',
  'true',
  'y',
  '? k',
  '<<',
  'é',
  'a b',
  '*x',
  '&k z',
  'null',
  '1.5',
  '~',
];

function block(indent, depth) {
  const pad = ' '.repeat(indent);
  const lines = [];
  const list = chance(0.35);
  for (let i = below(4) + 1; i > 0; i--) {
    const head = list ? `${pad}-` : `${pad}${pick(KEYS)}:`;
    if (chance(0.06)) lines.push(pick([`${pad}# note`, '', '# note', '   ', `${pad}\t`]));
    const kind = random();
    if (depth > 0 && kind < 0.3) {
      const inner = indent + pick([1, 2, 2, 2, 4, list ? 2 : 0]);
      if (list && chance(0.6)) {
        const nested = block(indent + 2, depth - 1);
        lines.push(`${head} ${nested.slice(indent + 2)}`);
      } else
        lines.push(`${head}${pick(['', '', ' # c', ' &x', ' !!map', ' &y !!seq'])}`, block(inner, depth - 1));
    } else if (kind < 0.4) {
      lines.push(`${head} ${pick(['|', '>'])}${pick(['', '-', '+', '2', '1-', '+2'])}${pick(['', ' # c'])}`);
      for (let n = below(4); n > 0; n--)
        lines.push(
          pick(['', pad + '  text', pad + '    more', pad + '  # no comment', pad + ' ', pad + '  - a: b']),
        );
    } else if (kind < 0.5)
      lines.push(`${head} ${pick(SCALARS)}`, `${pad}${pick(['  ', ' ', ''])}${pick(SCALARS)}`);
    else lines.push(`${head} ${pick(SCALARS)}${pick(['', '', '', ' ', ' # c'])}`);
  }
  return lines.join('\n');
}

function randomText() {
  const documents = [];
  for (let i = chance(0.1) ? 2 : 1; i > 0; i--) documents.push(chance(0.08) ? pick(SCALARS) : block(0, 3));
  return `${pick(['', '', '', '', '---\n', '%YAML 1.1\n---\n', '\ufeff', '# c\n', '\n', '--- '])}${documents.join('\n---\n')}${pick(['\n', '\n', '', '\n...\n', '\n---\n', '\r\n'])}`;
}

const INSERTS = [
  ' ',
  '  ',
  '\t',
  '\n',
  ':',
  ': ',
  '- ',
  '-',
  '#',
  ' #',
  '"',
  "'",
  '[',
  ']',
  '{',
  '}',
  ',',
  '&a ',
  '*a',
  '!',
  '|',
  '>',
  '%',
  '@',
  '`',
  '\r',
  '\u0085',
  '\u2028',
  '\ufeff',
  '\0',
  '\x07',
  'é',
  '😀',
  '<<: ',
  '? ',
  '---\n',
  '...\n',
  '\\',
];

function mutate(text) {
  let result = text;
  for (let i = below(3) + 1; i > 0; i--) {
    const lines = result.split('\n');
    const at = below(lines.length);
    const line = lines[at] ?? '';
    switch (below(8)) {
      case 0:
        lines.splice(at, 1);
        break;
      case 1:
        lines.splice(below(lines.length), 0, line);
        break;
      case 2:
        lines[at] = ' '.repeat(below(3)) + line;
        break;
      case 3:
        lines[at] = line.replace(/^ {1,2}/, '');
        break;
      case 4:
        lines[at] = line.replace(/(:|-) .*$/, (_, mark) => `${mark} ${pick(SCALARS)}`);
        break;
      case 5:
        lines.splice(at, 0, pick(pick(documents).split('\n')));
        break;
      default: {
        const where = below(result.length + 1);
        result = result.slice(0, where) + pick(INSERTS) + result.slice(where + (chance(0.3) ? 1 : 0));
        continue;
      }
    }
    result = lines.join('\n');
  }
  return result;
}

/** No U+0085: on its way through JSON the referee takes it for a line break. */
const WORDS = [
  'a',
  ' ',
  '  ',
  '\n',
  '\n\n',
  ':',
  ': ',
  '#',
  ' #',
  '-',
  '- ',
  '"',
  "'",
  '\t',
  'é',
  '😀',
  '\\',
  '\0',
  '\x1b',

  '\u2028',
  '%',
  '@',
  '&',
  '*',
  '!',
  '|',
  '>',
  '?',
  ',',
  '[',
  '{',
  '0',
  '1',
  '_',
  '.',
  'e',
  'x',
  'true',
  'null',
  '<<',
  '=',
  'long words that go on and on ',
  '--- ',
  '...',
];
const randomWord = () => Array.from({ length: below(7) }, () => pick(WORDS)).join('');
function randomValue(depth) {
  const kind = random();
  if (depth > 0 && kind < 0.25) return Array.from({ length: below(4) }, () => randomValue(depth - 1));
  if (depth > 0 && kind < 0.6)
    return Object.fromEntries(Array.from({ length: below(5) }, () => [randomWord(), randomValue(depth - 1)]));
  if (kind < 0.7)
    return pick([0, 1, -1, 1e6, 1e21, 1.5, 1e-7, 123456789.123, 2 ** 53, 1e100, 999999, 1234567, -0.1]);
  if (kind < 0.75) return pick([true, false, null]);
  return chance(0.3) ? pick(SCALARS) : randomWord();
}

/** Real documents to mutate: small files, as many as fit. */
function readDocuments() {
  const found = [];
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && entry.name !== '.git' && entry.name !== 'node_modules') walk(path);
      else if (entry.isFile() && /\.ya?ml$/.test(entry.name) && statSync(path).size < 6000) found.push(path);
    }
  };
  for (const folder of folders.length > 0 ? folders : ['examples']) walk(folder);
  const step = Math.max(1, Math.floor(found.length / 2000));
  return found.filter((_, index) => index % step === 0).map((path) => readFileSync(path, 'utf8'));
}

const sortKeys = (value) =>
  Array.isArray(value)
    ? value.map(sortKeys)
    : value !== null && typeof value === 'object'
      ? Object.fromEntries(
          Object.keys(value)
            .sort()
            .map((key) => [key, sortKeys(value[key])]),
        )
      : value;
const canonical = (value) => JSON.stringify(sortKeys(value));
const sortedLines = (text) => text.split('\n').sort().join('\n');

function ours(text, duplicateKeys) {
  try {
    return { value: parseYamlDocuments(text, { duplicateKeys, firstOnly: true })[0] ?? null };
  } catch (error) {
    if (!error.code) throw error;
    return { error: error.message };
  }
}

const folder = mkdtempSync(join(tmpdir(), 'yaml-referee-'));
const documents = readDocuments();
const total = { texts: 0, read: 0, refused: 0, different: 0, values: 0, order: 0, printedOtherwise: 0 };
let shown = 0;
function report(kind, text, theirs, mine) {
  if (shown++ >= Number(flags.show)) return;
  console.log(`${kind}: ${JSON.stringify(text)}\n  - ${JSON.stringify(theirs)}\n  + ${JSON.stringify(mine)}`);
}

/** Where ours is meant to be different. */
const KNOWN = [
  [
    'a key stands beside a merge key that brings it',
    (text, theirs, mine, mode) =>
      mode === 'error' &&
      text.includes('<<') &&
      /already set in map/.test(theirs.error) &&
      theirs.lenient !== null &&
      mine.error === undefined &&
      canonical(JSON.parse(theirs.lenient)) === canonical(mine.value),
  ],
  [
    'control characters far behind the first document',
    (_text, theirs, mine) => theirs.lenient !== null && /control characters/.test(mine.error ?? ''),
  ],
  [
    'a value that JSON has no word for is overwritten by the same key',
    (_text, _theirs, mine, mode) =>
      mode === 'last' && /JSON can carry|null cannot be a map key/.test(mine.error ?? ''),
  ],
];
const known = {};

function compareRead(text, theirs) {
  total.texts++;
  for (const [json, mode] of [
    [theirs.json, 'error'],
    [theirs.lenient, 'last'],
  ]) {
    const mine = ours(text, mode);
    const same =
      json === null
        ? mine.error !== undefined
        : mine.error === undefined && canonical(JSON.parse(json)) === canonical(mine.value);
    if (mode === 'error') total[json === null ? 'refused' : 'read']++;
    if (same) continue;
    const reason = KNOWN.find(([, holds]) => holds(text, theirs, mine, mode))?.[0];
    if (reason) {
      known[reason] = (known[reason] ?? 0) + 1;
      return;
    } else {
      total.different++;
      report(`read (${mode})`, text, json ?? theirs.error, mine.error ?? mine.value);
      return;
    }
  }
}

function compareEmitted(value, theirs) {
  total.values++;
  for (const [text, mine] of [
    [theirs.v2, emitYaml(value)],
    [theirs.v3, emitYamlPretty(value)],
  ]) {
    if (text === mine) continue;
    if (sortedLines(text) === sortedLines(mine)) total.order++;
    else {
      total.printedOtherwise++;
      report('printed', value, text, mine);
    }
  }
}

try {
  writeFileSync(join(folder, 'main.go'), PROGRAM);
  writeFileSync(join(folder, 'go.mod'), MODULE);
  for (const command of [
    ['mod', 'tidy'],
    ['build', '-o', 'referee', '.'],
  ]) {
    const { status, stderr } = spawnSync(flags.go, command, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`go ${command.join(' ')} failed: ${stderr}`);
  }
  const referee = spawn(join(folder, 'referee'), { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: referee.stdout })[Symbol.asyncIterator]();
  const ask = async (question) => {
    referee.stdin.write(`${JSON.stringify(question)}\n`);
    return JSON.parse((await answers.next()).value);
  };
  for (let i = 0; i < count; i++) {
    const text = i % 2 === 0 || documents.length === 0 ? randomText() : mutate(pick(documents));
    const theirs = await ask({ text: text.toWellFormed() });
    compareRead(text.toWellFormed(), theirs);
    const value = randomValue(3);
    compareEmitted(value, await ask({ value: JSON.stringify(value) }));
  }
  referee.stdin.end();
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`${documents.length} documents, seed ${flags.seed}: ${JSON.stringify(total)}`);
console.log(`meant to be different: ${JSON.stringify(known)}`);
process.exitCode = total.different + total.printedOtherwise === 0 ? 0 : 1;
