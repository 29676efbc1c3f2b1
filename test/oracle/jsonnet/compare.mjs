#!/usr/bin/env node
// Evaluates every *.jsonnet below the given folders twice, with go-jsonnet and in process, and compares the results.
//
//   node test/oracle/jsonnet/compare.mjs [--jsonnet PATH] [--show N] [--only TEXT] [--library FOLDER]... <folder>...
//
// Needs the built libraries (npm run build:node) and the referee; without it the script says so and ends well:
//   go install github.com/google/go-jsonnet/cmd/jsonnet@v0.22.0
// Both refusing a program counts as equal, whatever they say. Libraries are folders below the first folder.
// The exit code is 1 when anything differs.
import { spawnSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { evaluateJsonnet } from '../../../libs/jsonnet/dist/index.js';

const options = { jsonnet: 'jsonnet', show: 3, only: '', libraries: [] };
const folders = [];
for (let i = 2; i < process.argv.length; i++) {
  const argument = process.argv[i] ?? '';
  if (argument === '--jsonnet') options.jsonnet = process.argv[++i];
  else if (argument === '--show') options.show = Number(process.argv[++i]);
  else if (argument === '--only') options.only = process.argv[++i];
  else if (argument === '--library') options.libraries.push(process.argv[++i]);
  else folders.push(resolve(argument));
}
const version = spawnSync(options.jsonnet, ['--version'], { encoding: 'utf8' });
if (version.error) {
  console.log(`skipped: there is no ${options.jsonnet}`);
  process.exit(0);
}
console.log(`referee: ${version.stdout.trim()}`);

/** A folder of this machine, read when asked. */
class FolderTree {
  constructor(root) {
    this.root = root;
  }
  stat(path) {
    const stat = lstatSync(join(this.root, path), { throwIfNoEntry: false });
    if (!stat) return undefined;
    return stat.isSymbolicLink() ? 'link' : stat.isDirectory() ? 'folder' : 'file';
  }
  read(path) {
    return this.stat(path) === 'file' ? readFileSync(join(this.root, path)) : undefined;
  }
  link(path) {
    return this.stat(path) === 'link' ? readlinkSync(join(this.root, path)) : undefined;
  }
  list() {
    return undefined;
  }
}

function programs(root) {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.jsonnet') && path.includes(options.only))
    .sort();
}

// what the suites of both implementations give their programs
const externals = [
  { name: 'var1', value: 'test' },
  { name: 'var2', value: '{x:1,y:2}', code: true },
  { name: 'stringVar', value: '2 + 2' },
  { name: 'codeVar', value: '3 + 3', code: true },
  { name: 'errorVar', value: "error 'xxx'", code: true },
];
const given = externals.flatMap(({ name, value, code }) => [
  code ? '--ext-code' : '--ext-str',
  `${name}=${value}`,
]);

let differences = 0;
for (const root of folders) {
  const tree = new FolderTree(root);
  const counts = { equal: 0, refused: 0, different: 0 };
  const time = { referee: 0, ours: 0 };
  for (const path of programs(root)) {
    const libraries = options.libraries.flatMap((folder) => ['-J', join(root, folder)]);
    let start = performance.now();
    const theirs = spawnSync(options.jsonnet, [...libraries, ...given, join(root, path)], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      timeout: 60_000,
    });
    time.referee += performance.now() - start;
    start = performance.now();
    let ours;
    try {
      ours = { value: evaluateJsonnet({ tree, path, libraries: options.libraries, externals }) };
    } catch (error) {
      ours = { error: error.message };
    }
    time.ours += performance.now() - start;
    const expected = theirs.status === 0 ? { value: JSON.parse(theirs.stdout) } : { error: theirs.stderr };
    const bothRefuse = ours.error !== undefined && expected.error !== undefined;
    // JSON has no way to tell -0 from 0
    const same = (value) => JSON.parse(JSON.stringify(value));
    if (bothRefuse) counts.refused++;
    else if (
      'value' in ours &&
      'value' in expected &&
      isDeepStrictEqual(same(ours.value), same(expected.value))
    )
      counts.equal++;
    else {
      counts.different++;
      if (++differences <= options.show) {
        console.log(`--- ${relative('.', join(root, path))}`);
        console.log(`referee: ${(expected.error ?? JSON.stringify(expected.value)).slice(0, 600)}`);
        console.log(`ours:    ${(ours.error ?? JSON.stringify(ours.value)).slice(0, 600)}`);
      }
    }
  }
  console.log(
    `${root}: ${counts.equal} equal, ${counts.refused} refused by both, ${counts.different} different;` +
      ` time ours/referee ${(time.ours / time.referee).toFixed(2)}`,
  );
}
process.exit(differences > 0 ? 1 : 0);
