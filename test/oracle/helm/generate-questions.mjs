#!/usr/bin/env node
/**
 * Prints random template questions for `probe.mjs`: calls of every function with random arguments, nested and piped,
 * random printf formats, and YAML and JSON there and back. The same seed gives the same questions.
 *
 *   node test/oracle/helm/generate-questions.mjs SEED COUNT > /tmp/questions.txt
 *   node test/oracle/helm/probe.mjs /tmp/helm-probe /tmp/questions.txt
 */
import { functionTable } from '../../../libs/helm/dist/functions/function-table.js';

const [seedText = '1', countText = '2000'] = process.argv.slice(2);
let seed = Number(seedText);

function below(limit) {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
  return (seed >> 8) % limit;
}

const pick = (list) => list[below(list.length)];

/** What answers differently every time, orders by chance, or takes long. */
const LEFT_OUT =
  /^(rand|shuffle|uuid|gen|build|now$|ago$|date|htmlDate|mustDate|must_date|htpasswd|bcrypt|derive|keys$|values$|encryptAES|getHost|lookup|tpl$|include$|repeat$|until|seq|fail$|required$|call$|unixEpoch|toDate|mustToDate|duration)/;
const table = functionTable({
  budget: { write() {}, step() {} },
  generation: 4,
  random: Math.random,
  now: Date.now,
  port: {},
});
const functions = [...table].filter(([name]) => !LEFT_OUT.test(name));

const ATOMS = [
  ...[
    '""',
    '"a"',
    '"A b,c"',
    '"10"',
    '"-3.5"',
    '"0x1f"',
    '"true"',
    '"é☺"',
    '"a.b/c.txt"',
    '"1.2.3"',
    '">=1.0"',
    '"[a-c]+"',
  ],
  ...['0', '1', '-2', '3', '1.5', '1e6', '9223372036854775807', 'true', 'false', 'nil', "'x'"],
  ...[
    '.Values.text',
    '.Values.number',
    '.Values.float',
    '.Values.list',
    '.Values.map',
    '.Values.none',
    '.Values.missing',
  ],
  ...[
    '(list)',
    '(list 1 "a" nil)',
    '(list 3 1 2)',
    '(dict)',
    '(dict "a" 1 "b" (list 1))',
    '(tuple "x" "y")',
    '(int64 7)',
  ],
];

function argument(depth) {
  if (depth > 0 && below(4) === 0) return `(${call(depth - 1)})`;
  return pick(ATOMS);
}

function call(depth) {
  const [name, { parameters, variadic }] = pick(functions);
  const wanted = variadic ? Math.max(parameters.length - 1 + below(3), 0) : parameters.length;
  const count = below(12) === 0 ? below(5) : wanted;
  return [name, ...Array.from({ length: count }, () => argument(depth))].join(' ');
}

function format() {
  const verbs = [
    'd',
    's',
    'v',
    '+v',
    '#v',
    'q',
    't',
    'f',
    'g',
    'e',
    'T',
    'c',
    'U',
    'o',
    'b',
    'X',
    '5d',
    '-5s|',
    '05d',
    '.2f',
    '8.3f',
    '+d',
    '% d',
    '[1]v',
    '*d',
    '%',
  ];
  const count = 1 + below(3);
  const text = Array.from({ length: count }, () => `%${pick(verbs)}`).join(' ');
  return `printf "${text}" ${Array.from({ length: below(4) }, () => argument(1)).join(' ')}`;
}

function question() {
  switch (below(8)) {
    case 0:
      return format();
    case 1:
      return `${argument(1)} | toYaml | fromYaml | toJson`;
    case 2:
      return `${argument(2)} | ${pick(['toJson', 'toYaml', 'toPrettyJson', 'quote', 'toString', 'len', 'typeOf', 'kindOf'])}`;
    case 3:
      return `${call(1)} | ${call(1)}`;
    default:
      return call(2);
  }
}

console.log(`# values:
text: some text
number: 42
float: 2.5
list: [1, two, 3.5, null, true]
map: {a: 1, b: {c: [x]}, "1": y}
none: null
`);
for (let index = 0; index < Number(countText); index++) console.log(question());
